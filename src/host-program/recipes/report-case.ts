/** What recipes need of a report's case; `ReportCase` of src/reports has it. */
export interface FoundCase {
  /** The names of the suites around the case, outermost first. */
  suites: readonly string[];
  classname: string;
  name: string;
  file: string | null;
  line: number | null;
  outcome: "passed" | "failed" | "error" | "skipped";
  durationMs: number | null;
  message: string | null;
  detail: string | null;
  /** Anything but "test" is never the case that was asked for. */
  kind: "test" | "hook" | "file" | "suite" | "load_error" | "nameless";
}

/** A case of a report that says little of it. */
export function caseOf(known: Partial<FoundCase> & Pick<FoundCase, "name" | "outcome">): FoundCase {
  return {
    suites: [],
    classname: "",
    file: null,
    line: null,
    durationMs: null,
    message: null,
    detail: null,
    kind: "test",
    ...known,
  };
}
