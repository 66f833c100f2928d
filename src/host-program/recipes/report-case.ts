import { type ReportCase, reportCase } from "../../reports/report-case.ts";

/** The fields of a case that recipes use. */
export type FoundCase = Omit<ReportCase, "package" | "place">;

/** A case; fields that its report lacks are empty. */
export const caseOf = (known: Partial<FoundCase> & Pick<FoundCase, "name" | "outcome">): FoundCase =>
  reportCase(known);
