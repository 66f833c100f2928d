import { readReport } from "../../src/reports/read-report.ts";
import { ReportError } from "../../src/reports/report-case.ts";
import { noTotals } from "../../src/reports/report-writer.ts";
import { resultsOf } from "../../src/reports/results.ts";
import { junitWriter } from "../../src/reports/write-junit.ts";

/** Reads hostile reports one after another and prints what came of each, a line of JSON each. The test starts it with little memory. */

const LIMIT = 8 * 1024 * 1024;

const fill = (before: string, part: string, after = ""): string =>
  before + part.repeat(Math.floor((LIMIT - before.length - after.length) / part.length)) + after;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const numbered = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

const laughs = [..."bcdefghij"]
  .map((name, at) => `<!ENTITY ${name} "${`&${"abcdefghi"[at]};`.repeat(10)}">`)
  .join("");
const long = "n".repeat(10_000);

/** Each control character is a byte that UTF-8 has not. */
const wrong = (text: string): Uint8Array => encode(text).map((byte) => (byte === 1 ? 0xff : byte));

const FILES: Record<string, () => string | Uint8Array> = {
  "an entity bomb": () =>
    `<!DOCTYPE x [<!ENTITY a "ha">${laughs}]><testsuite><testcase name="&j;"/></testsuite>`,
  "10,000 nested suites": () => '<testsuite name="s">\n'.repeat(10_000) + "</testsuite>".repeat(10_000),
  "cases of JUnit without end": () => fill("<testsuite>\n", "<testcase/>\n", "</testsuite>"),
  "elements of JUnit without end": () => fill("<testsuite>\n", "<a/>\n", "</testsuite>"),
  "problems of JUnit without end": () => fill("<testsuite>\n", "<error/>\n", "</testsuite>"),
  "cases of TestNG without end": () => fill("<testng-results>\n", "<test-method/>\n", "</testng-results>"),
  "cases of TRX without end": () => fill("<TestRun>\n", "<UnitTestResult/>\n", "</TestRun>"),
  "cases of NUnit without end": () => fill("<test-run>\n", "<test-case/>\n", "</test-run>"),
  "1,000,000 points of TAP": () => "ok\n".repeat(1_000_000),
  "1,000,000 lines of YAML": () => `not ok 1\n  ---\n${"  a\n".repeat(1_000_000)}`,
  "1,000,000 comments of TAP": () => `1..1\n${"# a b\n".repeat(1_000_000)}ok 1\n`,
  "1,000,000 tests of CTRF": () => `{"results":{"tests":[${"{},\n".repeat(999_999)}{}]}}`,
  "many tests of CTRF": () =>
    `{"results":{"tests":[${'{"name":"x","status":"passed"},\n'.repeat(150_000)}{}]}}`,
  "a million names in JSON": () => `{${numbered(600_000, (at) => `"n${at}":1,`)}"results":{"tests":[]}}`,
  "numbers of JSON without end": () => fill("[", "1,\n", "1]"),
  "strings of JSON without end": () => fill('["', '","', '"]'),
  "deep JSON": () => "[".repeat(LIMIT),
  "deep objects of JSON": () => '{"results":'.repeat(LIMIT / 11),
  "a line of messages of 8 MiB": () => fill('{"meta":{}}\n{"attachment":{"body":"', "x", '"}}'),
  "a line of messages that never ends": () => fill('{"meta":{}}\n{"attachment":{"body":"', "x"),
  "events of Go without end": () => fill("", '{"Action":"run","Test":"T"}\n'),
  "tests of Go that do not end": () => numbered(180_000, (at) => `{"Action":"run","Test":"T${at}"}`),
  "scenarios that do not end": () =>
    `{"meta":{}}\n${numbered(100_000, (at) => `{"testCaseStarted":{"id":"${at}","testCaseId":"1"}}`)}`,
  "names of 10 kB": () =>
    `<testsuite name="${long}">${numbered(800, (at) => `<testcase name="${at}${long}"/>`)}</testsuite>`,
  "45 suites of 10 kB around 45,000 cases": () =>
    `${`<testsuite name="${long}">`.repeat(45)}\n${'<testcase name="x"/>\n'.repeat(45_000)}`,
  "wrong bytes of UTF-8": () => wrong(fill('<testsuite><testcase name="', "\u0001", '"/></testsuite>')),
  "characters that are none": () => fill('<testsuite>\n<testcase name="', "\u0002", '"/></testsuite>'),
  "references without end": () => fill("<testsuite>\n", "&lt;\n", "</testsuite>"),
  "control characters": () =>
    fill('<testsuite><testcase name="x"><failure>', "\u0001", "</failure></testcase></testsuite>"),
  "]]> without end": () =>
    fill('<testsuite><testcase name="x"><failure>', "]]>", "</failure></testcase></testsuite>"),
  "as many good cases as there may be": () =>
    `<testsuite name="s">\n${numbered(50_000, (at) => `<testcase name="test ${at}" classname="shop.Basket" time="0.5"/>`)}</testsuite>`,
};

const outcome = (bytes: Uint8Array): string => {
  try {
    const results = resultsOf([readReport(bytes, "hostile")]);
    let contents = 0;
    let characters = 0;
    for (const result of results) contents += [...result.contents].length;
    const writer = junitWriter(noTotals());
    characters += writer.start().length;
    for (const result of results) characters += writer.result(result).length;
    return `${results.length} results, ${contents > 0 ? "with names" : "without names"}, ${characters > 0 ? "written" : ""}`;
  } catch (error) {
    if (error instanceof ReportError) return error.message;
    throw error;
  }
};

for (const [name, make] of Object.entries(FILES)) {
  const made = make();
  const bytes = (typeof made === "string" ? encode(made) : made).subarray(0, LIMIT);
  console.log(JSON.stringify([name, outcome(bytes)]));
}
