import { type ReportCase, reportCase } from "../../reports/report-case.ts";

/** What recipes need of a report's case. */
export type FoundCase = Omit<ReportCase, "package" | "place">;

/** A case of a report that says little of it. */
export const caseOf = (known: Partial<FoundCase> & Pick<FoundCase, "name" | "outcome">): FoundCase =>
  reportCase(known);
