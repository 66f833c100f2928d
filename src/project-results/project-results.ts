import { DurableObject } from "cloudflare:workers";
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
import { QUARANTINE_TABLES } from "./quarantine-table.ts";
import { ReadTable } from "./read-table.ts";
import { RESULT_TABLES } from "./result-tables.ts";
import { VerdictTable } from "./verdict-table.ts";

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

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(RESULT_TABLES + FILE_TABLES + QUARANTINE_TABLES);
    this.#files = new FileTable(this.#sql);
    this.#verdicts = new VerdictTable(this.#sql);
    this.#intake = new IntakeTable(this.#sql, this.#verdicts);
    this.#read = new ReadTable(this.#sql);
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
    return this.#read.compare(earlier, later, most);
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

  /** A test's last runs, and the rules by which its project takes one for flaky. */
  seenRuns(test: number): { runs: Seen[]; rules: FlakyRules } {
    return { runs: this.#verdicts.runsOf(test), rules: this.#verdicts.rules() };
  }
}
