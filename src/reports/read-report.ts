import { BOUNDS, type Bounds } from "./bounds.ts";
import { isCtrf, readCtrf } from "./ctrf.ts";
import { isCucumberJson, readCucumberJson } from "./cucumber-json.ts";
import { isCucumberMessage, readCucumberMessages } from "./cucumber-messages.ts";
import { isGoEvent, readGoJson } from "./go-json.ts";
import { isJestJson, readJestJson } from "./jest-json.ts";
import { type Json, objectOf } from "./json.ts";
import { emptySize, linesOf, parseJson } from "./json-text.ts";
import { readJunitText } from "./junit.ts";
import { isMochaJson, readMochaJson } from "./mocha-json.ts";
import { readNUnit } from "./nunit.ts";
import { type Report, ReportError } from "./report-case.ts";
import { isRspecJson, readRspecJson } from "./rspec-json.ts";
import { isTap, readTap } from "./tap.ts";
import { readTestNg } from "./testng.ts";
import { type DecodedText, decodeBytes, decodeXml } from "./text.ts";
import { readTrx } from "./trx.ts";
import { rootOf } from "./xml.ts";

const FORMATS =
  "JUnit XML, TestNG's results, TRX, NUnit 3, CTRF, Cucumber's JSON or messages, TAP, or the JSON of Jest, Vitest, Mocha, RSpec or go test";

const refuse = (what: string): never => {
  throw new ReportError(`must be a test report (${FORMATS}): ${what}`);
};

type XmlReader = (decoded: DecodedText, bounds: Bounds) => Report;

/** By root element. Without a plain root the JUnit reader reports the fault. */
const XML_READERS: Readonly<Record<string, XmlReader>> = {
  testsuites: readJunitText,
  testsuite: readJunitText,
  "testng-results": readTestNg,
  TestRun: readTrx,
  "test-run": readNUnit,
};

const readXmlReport: XmlReader = (decoded, bounds) => {
  const root = rootOf(decoded.text);
  if (root === undefined) return readJunitText(decoded, bounds);
  const reader = Object.hasOwn(XML_READERS, root) ? XML_READERS[root] : undefined;
  // Check's XML has JUnit's root name; the JUnit reader tells them apart.
  return reader ? reader(decoded, bounds) : refuse(`its root is <${root.slice(0, 40)}>`);
};

type JsonReader = (json: Json, bounds: Bounds) => Report;

const JSON_READERS: readonly (readonly [is: (json: Json) => boolean, reader: JsonReader])[] = [
  [isCtrf, readCtrf],
  [isJestJson, readJestJson],
  [isMochaJson, readMochaJson],
  [isRspecJson, readRspecJson],
];

const readWhole = (json: unknown, bounds: Bounds): Report => {
  if (Array.isArray(json)) {
    return isCucumberJson(json) ? readCucumberJson(json, bounds) : refuse("its list is none of features");
  }
  const object = objectOf(json);
  const [, reader] = JSON_READERS.find(([is]) => is(object)) ?? [];
  const names = Object.keys(object).slice(0, 5).join(", ").slice(0, 100);
  return reader ? reader(object, bounds) : refuse(`its JSON is an object with ${names || "nothing in it"}`);
};

/** Yields JSON lines one by one. Lines that are not objects are skipped if `others` is set. */
function* eventsOf(
  text: string,
  { format, bounds, others }: { format: string; bounds: Bounds; others: boolean },
) {
  const size = emptySize();
  for (const { line, number } of linesOf(text)) {
    if (others && !line.startsWith("{")) continue;
    try {
      yield { event: objectOf(parseJson(line, { format, bounds, size, firstLine: number })), number };
    } catch (error) {
      if (!others || !(error instanceof ReportError) || !error.message.includes("well-formed")) throw error;
    }
  }
}

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

const readJson = ({ text }: DecodedText, bounds: Bounds): Report => {
  const event = firstEvent(text, bounds);
  if (event && isCucumberMessage(event)) {
    const format = "Cucumber's messages, one a line,";
    return readCucumberMessages(eventsOf(text, { format, bounds, others: false }), bounds);
  }
  if (event && isGoEvent(event)) {
    const events = eventsOf(text, { format: "go test's events", bounds, others: true });
    return readGoJson(events, text, bounds);
  }
  return readWhole(parseJson(text, { format: "a report", bounds, size: emptySize(), firstLine: 1 }), bounds);
};

/**
 * Reads a report file; its content shows the format. `name` is the file's name, which TAP (it names no file) uses as
 * the outermost suite. Throws `ReportError` with the fault and its line, in words that follow a subject such as "body".
 */
export const readReport = (bytes: Uint8Array, name: string, bounds: Bounds = BOUNDS): Report => {
  const decoded = decodeXml(bytes);
  const start = /^\s*(\S)/.exec(decoded.text.slice(0, 10_000))?.[1] ?? "";
  if (start === "<") return readXmlReport(decoded, bounds);
  const text = decodeBytes(bytes, "replace");
  if (start === "{" || start === "[") return readJson(text, bounds);
  if (isTap(text.text)) return readTap(text, name, bounds);
  const event = firstEvent(text.text, bounds);
  if (event && isGoEvent(event)) return readJson(text, bounds);
  return refuse(
    start === "" ? "it is empty" : `it begins with ${JSON.stringify(text.text.trim().slice(0, 20))}`,
  );
};
