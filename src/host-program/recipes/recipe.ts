import type { ReportCase } from "../../reports/report-case.ts";

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
  /** Begins the names of the files of a part of the tests, which are too many for one command. */
  part?: string;
  /** An absolute path of an empty folder of this run. Reports and lists of tests go there. */
  runFolder: string;
  /** The absolute path that the commands start in. */
  directory: string;
  /** The value of `process.platform`. */
  platform: string;
  /** The environment that the run inherits: a recipe may add a path to a variable. */
  env: Readonly<Record<string, string | undefined>>;
  /** Replaces the tool's own command, such as `["npx", "vitest"]`. The recipe's arguments follow it. */
  command?: readonly string[];
  /** Recipe `command` only: the command is one line for the platform's shell. */
  shell?: boolean;
  /** Recipe `command` only: absolute paths or globs of its reports. */
  results?: readonly string[];
}

export interface RecipePlan {
  /** Commands to run in this order, whatever the exit codes of earlier ones. Usually one. */
  commands: readonly (readonly string[])[];
  /** true: a command is one line for the platform's shell. */
  shell: boolean;
  /** Overrides the inherited environment. */
  env: Readonly<Record<string, string>>;
  /** Written before the start, at absolute paths. */
  files: readonly { path: string; text: string }[];
  /** Absolute paths or globs of the reports. A file older than the run's start belongs to another run. */
  reports: readonly string[];
  /** "stdout": the commands' standard outputs are the report, and `reports` is empty. "none": there is no report. */
  reportFrom: "files" | "stdout" | "none";
}

/** All report files of one run together. */
export interface RunReport {
  cases: readonly ReportCase[];
  /** Failures that belong to no test: a file that did not load, a suite's own error. */
  errors: readonly string[];
}

/** "broken": the tool did not get to the tests. */
export type ExitMeaning = "passed" | "failed" | "no_tests" | "broken";

/** "test": the case is the asked test. "part": the content names a file or a group, and the case is in it. */
export type Match = "test" | "part" | null;

export interface Recipe {
  name: string;
  /** An agent with one of these `framework_id`s gets this recipe unless it names one. */
  frameworkIds: readonly string[];
  plan(input: RecipeInput): RecipePlan;
  match(test: AskedTest, found: ReportCase): Match;
  /** Tests with the same key must be run by one command: the next one would overwrite their report. Default: each may be run by another. */
  keepTogether?(test: AskedTest): string;
  /** Default: 0 means passed, anything else failed. */
  exitMeaning?(code: number): ExitMeaning;
  /** Cases with one name are tries of one test, and the last one counts. Default: the worst counts. */
  lastTryCounts?: boolean;
  /** A line of standard output as people see it, without its line end; null hides it. */
  shownLine?(line: string): string | null;
}
