import { SaxesParser } from "saxes";
import { invalid } from "../http/errors.ts";

/** A test case of a report; "" stands for an attribute that it lacks. */
export interface ReportCase {
  name: string;
  classname: string;
  /** Its own, or the one of the nearest suite around it that has one. */
  file: string;
  /** Which case of the report it is, from 1, and the line that its tag ends on. */
  number: number;
  line: number;
}

/** More than any tool writes, and little enough to read in well under a second. */
const MOST_ELEMENTS = 100_000;
const MOST_NESTED = 100;
const MOST_ATTRIBUTES = 100;

const SUITES = ["testsuites", "testsuite"];
const ROOTS = "<testsuites> or <testsuite>";

const refuse = (message: string): never => {
  throw invalid([{ field: "body", message }]);
};

/** Says a parser's `line:column: what` in our own form. A name in it may be as long as the body. */
const refuseMalformed = ({ message }: Error): never => {
  const [, line, column, what = message] = /^(\d+):(\d+): (.*)$/s.exec(message) ?? [];
  const place = line === undefined ? "" : ` (line ${line}, column ${column})`;
  return refuse(
    `must be a JUnit report in well-formed XML: ${what.slice(0, 100).replace(/\.$/, "")}${place}`,
  );
};

/** Tools differ in whether they use a namespace: a name counts without its prefix. */
const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1);

/**
 * The test cases of a JUnit XML report, in its order: each <testcase> of a <testsuite>, however deep the
 * suites are nested. What came of a case, and what it printed, is passed over. Read as a stream: nothing is
 * kept of a report but its cases. A DOCTYPE is refused, so that there are no entities but XML's own five.
 * Throws `invalid`.
 */
export const readJunit = (xml: string): ReportCase[] => {
  const cases: ReportCase[] = [];
  const around: { name: string; file: string }[] = [];
  let elements = 0;
  let attributes = 0;
  const parser = new SaxesParser({ xmlns: false, position: true });
  const limit = (count: number, most: number, what: string) => {
    if (count > most) refuse(`must have at most ${most} ${what} (line ${parser.line})`);
  };
  parser.on("error", refuseMalformed);
  parser.on("doctype", () => refuse("must have no <!DOCTYPE>, and no entities of its own: leave it out"));
  parser.on("xmldecl", ({ encoding = "UTF-8" }) => {
    if (!/^utf-?8$/i.test(encoding))
      refuse(`must be in UTF-8 and say so: its declaration has the encoding ${encoding.slice(0, 40)}`);
  });
  parser.on("opentagstart", () => {
    limit(++elements, MOST_ELEMENTS, "elements: send the report in parts");
    attributes = 0;
  });
  parser.on("attribute", () => limit(++attributes, MOST_ATTRIBUTES, "attributes in one tag"));
  parser.on("opentag", (tag) => {
    const name = localName(tag.name);
    const { name: called = "", classname = "", file: own = "" } = tag.attributes;
    const parent = around.at(-1);
    if (!parent && !SUITES.includes(name)) {
      refuse(`must be a JUnit report: its root must be ${ROOTS}, not <${tag.name.slice(0, 40)}>`);
    }
    const file = own || parent?.file || "";
    around.push({ name, file });
    limit(around.length, MOST_NESTED, "elements within each other");
    if (name === "testcase" && SUITES.includes(parent?.name ?? "")) {
      cases.push({ name: called, classname, file, number: cases.length + 1, line: parser.line });
    }
  });
  parser.on("closetag", () => around.pop());
  parser.write(xml).close();
  if (cases.length === 0) refuse(`must have test cases: there is no <testcase> in a ${ROOTS}`);
  return cases;
};
