import type { CopiedObject } from "../database/object-copy.ts";
import type { Comparison } from "./comparison.ts";
import type { FileFacts, FilePage, FilePlace, Oldest, StoredFile } from "./file-table.ts";
import type { FlakyRules, Seen } from "./flaky-rules.ts";
import type { ResultOutcome, TestName } from "./outcomes.ts";
import type { Quarantine } from "./quarantine-table.ts";
import type { KnownAttempt } from "./run-ids.ts";
import type { RunTotals } from "./run-totals.ts";
import type { TestsQuery } from "./test-lists.ts";
import type { OldUpload, R2Upload, Upload, UploadFacts } from "./upload-table.ts";

/**
 * The calls to a project's object of results. Its class (project-results.ts) describes each. It returns data and never
 * throws. Every call may be made twice.
 */
export interface ResultsProtocol extends CopiedObject {
  takeReport(intake: Intake): IntakeReply;
  jobResults(query: JobResultsQuery): ResultRow[];
  runResults(run: RunPlace, page: { after: number; limit: number }): RunResults;
  attempts(job: number): KnownAttempt[];
  matchedTestRuns(job: number, attempt: number): number[] | null;
  tests(query: TestsQuery, now: number): TestRow[];
  oneTest(id: number, now: number): TestRow | null;
  history(test: number, before: number, limit: number): HistoryRow[];
  overview(now: number): ProjectOverview;
  compare(earlier: RunPlace, later: RunPlace, limit: number): Comparison;
  noteFile(place: FilePlace, facts: FileFacts): void;
  noteArtifact(place: FilePlace, facts: FileFacts, limit: number): { noted: boolean };
  files(job: number, attempt: number, kind: FilePlace["kind"]): StoredFile[];
  artifact(run: RunPlace, name: string): StoredFile | null;
  reportFile(run: RunPlace, name: string): StoredFile | null;
  artifactPage(page: FilePage): { files: StoredFile[]; total: number };
  oldFiles(before: Record<FilePlace["kind"], number>, limit: number): string[];
  oldest(): Oldest;
  forgetFiles(keys: string[]): void;
  findUpload(facts: UploadFacts, limit: number): { upload: Upload | null; isFull: boolean };
  addUpload(facts: UploadFacts, known: R2Upload): Upload;
  upload(run: RunPlace, id: number): Upload | null;
  beginPart(
    run: RunPlace,
    part: { id: number; part: number; bytes: number },
  ): { upload: Upload | null; turn: number | null };
  endPart(run: RunPlace, part: { id: number; part: number; turn: number; etag: string }): Upload | null;
  forgetParts(id: number): void;
  finishUpload(upload: Upload, at: number): { isKept: boolean };
  dropUpload(id: number): void;
  oldUploads(before: number, limit: number): OldUpload[];
  forgetUploads(ids: number[]): void;
  pruneResults(before: number, limit: number, now: number): { results: number; tests: number };
  putQuarantine(quarantine: Quarantine): { put: boolean };
  endQuarantine(test: number): void;
  quarantineOf(test: number, now: number): Quarantine | null;
  quarantines(now: number): Quarantined[];
  rules(): FlakyRules;
  previewRules(rules: FlakyRules, now: number): RulesPreview;
  setRules(rules: FlakyRules, now: number): void;
  redTestRuns(job: number, attempt: number): number[];
  discount(runs: LostRun[], now: number): void;
  purge(): Promise<{ had: boolean }>;
  seenRuns(test: number): { runs: Seen[]; rules: FlakyRules };
}

/** The protocol for callers: each call is a round trip. */
export type ResultsStub = {
  [Method in keyof ResultsProtocol]: (
    ...input: Parameters<ResultsProtocol[Method]>
  ) => Promise<Awaited<ReturnType<ResultsProtocol[Method]>>>;
};

export interface RunPlace {
  job: number;
  attempt: number;
}

/** The facts of a run whose results arrive. */
export interface RunFacts extends RunPlace {
  hostId: number;
  /** Its build or commit, or else its tests. Outcomes are compared within one content. */
  content: string;
  hasBuild: boolean;
  /** The content came with these results: it replaces one that is derived from the job. */
  isReported: boolean;
  /** The job whose tests it runs again, perhaps not all of them; its content is theirs unless it has a build. */
  repeats: number | null;
  /** The number of due test runs. */
  due: number;
  /** The run ended for a reason of its host. */
  isLost: boolean;
}

/** A run that failed because of its host, or after all did not. */
export type LostRun = RunPlace & Pick<RunFacts, "isLost">;

export interface NewResult {
  name: TestName;
  outcome: ResultOutcome;
  flaky: boolean;
  durationMs: number | null;
  message: string | null;
  detail: string | null;
  attempts: number;
  testRunId: number | null;
}

/** A received report. One with the same name replaces the earlier one. */
export interface Intake {
  run: RunFacts;
  report: string;
  results: NewResult[];
  /** Where its bytes are stored. */
  file: FileFacts | null;
  /** Epoch milliseconds. */
  now: number;
}

/** A run's results by kind. A flaky result has passed; a quarantined one is red and fails no job. */
export interface ResultCounts {
  passed: number;
  failed: number;
  errors: number;
  skipped: number;
  flaky: number;
  missing: number;
  quarantined: number;
}

export interface IntakeReply {
  counts: ResultCounts;
  /** Increases with each count of any run. */
  revision: number;
  /** The id of the last stored result; 0 without one. */
  lastId: number;
}

export interface JobResultsQuery extends RunPlace {
  /** null for all but the missing ones. */
  outcome: ResultOutcome | "flaky" | "red" | "not red" | null;
  after: number;
  limit: number;
  /** When the states of the tests are asked for, as they were after that run; epoch milliseconds; null: nobody looks at them. */
  judgedAt: number | null;
}

/** A test with its recent results. */
export interface TestRow {
  id: number;
  name: TestName;
  /** Its last runs, newest first: p(assed), y (flaky), s(kipped), f(ailed), e(rror). */
  strip: string;
  failures: number;
  /** The pieces of evidence of flakiness; `isFlaky` is true if they suffice. */
  evidence: number;
  isFlaky: boolean;
  meanMs: number | null;
  /** The job in which it began to fail; null if its last run did not fail. */
  failingSince: number | null;
  /** The end of its quarantine, epoch milliseconds; null if it is not under one. */
  quarantinedUntil: number | null;
  lastJob: number | null;
  lastAt: number | null;
}

export interface ResultRow {
  id: number;
  test: TestRow;
  report: string;
  outcome: ResultOutcome;
  flaky: boolean;
  quarantined: boolean;
  durationMs: number | null;
  attempts: number;
  testRunId: number | null;
  message: string | null;
  detail: string | null;
}

/** One result in a test's history. */
export interface HistoryRow extends RunPlace {
  id: number;
  hostId: number;
  content: string;
  hasBuild: boolean;
  /** Epoch milliseconds. */
  at: number;
  outcome: ResultOutcome;
  flaky: boolean;
  quarantined: boolean;
  /** The run counts against no test: it was an outage, or its host failed. */
  discounted: boolean;
  durationMs: number | null;
  attempts: number;
  message: string | null;
}

/** The failures of one run whose messages are of one kind. */
export interface RedGroup {
  /** The message without what varies; null for a failure without one, which is in no group. */
  group: string | null;
  failures: number;
  /** The first of them. */
  rows: ResultRow[];
}

/** What a job's page shows of its results; each list has a maximum length. */
export interface RunResults {
  /** The failures by kind, the most frequent kind first. */
  red: RedGroup[];
  /** Results that passed when they were tried again. */
  flaky: ResultRow[];
  /** A page of those that are not red, by id. */
  others: ResultRow[];
  /** The due test runs that have a result. */
  matched: number[];
}

/** The latest failures of a project whose messages are of one kind. */
export interface FailureKind {
  group: string;
  failures: number;
  tests: number;
  /** The latest of them. */
  last: { job: number; at: number; test: number; name: TestName };
}

/** What other rules would change. `left` tests with failures or evidence were not judged, because there are too many. */
export interface RulesPreview {
  becomes: TestRow[];
  ceases: TestRow[];
  judged: number;
  left: number;
}

export interface Quarantined {
  quarantine: Quarantine;
  test: TestRow;
}

/** A project's tests in short; each list has a maximum length. */
export interface ProjectOverview {
  /** Its last runs, the oldest first. */
  runs: RunTotals[];
  flaky: TestRow[];
  slow: TestRow[];
  /** Tests that began to fail in the last `days` days and still do, those first that began last. */
  failing: TestRow[];
  /** As many days as evidence of flakiness counts. */
  days: number;
  kinds: FailureKind[];
  quarantines: Quarantined[];
}
