import { expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { failed, junit, passed, running, sendReport } from "../results/junit.ts";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const named = (count: number): string[] => Array.from({ length: count }, (_, nth) => `case ${nth + 1}.`);

/** A run with a report of a failed, a skipped, a flaky and so many passed tests, and somebody who looks at it. */
const reported = async (count: number) => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const ready = await running(world, ["case 1."]);
  const cases = [
    ...passed(...named(count)).map((each) => ({ ...each, seconds: 2 })),
    failed("breaks"),
    { name: "rests", outcome: "skipped" as const, message: "not today" },
  ];
  const flaky = `<testcase classname="suite" name="wavers" time="3"><flakyFailure message="took 2 s"/></testcase>`;
  await sendReport(world, ready, junit(...cases).replace("</testsuite>", `${flaky}</testsuite>`));
  const visitor = await Visitor.in(world);
  const page = `/console/projects/${ready.projectId}/jobs/${ready.jobId}`;
  const read = async (query = "") => (await visitor.get(`${page}${query}`)).text;
  return { world, ready, visitor, page, read, counts };
};

const tableIn = (html: string): string =>
  textOf(/<caption class="unseen">Tests that did not fail<\/caption>[\s\S]*?<\/table>/.exec(html)?.[0] ?? "");

test("a job's page lists the tests that did not fail below those that did, with how they went and how long they took", async () => {
  const { read } = await reported(2);
  const html = await read();
  const table = tableIn(html);
  expect(table).toMatch(/case 1\. .*Passed 2\.0 s/);
  expect(table).toMatch(/rests .*not today .*Skipped/);
  expect(table).toMatch(/wavers .*Flaky 3\.0 s/);
  expect(table).not.toContain("breaks");
  expect(textOf(html)).toMatch(/breaks new failure all 1\.0 s/);
  expect(html.indexOf("breaks")).toBeLessThan(html.indexOf("Tests that did not fail"));
  expect(textOf(html)).not.toContain("Show all");
});

test("of many tests a job's page has the first ten, and leads through all of them", async () => {
  const { page, read } = await reported(28);
  const first = await read();
  expect(tableIn(first).match(/case \d+\./g)).toEqual(named(10));
  expect(textOf(first)).toContain("Show all 30 that did not fail");
  expect(first).toContain(`href="${page}?tests=0#tests"`);
  const all = await read("?tests=0");
  expect(tableIn(all).match(/case \d+\./g)).toEqual(named(25));
  const [, next = ""] = /href="[^"]*(\?tests=[1-9]\d*)#tests">Further tests/.exec(all) ?? [];
  const rest = await read(next);
  expect(tableIn(rest).match(/case \d+\.|rests|wavers/g)).toEqual([
    ...named(28).slice(25),
    "rests",
    "wavers",
  ]);
  expect(textOf(rest)).not.toContain("Further tests");
  expect(textOf(rest)).toContain("First tests");
  expect(textOf(rest)).toContain("breaks");
});

test("a job's page reads its tests by one call of its project's object, whatever its address says", async () => {
  const { read, counts } = await reported(28);
  for (const query of ["", "?tests=0", "?tests=nonsense", "?tests=-1", "?tests=9007199254740991"]) {
    counts.reset();
    expect(await read(query), query).toContain("<h2>Tests</h2>");
    expect(counts.objectCalls.runResults, query).toBe(1);
  }
});

test("a job's page has one card of tests, then its output, then its history, before a report and after", async () => {
  const { world, ready, visitor, read } = await reported(1);
  const order = /<h2>Tests<\/h2>[\s\S]*<h2>Output<\/h2>[\s\S]*<h2>History<\/h2>/;
  const after = await read();
  expect(after.match(/<h2>Tests<\/h2>/g)).toHaveLength(1);
  expect(after).toMatch(order);
  expect(textOf(after)).toMatch(/What it was to run 1 test case 1\. #1/);
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { testRunIds: [1] });
  const before = (await visitor.get(`/console/projects/${ready.projectId}/jobs/${jobId}`)).text;
  expect(before.match(/<h2>Tests<\/h2>/g)).toHaveLength(1);
  expect(before).toMatch(order);
  expect(textOf(before)).toMatch(/Tests 1 test case 1\. #1/);
  expect(before).not.toContain("What it was to run");
});
