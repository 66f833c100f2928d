import { SaxesParser } from "saxes";
import { BOUNDS, type Bounds } from "./bounds.ts";
import { repairXml } from "./repair.ts";
import { ReportBuilder } from "./report-builder.ts";
import { type Report, ReportError } from "./report-case.ts";
import { decodeXml, type Replaced } from "./text.ts";

const refuse = (message: string): never => {
  throw new ReportError(message);
};

/** Says a parser's `line:column: what` in our own form. A name in it may be as long as the report. */
const refuseMalformed = ({ message }: Error): never => {
  const [, line, column, what = message] = /^(\d+):(\d+): (.*)$/s.exec(message) ?? [];
  const place = line === undefined ? "" : ` (line ${line}, column ${column})`;
  return refuse(
    `must be a JUnit report in well-formed XML: ${what.slice(0, 100).replace(/\.$/, "")}${place}`,
  );
};

/** Two counts over one file add up; the first of their lines counts. */
const sumOf = (one: Replaced, other: Replaced): Replaced => ({
  count: one.count + other.count,
  line: one.line === null || other.line === null ? (one.line ?? other.line) : Math.min(one.line, other.line),
});

/**
 * Reads a JUnit XML report: each <testcase> of a <testsuite> in its order, however deep the suites are nested, and
 * the errors that only a suite tells. Read as a stream. The encoding is judged by the bytes, and characters that
 * XML forbids are replaced and counted. A DOCTYPE is refused, so that there are no entities but XML's own five. A
 * report without cases is a good one. Throws `ReportError`.
 */
export const readJunit = (bytes: Uint8Array, bounds: Bounds = BOUNDS): Report => {
  const decoded = decodeXml(bytes);
  const repaired = repairXml(decoded.text);
  const report = new ReportBuilder(bounds);
  const parser = new SaxesParser({ xmlns: false, position: true });
  let elements = 0;
  let attributes = 0;
  const limit = (count: number, most: number, what: string) => {
    if (count > most) refuse(`must have at most ${most} ${what} (line ${parser.line})`);
  };
  parser.on("error", refuseMalformed);
  parser.on("doctype", () => refuse("must have no <!DOCTYPE>, and no entities of its own: leave it out"));
  parser.on("opentagstart", () => {
    limit(++elements, bounds.elements, "elements: send the report in parts");
    attributes = 0;
  });
  parser.on("attribute", () => limit(++attributes, bounds.attributes, "attributes in one tag"));
  parser.on("opentag", ({ name, attributes: given }) => {
    report.open(name, given, parser.line);
    limit(report.depth, bounds.nested, "elements within each other");
  });
  parser.on("text", (text) => report.text(text));
  parser.on("cdata", (text) => report.text(text));
  parser.on("comment", (comment) => report.comment(comment));
  parser.on("closetag", () => report.close());
  parser.write(repaired.text).close();
  return report.done(sumOf(decoded.replaced, repaired.replaced));
};
