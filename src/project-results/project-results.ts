import {
  type CopiedRows,
  type CopyPage,
  type CopyPlace,
  ObjectCopy,
  type RestoreReply,
} from "../database/object-copy.ts";
import { CompareTable } from "./compare-table.ts";
import type { Comparison } from "./comparison.ts";
import { COPIED_RESULTS } from "./copied-results.ts";
import { makeDueTable } from "./due-table.ts";
import { FileObject } from "./file-object.ts";
import type { FilePlace } from "./file-table.ts";
import type { FlakyRules, Seen } from "./flaky-rules.ts";
import { HistoryTable } from "./history-table.ts";
import { IntakeTable } from "./intake-table.ts";
import { PruneTable } from "./old-results-table.ts";
import { OverviewTable } from "./overview-table.ts";
import type {
  HistoryRow,
  Intake,
  IntakeReply,
  JobResultsQuery,
  LostRun,
  ProjectOverview,
  Quarantined,
  ResultRow,
  ResultsProtocol,
  RulesPreview,
  RunPlace,
  RunResults,
  TestRow,
} from "./protocol.ts";
import { QUARANTINE_TABLES, type Quarantine, QuarantineTable } from "./quarantine-table.ts";
import { ReadTable } from "./read-table.ts";
import { RESULT_TABLES } from "./result-tables.ts";
import type { KnownAttempt } from "./run-ids.ts";
import type { TestsQuery } from "./test-lists.ts";
import { VerdictTable } from "./verdict-table.ts";

/** The maximum of quarantines in a project's overview. */
const MAX_SHOWN = 20;
/** The maximum of flaky results in short. */
const MAX_FLAKY = 20;

/**
 * The results of one project, in the object's SQLite; named by the project's id. Every method is synchronous, so that
 * no two calls interleave, and may be called twice. The time comes from the caller.
 */
export class ProjectResults extends FileObject implements ResultsProtocol {
  readonly #sql: SqlStorage;
  readonly #verdicts: VerdictTable;
  readonly #intake: IntakeTable;
  readonly #read: ReadTable;
  readonly #history: HistoryTable;
  readonly #compare: CompareTable;
  readonly #prune: PruneTable;
  readonly #overview: OverviewTable;
  readonly #quarantines: QuarantineTable;
  readonly #copy: ObjectCopy;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#makeTables();
    this.#verdicts = new VerdictTable(this.#sql);
    this.#quarantines = new QuarantineTable(this.#sql);
    this.#intake = new IntakeTable(this.#sql, this.#verdicts, this.#quarantines);
    this.#read = new ReadTable(this.#sql);
    this.#history = new HistoryTable(this.#sql);
    this.#compare = new CompareTable(this.#sql, this.#read);
    this.#overview = new OverviewTable(this.#sql, this.#read);
    this.#prune = new PruneTable(this.#sql, this.#verdicts);
    this.#copy = new ObjectCopy(this.#sql, COPIED_RESULTS);
  }

  #makeTables(): void {
    this.#sql.exec(RESULT_TABLES + QUARANTINE_TABLES);
    makeDueTable(this.#sql);
  }

  /** Judges what has become too old to be evidence, before states of tests are read at `now`. */
  #settle(now: number): void {
    this.ctx.storage.transactionSync(() => this.#verdicts.settle(now));
  }

  /** Stores a report in one transaction, or replaces the one with its name. Returns the run's new counts. */
  takeReport(intake: Intake): IntakeReply {
    const { run, report, file } = intake;
    return this.ctx.storage.transactionSync(() => {
      const place: FilePlace = { kind: "report", job: run.job, attempt: run.attempt, name: report };
      if (file) this.fileTable.put(place, file);
      return this.#intake.take(intake);
    });
  }

  jobResults(query: JobResultsQuery): ResultRow[] {
    if (query.judgedAt !== null) this.#settle(query.judgedAt);
    return this.#read.ofRun(query);
  }

  runResults(run: RunPlace, page: { after: number; limit: number }): RunResults {
    const flaky = { ...run, outcome: "flaky", after: 0, limit: MAX_FLAKY, judgedAt: null } as const;
    return {
      red: this.#overview.groupsOf(run),
      flaky: this.#read.ofRun(flaky),
      others: this.#read.ofRun({ ...run, ...page, outcome: "not red", judgedAt: null }),
      matched: this.#read.matchedTestRuns(run) ?? [],
    };
  }

  /** The attempts of a job that have results, in order. */
  attempts(job: number): KnownAttempt[] {
    return this.#read.attempts(job);
  }

  /** The due test runs that have a result; null if the attempt has no report. */
  matchedTestRuns(job: number, attempt: number): number[] | null {
    return this.#read.matchedTestRuns({ job, attempt });
  }

  tests(query: TestsQuery, now: number): TestRow[] {
    this.#settle(now);
    return this.#read.tests(query);
  }

  oneTest(id: number, now: number): TestRow | null {
    this.#settle(now);
    return this.#read.oneTest(id);
  }

  history(test: number, before: number, limit: number): HistoryRow[] {
    return this.#history.read(test, before, limit);
  }

  /** A project's last runs, and the tests that need attention. */
  overview(now: number): ProjectOverview {
    this.#settle(now);
    return {
      ...this.#overview.read(now, this.#verdicts.rules()),
      quarantines: this.#quarantined(this.#quarantines.list(now, MAX_SHOWN)),
    };
  }

  compare(earlier: RunPlace, later: RunPlace, limit: number): Comparison {
    return this.#compare.compare(earlier, later, limit);
  }

  protected oldestRun(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT MIN(at) AS at FROM runs").one().at;
  }

  /** Removes results of runs older than `before` in one transaction, about `limit` at once. */
  pruneResults(before: number, limit: number, now: number): { results: number; tests: number } {
    return this.ctx.storage.transactionSync(() => this.#prune.remove(before, limit, now));
  }

  /** Puts a test under quarantine, or replaces its quarantine. `put` is false if the test does not exist. */
  putQuarantine(quarantine: Quarantine): { put: boolean } {
    return { put: this.#quarantines.put(quarantine) };
  }

  endQuarantine(test: number): void {
    this.#quarantines.end(test);
  }

  /** A test's quarantine, if it is in force at `now`. */
  quarantineOf(test: number, now: number): Quarantine | null {
    return this.#quarantines.of(test, now);
  }

  /** The quarantines in force at `now`, with their tests. */
  quarantines(now: number): Quarantined[] {
    this.#settle(now);
    return this.#quarantined(this.#quarantines.list(now));
  }

  #quarantined(quarantines: readonly Quarantine[]): Quarantined[] {
    return quarantines.flatMap((quarantine) => {
      const test = this.#read.oneTest(quarantine.test);
      return test ? [{ quarantine, test }] : [];
    });
  }

  rules(): FlakyRules {
    return this.#verdicts.rules();
  }

  /** The tests that would become or cease to be flaky under other rules. */
  previewRules(rules: FlakyRules, now: number): RulesPreview {
    this.#settle(now);
    const { judged, left } = this.#verdicts.judge(rules, now);
    const changed = judged.filter(({ was, is }) => was !== is);
    const rows = (is: boolean) =>
      changed.filter((each) => each.is === is).flatMap(({ test }) => this.#read.oneTest(test) ?? []);
    return { becomes: rows(true), ceases: rows(false), judged: judged.length, left };
  }

  /** Stores the project's rules and judges its tests by them. */
  setRules(rules: FlakyRules, now: number): void {
    this.ctx.storage.transactionSync(() => this.#verdicts.storeRules(rules, now));
  }

  /** The due test runs that failed, except those of tests under quarantine. */
  redTestRuns(job: number, attempt: number): number[] {
    return this.#read.redTestRuns({ job, attempt });
  }

  /** Discounts runs that failed because of their host, or counts them again. */
  discount(runs: LostRun[], now: number): void {
    this.ctx.storage.transactionSync(() => this.#intake.discount(runs, now));
  }

  /** Deletes everything, because the project was deleted. `had` is true if there was something. */
  async purge(): Promise<{ had: boolean }> {
    const had = this.#holdsSomething();
    await this.ctx.storage.deleteAll();
    // Data in transit may still arrive, which the next call finds.
    this.#makeTables();
    this.makeFileTables();
    return { had };
  }

  #holdsSomething(): boolean {
    const held = this.#sql.exec(`SELECT 1 WHERE EXISTS (SELECT 1 FROM runs) OR EXISTS (SELECT 1 FROM files)
      OR EXISTS (SELECT 1 FROM facts) OR EXISTS (SELECT 1 FROM uploads)`);
    return held.toArray().length > 0;
  }

  /** A test's last runs, and the project's rules. */
  seenRuns(test: number): { runs: Seen[]; rules: FlakyRules } {
    return { runs: this.#verdicts.runsOf(test), rules: this.#verdicts.rules() };
  }

  exportRows(place: CopyPlace | null, budget: number): CopyPage {
    return this.#copy.read(place, budget);
  }

  restoreRows(mark: string, sections: CopiedRows[]): RestoreReply {
    return this.#copy.transact(this.ctx.storage, () => {
      if (this.#copy.mark() !== mark) {
        if (this.#holdsSomething()) return { outcome: "held" };
        this.#copy.setMark(mark);
      }
      this.#copy.write(sections);
      return { outcome: "taken" };
    });
  }
}
