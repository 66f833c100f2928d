import type { Replaced } from "./text.ts";

export const OUTCOMES = ["passed", "failed", "error", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whether a case with this outcome leaves its run green. */
export const isPassing = (outcome: Outcome): boolean => outcome === "passed" || outcome === "skipped";

/** Only a "test" can be run by its name. A "suite" is a describe without tests, reported as a case. */
const KINDS = ["test", "hook", "file", "suite", "load_error", "nameless"] as const;
export type Kind = (typeof KINDS)[number];

export interface ReportCase {
  /** The names of the enclosing suites, outermost first, without empty ones; erlang's group is the last. */
  suites: string[];
  /** "" if the case has none; so is `name`. */
  classname: string;
  name: string;
  /** Its own, or that of the nearest enclosing suite; so are `package` and `hostname`. */
  file: string | null;
  package: string | null;
  hostname: string | null;
  /** The line of the test's source, if the tool reports it. */
  line: number | null;
  /** The row's parameters, if the format has a field for them; otherwise null. */
  parameters: string | null;
  outcome: Outcome;
  /** The reported number of tries; 1 without one. */
  attempts: number;
  /** An earlier try failed and the last one passed. The message is then that of the failed try. */
  flaky: boolean;
  durationMs: number | null;
  message: string | null;
  detail: string | null;
  kind: Kind;
  /**
   * The number of the case in the report, from 1, and the report's line on which it ends; null if the format has no
   * lines.
   */
  place: { number: number; line: number | null };
}

/** A case with default values for all fields not given. */
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

/** An error outside of cases: a red run may have an all-green report. */
export interface Problem {
  /** "count": a suite counts failures or errors that none of its cases shows. */
  kind: "suite_error" | "count";
  suites: string[];
  message: string;
  detail: string | null;
  /** The report's line; null if the format has no lines. */
  line: number | null;
}

export interface Report {
  /** The tool that wrote the report; null if several tools write this format. */
  tool: string | null;
  cases: ReportCase[];
  problems: Problem[];
  replaced: Replaced;
}

/** Where a fault is, if its reader knows no line: a text of the report, or an element of a list by its number, from 1. */
interface Fault {
  near?: string;
  element?: number;
}

/** A report that cannot be read. The message says what it must be, and follows a subject such as "body". */
export class ReportError extends Error {
  readonly fault: Fault;

  constructor(message: string, fault: Fault = {}) {
    super(message);
    this.fault = fault;
  }
}
