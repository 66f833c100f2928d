import type { Replaced } from "./text.ts";

export const OUTCOMES = ["passed", "failed", "error", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whether a case of this outcome leaves its run green. */
export const isPassing = (outcome: Outcome): boolean => outcome === "passed" || outcome === "skipped";

/** Only a "test" can be run by its name. A "suite" is a describe without tests that is written as a case. */
const KINDS = ["test", "hook", "file", "suite", "load_error", "nameless"] as const;
export type Kind = (typeof KINDS)[number];

/** A test case of a report. */
export interface ReportCase {
  /** The names of the suites around it, outermost first, without empty ones; erlang's group is the last. */
  suites: string[];
  /** "" where the case has none, as for `name`. */
  classname: string;
  name: string;
  /** Its own, or the one of the nearest suite around it that has one; so are `package` and `hostname`. */
  file: string | null;
  package: string | null;
  hostname: string | null;
  /** The line of the test's source, where the tool tells it. */
  line: number | null;
  /** What makes it one row of a test with several, where the format has a field for it; null: it has none. */
  parameters: string | null;
  outcome: Outcome;
  /** How many tries the report says it took; 1 where it says nothing. */
  attempts: number;
  /** The report says that an earlier try failed and the last one passed. Then the message is the failed try's. */
  flaky: boolean;
  durationMs: number | null;
  message: string | null;
  detail: string | null;
  kind: Kind;
  /** Which case of the report it is, from 1, and the line of the report that it ends on; null where lines say nothing. */
  place: { number: number; line: number | null };
}

/** A case of which a report says no more than what is given. */
export const reportCase = (
  known: Partial<ReportCase> & Pick<ReportCase, "name" | "outcome">,
): ReportCase => ({
  suites: [],
  classname: "",
  file: null,
  package: null,
  hostname: null,
  line: null,
  parameters: null,
  attempts: 1,
  flaky: false,
  durationMs: null,
  message: null,
  detail: null,
  kind: "test",
  place: { number: 1, line: null },
  ...known,
});

/** What a report says beside its cases: a red run may have an all-green report. */
export interface Problem {
  /** "count": a suite counts failures or errors, and nothing in it shows one. */
  kind: "suite_error" | "count";
  suites: string[];
  message: string;
  detail: string | null;
  /** Of the report; null where lines say nothing. */
  line: number | null;
}

export interface Report {
  /** The tool that wrote it, by its form; null where the form is nobody's own. */
  tool: string | null;
  cases: ReportCase[];
  problems: Problem[];
  replaced: Replaced;
}

/** A report that can't be read; its message says what it must be, and goes on from a subject such as "body". */
export class ReportError extends Error {}
