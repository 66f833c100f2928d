import type { ReportCase } from "../../reports/report-case.ts";

/** What recipes need of a report's case. */
export type FoundCase = Omit<ReportCase, "package" | "place">;

/** A case of a report that says little of it. */
export function caseOf(known: Partial<FoundCase> & Pick<FoundCase, "name" | "outcome">): FoundCase {
  return {
    suites: [],
    classname: "",
    file: null,
    hostname: null,
    line: null,
    durationMs: null,
    message: null,
    detail: null,
    kind: "test",
    ...known,
  };
}
