import { DurableObject } from "cloudflare:workers";
import { CompareTable } from "./compare-table.ts";
import { FILE_TABLES, type FileFacts, type FilePlace, FileTable, type StoredFile } from "./file-table.ts";
import type { FlakyRules, Seen } from "./flaky-rules.ts";
import { IntakeTable } from "./intake-table.ts";
import type {
  Comparison,
  HistoryRow,
  Intake,
  IntakeReply,
  JobResultsQuery,
  ResultRow,
  ResultsProtocol,
  RunPlace,
  TestRow,
  TestsQuery,
} from "./protocol.ts";
import { PruneTable } from "./prune-table.ts";
import { QUARANTINE_TABLES, type Quarantine, QuarantineTable } from "./quarantine-table.ts";
import { ReadTable } from "./read-table.ts";
import { RESULT_TABLES } from "./result-tables.ts";
import { VerdictTable } from "./verdict-table.ts";

/** How many tests of a project are judged at once by other rules: those with failures or evidence, the newest first. */
const MAX_JUDGED = 2000;

/**
 * All that the runs of one project found out, over the object's own SQLite. Named by the project's id. Every method is
 * synchronous, so that no two calls interleave; every one may be called twice. The time comes from the caller.
 */
export class ProjectResults extends DurableObject<Env> implements ResultsProtocol {
  readonly #sql: SqlStorage;
  readonly #files: FileTable;
  readonly #verdicts: VerdictTable;
  readonly #intake: IntakeTable;
  readonly #read: ReadTable;
  readonly #compare: CompareTable;
  readonly #prune: PruneTable;
  readonly #quarantines: QuarantineTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(RESULT_TABLES + FILE_TABLES + QUARANTINE_TABLES);
    this.#files = new FileTable(this.#sql);
    this.#verdicts = new VerdictTable(this.#sql);
    this.#quarantines = new QuarantineTable(this.#sql);
    this.#intake = new IntakeTable(this.#sql, this.#verdicts, this.#quarantines);
    this.#read = new ReadTable(this.#sql);
    this.#compare = new CompareTable(this.#sql, this.#read);
    this.#prune = new PruneTable(this.#sql, this.#verdicts);
  }

  /** Takes a report in, or in the place of the one of its name, all or nothing; gives what its run now counts. */
  takeReport(intake: Intake): IntakeReply {
    const { run, report, file } = intake;
    return this.ctx.storage.transactionSync(() => {
      const place: FilePlace = { kind: "report", job: run.job, attempt: run.attempt, name: report };
      if (file) this.#files.put(place, file);
      return this.#intake.take(intake);
    });
  }

  jobResults(asked: JobResultsQuery): ResultRow[] {
    return this.#read.ofRun(asked);
  }

  /** Which of the test runs that were due are in a report. */
  matchedTestRuns(job: number, attempt: number): number[] {
    return this.#read.matchedTestRuns({ job, attempt });
  }

  tests(asked: TestsQuery): TestRow[] {
    return this.#read.tests(asked);
  }

  oneTest(id: number): TestRow | null {
    return this.#read.oneTest(id);
  }

  history(test: number, before: number, limit: number): HistoryRow[] {
    return this.#read.history(test, before, limit);
  }

  compare(earlier: RunPlace, later: RunPlace, most: number): Comparison {
    return this.#compare.compare(earlier, later, most);
  }

  /** Says that a file is about to be in R2. */
  noteFile(place: FilePlace, facts: FileFacts): void {
    this.#files.put(place, facts);
  }

  /** The same of a file that a run left, where its attempt has fewer than `most` others. */
  noteArtifact(place: FilePlace, facts: FileFacts, most: number): { noted: boolean } {
    const noted = this.#files.countOthers(place, facts.key) < most;
    if (noted) this.#files.put(place, facts);
    return { noted };
  }

  files(job: number, attempt: number, kind: FilePlace["kind"]): StoredFile[] {
    return this.#files.of(job, attempt, kind);
  }

  /** The keys of files from before these times, by their kinds, oldest first. */
  oldFiles(before: Record<FilePlace["kind"], number>, most: number): string[] {
    const kinds = ["report", "log", "artifact"] as const;
    return kinds.flatMap((kind) => this.#files.old(kind, before[kind], most)).slice(0, most);
  }

  /** R2 has these no more. */
  forgetFiles(keys: string[]): void {
    this.#files.forget(keys);
  }

  /** Removes results of runs from before `before`, all or nothing, at most about `most` of them. */
  pruneResults(before: number, most: number, now: number): { results: number; tests: number } {
    return this.ctx.storage.transactionSync(() => this.#prune.remove(before, most, now));
  }

  /** Puts a test under quarantine, anew where it is under one. Not put: there is no such test. */
  putQuarantine(quarantine: Quarantine): { put: boolean } {
    return { put: this.#quarantines.put(quarantine) };
  }

  endQuarantine(test: number): void {
    this.#quarantines.end(test);
  }

  /** The quarantines in force at `now`, each with its test. */
  quarantines(now: number): { quarantine: Quarantine; test: TestRow }[] {
    return this.#quarantines.list(now).flatMap((quarantine) => {
      const test = this.#read.oneTest(quarantine.test);
      return test ? [{ quarantine, test }] : [];
    });
  }

  rules(): FlakyRules {
    return this.#verdicts.rules();
  }

  /** Which tests other rules would take for flaky that are not now, and the other way round. */
  previewRules(rules: FlakyRules, now: number): { becomes: TestRow[]; ceases: TestRow[] } {
    const changed = this.#verdicts.judge(rules, MAX_JUDGED, now).filter(({ was, is }) => was !== is);
    const rows = (is: boolean) =>
      changed.filter((each) => each.is === is).flatMap(({ test }) => this.#read.oneTest(test) ?? []);
    return { becomes: rows(true), ceases: rows(false) };
  }

  /** Takes these rules for the project's, and judges by them what there is any doubt about. */
  setRules(rules: FlakyRules, now: number): void {
    this.ctx.storage.transactionSync(() => {
      this.#verdicts.storeRules(rules);
      this.#verdicts.refresh(
        this.#verdicts.judge(rules, MAX_JUDGED, now).map(({ test }) => test),
        now,
      );
    });
  }

  /** Which of the test runs that were due failed, those of tests under quarantine aside. */
  redTestRuns(job: number, attempt: number): number[] {
    return this.#read.redTestRuns({ job, attempt });
  }

  /** A run failed for its host's reason: it counts against no test. */
  discount(job: number, attempt: number, now: number): void {
    this.ctx.storage.transactionSync(() => this.#intake.discount({ job, attempt }, now));
  }

  /** The project is gone: so is all that the object holds. `had`: there was something. */
  async purge(): Promise<{ had: boolean }> {
    const had = this.#holdsSomething();
    await this.ctx.storage.deleteAll();
    // What is on its way may still come, and is found by the next call; the id may be given to another project.
    this.#sql.exec(RESULT_TABLES + FILE_TABLES + QUARANTINE_TABLES);
    return { had };
  }

  #holdsSomething(): boolean {
    const { rows } = this.#sql
      .exec<{ rows: number }>(
        "SELECT EXISTS (SELECT 1 FROM runs) + EXISTS (SELECT 1 FROM files) + EXISTS (SELECT 1 FROM facts) AS rows",
      )
      .one();
    return rows > 0;
  }

  /** A test's last runs, and the rules by which its project takes one for flaky. */
  seenRuns(test: number): { runs: Seen[]; rules: FlakyRules } {
    return { runs: this.#verdicts.runsOf(test), rules: this.#verdicts.rules() };
  }
}
