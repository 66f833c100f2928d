import type { FileFacts, FilePlace } from "./file-table.ts";
import type { FlakyRules, Seen } from "./flaky-rules.ts";
import type { Quarantine } from "./quarantine-table.ts";

/**
 * All that may be asked of a project's object of results. Its class (project-results.ts) says what each call does; it
 * answers data and never throws. Every call may be made twice.
 */
export interface ResultsProtocol {
  takeReport(intake: Intake): IntakeReply;
  jobResults(asked: JobResultsQuery): ResultRow[];
  matchedTestRuns(job: number, attempt: number): number[];
  tests(asked: TestsQuery): TestRow[];
  oneTest(id: number): TestRow | null;
  history(test: number, before: number, limit: number): HistoryRow[];
  compare(earlier: RunPlace, later: RunPlace, most: number): Comparison;
  noteFile(place: FilePlace, facts: FileFacts): void;
  noteArtifact(place: FilePlace, facts: FileFacts, most: number): { noted: boolean };
  files(job: number, attempt: number, kind: FilePlace["kind"]): (FilePlace & FileFacts)[];
  oldFiles(before: Record<FilePlace["kind"], number>, most: number): string[];
  forgetFiles(keys: string[]): void;
  pruneResults(before: number, most: number, now: number): { results: number; tests: number };
  putQuarantine(quarantine: Quarantine): { put: boolean };
  endQuarantine(test: number): void;
  quarantines(now: number): { quarantine: Quarantine; test: TestRow }[];
  rules(): FlakyRules;
  previewRules(rules: FlakyRules, now: number): { becomes: TestRow[]; ceases: TestRow[] };
  setRules(rules: FlakyRules, now: number): void;
  redTestRuns(job: number, attempt: number): number[];
  discount(job: number, attempt: number, now: number): void;
  purge(): Promise<{ had: boolean }>;
  seenRuns(test: number): { runs: Seen[]; rules: FlakyRules };
}

/** The protocol as its callers see it: each call is a round trip. */
export type ResultsStub = {
  [Method in keyof ResultsProtocol]: (
    ...input: Parameters<ResultsProtocol[Method]>
  ) => Promise<Awaited<ReturnType<ResultsProtocol[Method]>>>;
};

/** What a result may say; `missing` is of what was due and is in no report, and of no row. */
export const RESULT_OUTCOMES = ["passed", "skipped", "failed", "error"] as const;
export type ResultOutcome = (typeof RESULT_OUTCOMES)[number];

/** One attempt of a job. */
export interface RunPlace {
  job: number;
  attempt: number;
}

/** What is known of a run whose results come in. */
export interface RunFacts extends RunPlace {
  hostId: number;
  /** What it ran: its build where it told one, else its materials. Outcomes are compared within one content. */
  content: string;
  hasBuild: boolean;
  /** How many test runs were due. */
  due: number;
}

/** What names a test, in a project, for good. */
export interface TestName {
  file: string | null;
  suites: string[];
  title: string;
  parameters: string | null;
}

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

/** A report that came in. Of the same name again it takes the place of the one before. */
export interface Intake {
  run: RunFacts;
  report: string;
  results: NewResult[];
  /** Where its bytes are kept. */
  file: FileFacts | null;
  /** Epoch milliseconds. */
  now: number;
}

/** How many results of a run are of which kind; a flaky one has passed, a quarantined one is red and fails no job. */
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
  /** Higher with each count of any run. */
  revision: number;
  /** The id of the last result that came in; 0 where none did. */
  lastId: number;
}

export interface JobResultsQuery extends RunPlace {
  /** All but the missing ones where nothing is asked for. */
  outcome: ResultOutcome | "flaky" | "red" | null;
  after: number;
  limit: number;
}

/** A test with how it did lately. */
export interface TestRow {
  id: number;
  name: TestName;
  /** Of its last runs, the newest first: p(assed), y (flaky), s(kipped), f(ailed), e(rror). */
  strip: string;
  failures: number;
  /** How many pieces of evidence say that it is flaky; `isFlaky`: enough of them. */
  evidence: number;
  isFlaky: boolean;
  meanMs: number | null;
  /** The job since whose run it fails; null where its last run did not fail. */
  failingSince: number | null;
  /** Until when it is under quarantine; null where it is not. Epoch milliseconds. */
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

/** One result of a test's history. */
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
  /** The run counts against no test: nearly all of it failed, or its host did. */
  discounted: boolean;
  durationMs: number | null;
  attempts: number;
  message: string | null;
}

export const TEST_SORTS = ["failures", "flakiness", "slowness", "recent"] as const;

export interface TestsQuery {
  /** Part of the name. */
  search: string | null;
  /** Words of the message of a late failure. */
  failure: string | null;
  sort: (typeof TEST_SORTS)[number];
  /** How many of the list were shown already. */
  after: number;
  limit: number;
}

export interface Compared {
  id: number;
  name: TestName;
  earlier: { outcome: ResultOutcome; durationMs: number | null };
  later: { outcome: ResultOutcome; durationMs: number | null };
}

/** What two runs of one project differ in, each list cut to so many. */
export interface Comparison {
  newlyFailing: Compared[];
  fixed: Compared[];
  slower: Compared[];
}
