import { BOUNDS, type Bounds } from "./bounds.ts";
import { ReportBuilder } from "./report-builder.ts";
import type { Report } from "./report-case.ts";
import { type DecodedText, decodeXml } from "./text.ts";
import { readXml } from "./xml.ts";

/** As `readJunit`, of a text that is decoded already. */
export const readJunitText = (decoded: DecodedText, bounds: Bounds): Report => {
  const report = new ReportBuilder(bounds);
  return report.done(readXml(decoded, report, { format: "a JUnit report", bounds }));
};

/**
 * Reads a JUnit XML report: each <testcase> of a <testsuite> in its order, however deep the suites are nested, and
 * the errors that only a suite tells. Read as a stream. The encoding is judged by the bytes, and characters that
 * XML forbids are replaced and counted. A DOCTYPE is refused, so that there are no entities but XML's own five. A
 * report without cases is a good one. Throws `ReportError`.
 */
export const readJunit = (bytes: Uint8Array, bounds: Bounds = BOUNDS): Report =>
  readJunitText(decodeXml(bytes), bounds);
