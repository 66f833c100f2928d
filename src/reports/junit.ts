import type { Bounds } from "./bounds.ts";
import { ReportBuilder } from "./report-builder.ts";
import type { Report } from "./report-case.ts";
import type { DecodedText } from "./text.ts";
import { readXml } from "./xml.ts";

/**
 * Reads a JUnit XML report as a stream: each <testcase> in order, at any depth of suites, and errors outside of cases.
 * Characters that XML forbids are replaced and counted. A DOCTYPE is refused, so that only XML's five entities exist. A
 * report without cases is valid. Throws `ReportError`.
 */
export const readJunit = (decoded: DecodedText, bounds: Bounds): Report => {
  const report = new ReportBuilder(bounds);
  return report.done(readXml(decoded, report, { format: "a JUnit report", bounds }));
};
