import { expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";
import { World } from "../world.ts";
import { bringIn, runsIn, saidIn, summaryIn } from "./files.ts";
import bats from "./reports/bats.xml?raw";
import erlang from "./reports/erlang.xml?raw";
import jest from "./reports/jest-junit.xml?raw";
import mocha from "./reports/mocha-junit-reporter.xml?raw";
import node20 from "./reports/node-20.xml?raw";
import node20Suites from "./reports/node-20-suites.xml?raw";
import node24 from "./reports/node-24.xml?raw";
import playwright from "./reports/playwright.xml?raw";
import testng from "./reports/testng.xml?raw";
import vitest from "./reports/vitest-hooks.xml?raw";

const send = async (xml: string, content: string) => {
  const world = new World();
  const query = `?content=${encodeURIComponent(content)}`;
  const answer = await bringIn(world, await world.project(), { file: xml, options: { query } });
  const { cases, test_runs, left_out_cases, merged, replaced } = summaryIn(answer);
  expect(runsIn(answer, answer.status === 201 ? 201 : 200)).toHaveLength(test_runs);
  return {
    status: answer.status,
    counts: [cases, test_runs, left_out_cases],
    merged: merged.map(({ automation_content, cases, differ_in }) =>
      [automation_content, cases.length, ...differ_in].join(" | "),
    ),
    replaced: replaced.count,
  };
};

/** The counts are of cases, test runs and cases that are no tests; `merged` says what became one. */
test.each([
  ["Node 20: each suite's cases", node20Suites, "classname.name", 201, [8, 8, 0], [], 0],
  [
    "Node 20: two files with the same cases",
    node20,
    "classname.name",
    200,
    [13, 11, 1],
    ["buyer.pays | 2"],
    8,
  ],
  ["Node 24, whose files differ", node24, "classname.name", 200, [13, 11, 1], ["buyer.pays | 2 | file"], 8],
  ["Node 24 by its preset", node24, "tool", 201, [13, 12, 1], [], 8],
  [
    "Playwright's two projects",
    playwright,
    "{file} › {classname} › {name}",
    200,
    [20, 10, 0],
    [
      "a.spec.js › outer › inner › same | 2 | hostname",
      "a.spec.js › outer › same | 2 | hostname",
      "a.spec.js › outer › red | 2 | hostname",
      "a.spec.js › adds 1 | 2 | hostname",
      "a.spec.js › adds 2 | 2 | hostname",
      "a.spec.js › retried | 2 | hostname",
      "a.spec.js › hooked › x | 2 | hostname",
      "a.spec.js › hooked › y | 2 | hostname",
      "a.spec.js › later | 2 | hostname",
      "b.spec.js › outer › same | 2 | hostname",
    ],
    0,
  ],
  [
    "the same with the project in the content",
    playwright,
    "[{hostname}] › {classname} › {name}",
    201,
    [20, 20, 0],
    [],
    0,
  ],
  ["TestNG's rows", testng, "tool", 200, [7, 5, 0], ["BasketTest.adds | 3"], 0],
  ["Common Test's groups", erlang, "classname.name", 201, [20, 10, 10], [], 0],
  ["Vitest's rows of one name", vitest, "tool", 200, [13, 9, 3], ["t/a.test.js > same name of a row | 2"], 0],
  ["Jest's tests of one name", jest, "name", 200, [11, 9, 1], [" same row | 2"], 0],
  ["Mocha's test that ended twice", mocha, "tool", 200, [10, 7, 2], ["twice | 2"], 0],
  ["a nameless case of bats", bats, "tool", 200, [6, 5, 1], [], 1],
] as const)("%s", async (_, xml, content, status, counts, merged, replaced) => {
  expect(await send(xml, content)).toEqual({ status, counts, merged, replaced });
});

/** Reports that are no JUnit's, with what the first test run becomes. */
const OTHER_FORMATS = import.meta.glob(
  [
    "../reports/real/jest/*.json",
    "../reports/real/mocha/*.json",
    "../reports/real/vitest/*.json",
    "../reports/real/go/*",
    "../reports/real/cucumber-js/messages.ndjson",
    "../reports/real/perl/*.tap",
    "../reports/real/testng/*",
  ],
  { query: "?raw", import: "default", eager: true },
);

test.each(Object.entries(OTHER_FORMATS))("%s makes a test run of each of its tests", async (path, file) => {
  const world = new World();
  const projectId = await world.project();
  const options = { type: "application/octet-stream" };
  const answer = await bringIn(world, projectId, { file, options });
  const { cases } = readReport(new TextEncoder().encode(file), "");
  const summary = summaryIn(answer);
  const merged = summary.merged.reduce((sum, each) => sum + each.cases.length - 1, 0);
  expect(summary.cases).toBe(cases.length);
  expect(summary.test_runs + merged + summary.left_out_cases).toBe(cases.length);
  expect(runsIn(answer, answer.status === 201 ? 201 : 200)).toHaveLength(summary.test_runs);
  expect(summary.test_runs, path).toBeGreaterThan(0);
});

test.each([
  [
    "Jest's JSON",
    "jest",
    '{"numTotalTests":1,"wasInterrupted":false,"testResults":[{"name":"/p/a.test.js","assertionResults":[{"ancestorTitles":["o","i"],"title":"x","status":"passed"}]}]}',
    "/p/a.test.js > o i x",
  ],
  [
    "Mocha's JSON",
    "mocha",
    '{"passes":[{"title":"x","fullTitle":"o x","file":"/p/a.js"}],"failures":[],"pending":[]}',
    "/p/a.js > o x",
  ],
  [
    "RSpec's JSON",
    "rspec",
    '{"examples":[{"id":"./s.rb[1:1]","full_description":"o x","status":"passed","file_path":"./s.rb"}],"summary":{}}',
    "./s.rb > o x",
  ],
  [
    "go test's events",
    "go",
    '{"Action":"run","Package":"m","Test":"TestX"}\n{"Action":"pass","Package":"m","Test":"TestX"}\n',
    "m TestX",
  ],
  [
    "TRX",
    "dotnet",
    '<TestRun><Results><UnitTestResult testName="N.C.X" outcome="Passed"/></Results></TestRun>',
    "N.C.X",
  ],
  [
    "TestNG's results",
    "testng",
    '<testng-results><suite name="s"><test name="t"><class name="p.C"><test-method name="x" status="PASS"/></class></test></suite></testng-results>',
    "p.C.x",
  ],
  [
    "the lines of the host program's reporter for node --test",
    "node",
    '{"titles":["o","x"],"type":"test","file":"/p/a.mjs","passed":true}\n',
    "/p/a.mjs > o > x",
  ],
] as const)(
  "%s is told as such, and names a test as its tool takes it",
  async (format, tool, file, content) => {
    const world = new World();
    const options = { type: "application/octet-stream", query: "?content=tool" };
    const answer = await bringIn(world, await world.project(), { file, options });
    expect(summaryIn(answer)).toMatchObject({ format, tool, cases: 1, test_runs: 1 });
    expect(saidIn(answer).map(([, picked]) => picked)).toEqual([content]);
  },
);

test("a result of TAP is the test run that its import made, though the import has no file's name", async () => {
  const world = new World();
  const tap = "TAP version 14\n# Subtest: basket\n    ok 1 - pays\n    1..1\nok 1 - basket\n1..1\n";
  const options = { type: "application/octet-stream" };
  const answer = await bringIn(world, await world.project(), { file: tap, options });
  const [[, content] = ["", ""]] = saidIn(answer);
  expect(content).toBe("basket.pays");
  const [result] = resultsOf([readReport(new TextEncoder().encode(tap), "1-out.tap")]);
  expect([...(result?.contents ?? [])]).toContain(content);
  expect(summaryIn(answer)).toMatchObject({ format: "TAP", tool: null });
});
