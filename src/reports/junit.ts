import { BOUNDS, type Bounds } from "./bounds.ts";
import { ReportBuilder } from "./report-builder.ts";
import type { Report } from "./report-case.ts";
import { type DecodedText, decodeXml } from "./text.ts";
import { readXml } from "./xml.ts";

/** `readJunit` for text that is already decoded. */
export const readJunitText = (decoded: DecodedText, bounds: Bounds): Report => {
  const report = new ReportBuilder(bounds);
  return report.done(readXml(decoded, report, { format: "a JUnit report", bounds }));
};

/**
 * Reads a JUnit XML report as a stream: each <testcase> in order, at any depth of suites, and errors outside of cases.
 * The encoding follows from the bytes. Characters that XML forbids are replaced and counted. A DOCTYPE is refused, so
 * that only XML's five entities exist. A report without cases is valid. Throws `ReportError`.
 */
export const readJunit = (bytes: Uint8Array, bounds: Bounds = BOUNDS): Report =>
  readJunitText(decodeXml(bytes), bounds);
