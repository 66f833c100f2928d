import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { running, sendReport } from "./junit.ts";

const XML = '<?xml version="1.0"?>\n<!-- by hand -->\n';
const manyTests = Array.from(
  { length: 50_001 },
  (_, at) => `{"name":"t${at}","status":"passed","duration":1}`,
);
const manyCases = Array.from({ length: 50_001 }, () => '<testcase name="x"/>');
const message = (name: string) => JSON.stringify({ testCase: { id: name, pickleId: name, testSteps: [] } });

/** Reports that can't be read, with the line at which each can't. */
const REPORTS: Record<string, readonly [report: string, line: number, why: RegExp]> = {
  "JUnit that ends too early": [`${XML}<testsuite>\n<testcase name="a">`, 4, /unclosed tag/],
  "a DOCTYPE": [`${XML}<!DOCTYPE testsuites [\n<!ENTITY a "b">]>\n<testsuites/>`, 4, /DOCTYPE/],
  "a page of HTML": [`${XML}<html>\n<body/></html>`, 3, /its root is <html>/],
  "a root with a prefix": [`${XML}<a:html>\n</a:html>`, 1, /its root is <html>/],
  "too many cases of JUnit": [
    `<testsuite>\n${manyCases.join("\n")}\n</testsuite>`,
    50_002,
    /50000 test cases/,
  ],
  "TRX that is cut off": [`${XML}<TestRun>\n<Results>`, 4, /unclosed tag/],
  "NUnit with a wrong end": [`${XML}<test-run>\n</test-suite>`, 4, /unexpected close tag/i],
  "TestNG's results without an end": [`${XML}<testng-results>\n`, 4, /unclosed tag/],
  "CTRF without tests": ['{\n"reportFormat":"CTRF",\n"results":{"tool":{"name":"x"}}}', 3, /results\.tests/],
  "CTRF without results": ['\n{"reportFormat":"CTRF"}', 2, /results\.tests/],
  "too many tests of CTRF": [
    `{"reportFormat":"CTRF",\n"results":{"tests":[\n${manyTests.join(",\n")}\n]}}`,
    50_003,
    /50000 test cases/,
  ],
  "JSON of no tool": ['\n\n{"a":1}', 3, /its JSON is an object with a/],
  "a list of no features": ["\n[1,2]", 2, /none of features/],
  "JSON that is cut off": ['{"results":\n{"tests":[', 2, /cut off/],
  "a message that is no JSON": [
    `${JSON.stringify({ meta: { protocolVersion: "22.0.0" } })}\n${message("1")}\n{"testCase":`,
    3,
    /well-formed JSON/,
  ],
  "TAP nested too deep": [`TAP version 14\nok 1\n${" ".repeat(4 * 101)}ok 1\n`, 3, /within each other/],
  "words that are no report": ["\nHello\nworld\n", 2, /it begins with "Hello/],
};

test.each(Object.entries(REPORTS))("%s is refused with its line and why", async (_, [report, line, why]) => {
  const world = new World();
  const ready = await running(world);
  const { message: said } = refusalIn(await sendReport(world, ready, report), 400);
  expect(said).toMatch(why);
  expect(said).toMatch(new RegExp(`\\(line ${line}[,)]`));
  expect(said.match(/\(line /g)).toHaveLength(1);
});

test("an empty report is refused without a line", async () => {
  const world = new World();
  const { message: said } = refusalIn(await sendReport(world, await running(world), " "), 400);
  expect(said).toMatch(/it is empty$/);
});
