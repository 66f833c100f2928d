/** One case of a report, as every reader gives it. */
export interface ReportCase {
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
  /** Anything but a test (a hook, a file that did not load) is never the case that was asked for. */
  kind: string;
}
