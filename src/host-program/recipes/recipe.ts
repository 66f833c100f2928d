import type { FoundCase } from "./report-case.ts";

/** One test that a job asks for: a row of its `automation_materials`. */
export interface AskedTest {
  testRunId: number;
  name: string;
  /** The automation content: what the report importer, or a person, wrote to name the test for its tool. */
  content: string;
}

export interface RecipeInput {
  job: { id: number; attempt: number; projectId: number };
  /** null: the whole suite. */
  tests: readonly AskedTest[] | null;
  /** An absolute path of an empty folder of this run. Reports and lists of tests go there. */
  runFolder: string;
  /** The absolute path that the commands start in. */
  directory: string;
  /** As `process.platform` says it. */
  platform: string;
  /** The environment that the run inherits. A recipe adds to a variable that is a list of paths. */
  env: Readonly<Record<string, string | undefined>>;
  /** What stands for the tool's own command, such as `["npx", "vitest"]`. The recipe's arguments follow it. */
  command?: readonly string[];
  /** Recipe `command` alone: the command is one line for the platform's shell. */
  shell?: boolean;
  /** Recipe `command` alone: absolute paths or globs of the JUnit reports that it leaves. */
  results?: readonly string[];
}

const REPORT_KINDS = [
  "none",
  "junit",
  "jest_json",
  "mocha_json",
  "cucumber_messages",
  "go_json",
  "node_lines",
  "rspec_json",
  "trx",
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export interface RecipePlan {
  /** Commands to run one after another, each of them whatever the earlier ones' exit codes. Mostly one. */
  commands: readonly (readonly string[])[];
  /** true: a command is one line for the platform's shell. */
  shell: boolean;
  /** Set over the inherited environment. */
  env: Readonly<Record<string, string>>;
  /** Written before the start, absolute paths. */
  files: readonly { path: string; text: string }[];
  /** Absolute paths or globs of the reports. A file older than the run's start is not this run's. */
  reports: readonly string[];
  /** "stdout": the commands' standard outputs are the report, and `reports` is empty. */
  reportFrom: "files" | "stdout";
  reportKind: ReportKind;
}

/** What the report files of one run say together. */
export interface RunReport {
  cases: readonly FoundCase[];
  /** Failures that belong to no test: a file that did not load, a suite's own error. */
  errors: readonly string[];
}

/** "broken": the tool did not get to the tests. */
export type ExitMeaning = "passed" | "failed" | "no_tests" | "broken";

/** "test": the case is the asked test. "part": the content names a file or a group, and the case is in it. */
export type Match = "test" | "part" | null;

export interface Recipe {
  name: string;
  /** The `framework_id`s for which this recipe is taken where an agent names none. */
  frameworkIds: readonly string[];
  plan(input: RecipeInput): RecipePlan;
  match(test: AskedTest, found: FoundCase): Match;
  /** Without it 0 is passed, and anything else failed. */
  exitMeaning?(code: number): ExitMeaning;
  /** Cases of one name are tries of one test, and the last one counts. Without it the worst one counts. */
  lastTryCounts?: boolean;
  /** A line of the standard output as a person wants to see it, without its line end; null hides it. */
  shownLine?(line: string): string | null;
}
