import type { Bounds } from "../../reports/bounds.ts";
import { plainText } from "../../reports/colours.ts";
import { readReport } from "../../reports/read-report.ts";
import { isPassing, type Report, type ReportCase, ReportError } from "../../reports/report-case.ts";
import type { RunReport } from "./recipe.ts";

const ANY = Number.POSITIVE_INFINITY;
/** A report of a run is as long as its tests need. Only texts are cut, because a reason quotes the first of them. */
const BOUNDS: Bounds = {
  cases: ANY,
  elements: ANY,
  nested: 1000,
  attributes: ANY,
  references: ANY,
  containers: ANY,
  values: ANY,
  nameCharacters: ANY,
  messageCharacters: 4000,
  detailCharacters: 4000,
};

export interface ReportFile {
  /** The name that the service gets. */
  name: string;
  bytes: Uint8Array;
}

const read = ({ name, bytes }: ReportFile): Pick<Report, "cases" | "problems"> => {
  try {
    return readReport(bytes, name, BOUNDS);
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    const message = `the report ${name} can't be read: it ${error.message}`;
    return { cases: [], problems: [{ kind: "suite_error", suites: [], message, detail: null, line: null }] };
  }
};

const isRedBesideTests = ({ kind, outcome }: ReportCase): boolean => kind !== "test" && !isPassing(outcome);

/**
 * The report files (or the standard outputs) of a run as one report, in the given order; null if there are none. They
 * are read as the service reads them. A file that cannot be read is an error of the run, never an exception.
 */
export function readRunReport(files: Iterable<ReportFile>): RunReport | null {
  let count = 0;
  const cases: ReportCase[] = [];
  const errors: string[] = [];
  for (const file of files) {
    count++;
    const report = read(file);
    for (const each of report.cases) cases.push(each);
    for (const { suites, message } of report.problems) errors.push([...suites, message].join(": "));
    for (const { suites, name, message } of report.cases.filter(isRedBesideTests))
      errors.push(`${[...suites, name].join(" > ")}: ${message ?? "failed"}`);
  }
  return count === 0 ? null : { cases, errors: errors.map((error) => plainText(error) ?? error) };
}
