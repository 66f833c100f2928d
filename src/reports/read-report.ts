import { BOUNDS, type Bounds } from "./bounds.ts";
import { isCtrf, readCtrf } from "./ctrf.ts";
import { isCucumberJson, readCucumberJson } from "./cucumber-json.ts";
import { isCucumberMessage, readCucumberMessages } from "./cucumber-messages.ts";
import { isGoEvent, isGoOutput, readGoJson } from "./go-json.ts";
import { isJestJson, readJestJson } from "./jest-json.ts";
import { type Json, objectOf } from "./json.ts";
import { emptySize, lineOfElement, linesOf, parseJson } from "./json-text.ts";
import { readJunit } from "./junit.ts";
import { isMochaJson, readMochaJson } from "./mocha-json.ts";
import { isNodeLine, readNodeLines } from "./node-lines.ts";
import { readNUnit } from "./nunit.ts";
import { type Report, ReportError } from "./report-case.ts";
import { isRspecJson, readRspecJson } from "./rspec-json.ts";
import { isTap, readTap } from "./tap.ts";
import { readTestNg } from "./testng.ts";
import { type DecodedText, decodeXml, lineAt } from "./text.ts";
import { readTrx } from "./trx.ts";
import { rootOf } from "./xml.ts";

const FORMATS =
  "JUnit XML, TestNG's results, TRX, NUnit 3, CTRF, Cucumber's JSON or messages, TAP, or the JSON of Jest, Vitest, Mocha, RSpec or go test";

/** What is read of a text, whose faults name the line that `lineOf` finds, unless the reader knew it. */
const located = <Read>(lineOf: (fault: ReportError["fault"]) => number, read: () => Read): Read => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ReportError) || / \(line \d+[,)]/.test(error.message)) throw error;
    throw new ReportError(`${error.message} (line ${lineOf(error.fault)})`);
  }
};

/** The line of a fault of a text that was read as a whole; that of its first word if nothing tells more. */
const lineIn =
  (text: string) =>
  ({ near, element }: ReportError["fault"]): number => {
    const found = element === undefined ? undefined : lineOfElement(text, element);
    if (found !== undefined) return found;
    const place = near === undefined ? -1 : text.indexOf(near);
    return lineAt(text, place === -1 ? Math.max(text.search(/\S/), 0) : place);
  };

const refuse = (what: string, fault?: ReportError["fault"]): never => {
  throw new ReportError(`must be a test report (${FORMATS}): ${what}`, fault);
};

/** A report and the format that it was in. */
export interface FormattedReport extends Report {
  format: string;
}

type XmlReader = (decoded: DecodedText, bounds: Bounds) => Report;
export const JUNIT = "JUnit XML";

/** By root element. Without a plain root the JUnit reader reports the fault. */
const XML_READERS: Readonly<Record<string, readonly [format: string, reader: XmlReader]>> = {
  testsuites: [JUNIT, readJunit],
  testsuite: [JUNIT, readJunit],
  "testng-results": ["TestNG's results", readTestNg],
  TestRun: ["TRX", readTrx],
  "test-run": ["NUnit 3", readNUnit],
};

const readXmlReport = (decoded: DecodedText, bounds: Bounds): FormattedReport => {
  const root = rootOf(decoded.text);
  if (root === undefined) return { ...readJunit(decoded, bounds), format: JUNIT };
  // Check's XML has JUnit's root name; the JUnit reader tells them apart.
  const known = Object.hasOwn(XML_READERS, root) ? XML_READERS[root] : undefined;
  if (!known) return refuse(`its root is <${root.slice(0, 40)}>`, { near: `<${root}` });
  const [format, reader] = known;
  return { ...reader(decoded, bounds), format };
};

type JsonReader = (json: Json, bounds: Bounds) => Report;

const JSON_READERS: readonly (readonly [format: string, is: (json: Json) => boolean, reader: JsonReader])[] =
  [
    ["CTRF", isCtrf, readCtrf],
    ["Jest's JSON", isJestJson, readJestJson],
    ["Mocha's JSON", isMochaJson, readMochaJson],
    ["RSpec's JSON", isRspecJson, readRspecJson],
  ];

const readWhole = (json: unknown, bounds: Bounds): FormattedReport => {
  if (Array.isArray(json)) {
    if (!isCucumberJson(json)) return refuse("its list is none of features");
    return { ...readCucumberJson(json, bounds), format: "Cucumber's JSON" };
  }
  const object = objectOf(json);
  const known = JSON_READERS.find(([, is]) => is(object));
  const names = Object.keys(object).slice(0, 5).join(", ").slice(0, 100);
  if (!known) return refuse(`its JSON is an object with ${names || "nothing in it"}`);
  const [format, , reader] = known;
  return { ...reader(object, bounds), format };
};

interface EventForm {
  format: string;
  bounds: Bounds;
  others: boolean;
}

/** Yields JSON lines one by one. Lines that are not objects are skipped if `others` is set. `place` has the line read last. */
function* eventsOf(text: string, { format, bounds, others }: EventForm, place: { line: number }) {
  const size = emptySize();
  for (const { line, number } of linesOf(text)) {
    place.line = number;
    if (others && !line.startsWith("{")) continue;
    try {
      yield { event: objectOf(parseJson(line, { format, bounds, size, firstLine: number })), number };
    } catch (error) {
      if (!others || !(error instanceof ReportError) || !error.message.includes("well-formed")) throw error;
    }
  }
}

/** What is read of JSON lines; a fault whose line the reader does not know is on the line read last. */
const readEvents = <Read>(
  text: string,
  form: EventForm,
  read: (events: ReturnType<typeof eventsOf>) => Read,
): Read => {
  const place = { line: 1 };
  return located(
    () => place.line,
    () => read(eventsOf(text, form, place)),
  );
};

/** The first line that is a JSON object; undefined if none of the first lines is one. */
const firstEvent = (text: string, bounds: Bounds): Json | undefined => {
  let tried = 0;
  for (const { line, number } of linesOf(text)) {
    if (++tried > 20) return undefined;
    if (!line.startsWith("{")) continue;
    try {
      return objectOf(parseJson(line, { format: "lines", bounds, size: emptySize(), firstLine: number }));
    } catch {
      return undefined;
    }
  }
  return undefined;
};

/** Other output, such as that of the build, may stand between the events. */
const readGo = (text: string, bounds: Bounds): FormattedReport => {
  const format = "go test's events";
  const read = readEvents(text, { format, bounds, others: true }, (events) =>
    readGoJson(events, text, bounds),
  );
  return { ...read, format };
};

const readJson = ({ text }: DecodedText, bounds: Bounds): FormattedReport => {
  const event = firstEvent(text, bounds);
  if (event && isCucumberMessage(event)) {
    const format = "Cucumber's messages";
    const form = { format: `${format}, one a line,`, bounds, others: false };
    return { ...readEvents(text, form, (messages) => readCucumberMessages(messages, bounds)), format };
  }
  if (event && isNodeLine(event)) {
    const format = "the lines of the host program's reporter for node --test";
    const form = { format, bounds, others: true };
    return { ...readEvents(text, form, (lines) => readNodeLines(lines, bounds)), format };
  }
  if ((event && isGoEvent(event)) || isGoOutput(text)) return readGo(text, bounds);
  return located(lineIn(text), () =>
    readWhole(parseJson(text, { format: "a report", bounds, size: emptySize(), firstLine: 1 }), bounds),
  );
};

/**
 * Reads a report file; its content shows the format. `name` is the file's name, which TAP (it names no file) uses as
 * the outermost suite; it may be empty. Throws `ReportError` with the fault and its line, in words that follow a subject such as "body".
 */
export const readReport = (bytes: Uint8Array, name: string, bounds: Bounds = BOUNDS): FormattedReport => {
  const decoded = decodeXml(bytes);
  const start = /^\s*(\S)/.exec(decoded.text.slice(0, 10_000))?.[1] ?? "";
  const lineOf = lineIn(decoded.text);
  if (start === "<") return located(lineOf, () => readXmlReport(decoded, bounds));
  if (start === "{" || start === "[") return readJson(decoded, bounds);
  if (isTap(decoded.text)) return { ...located(lineOf, () => readTap(decoded, name, bounds)), format: "TAP" };
  if (isGoOutput(decoded.text)) return readGo(decoded.text, bounds);
  if (start === "") return refuse("it is empty");
  return located(lineOf, () => refuse(`it begins with ${JSON.stringify(decoded.text.trim().slice(0, 20))}`));
};
