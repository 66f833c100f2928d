import { describe, expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { everythingStored, rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";
import { bringIn, runsIn, saidIn, summaryIn } from "./files.ts";
import gotestsum from "./reports/gotestsum.xml?raw";
import jest from "./reports/jest.xml?raw";
import mocha from "./reports/mocha.xml?raw";
import vitest from "./reports/vitest.xml?raw";
import { REPORTS, TWICE } from "./tool-reports.ts";

describe.each(Object.entries(REPORTS))("A report of %s", (_, { file, runs, status = 201 }) => {
  test("makes a test run of each case, in its order", async () => {
    const world = new World();
    const answer = await bringIn(world, await world.project(), { file });
    expect(saidIn(answer, status)).toEqual(runs);
    expect(runsIn(answer, status).map(({ test_run_id }) => test_run_id)).toEqual(runs.map((_, at) => at + 1));
  });

  test("brought in again it makes none, and writes nothing", async () => {
    const world = new World();
    const projectId = await world.project();
    const first = await bringIn(world, projectId, { file });
    const made = await rowCounts();
    expect(await bringIn(world, projectId, { file })).toMatchObject({ status, text: first.text });
    expect(await rowCounts()).toEqual(made);
  });
});

const report = (inner: string) => `<testsuites><testsuite>${inner}</testsuite></testsuites>`;

test("?content= picks what becomes the content", async () => {
  const world = new World();
  const contents = async (file: string, content: string) =>
    saidIn(
      await bringIn(world, await world.project(), {
        file,
        options: { query: `?content=${encodeURIComponent(content)}` },
      }),
    ).map(([, picked]) => picked);
  expect(await contents(jest, "name")).toEqual(TWICE);
  expect(await contents(gotestsum, "classname")).toEqual(Array(5).fill("shop/basket"));
  expect(await contents(mocha, "file")).toEqual(Array(4).fill("/tmp/shop/mocha/basket.js"));
  expect(await contents(vitest, "classname.name")).toEqual(REPORTS.Vitest?.runs.map(([, text]) => text));
  const ofSuite = '<testsuite file="a.js"><testsuite><testcase name="x"/></testsuite></testsuite>';
  expect(await contents(ofSuite, "file")).toEqual(["a.js"]);
});

test("an unknown ?content= is a 400 that lists the known ones, before the file is read", async () => {
  const world = new World();
  const refusal = refusalIn(
    await bringIn(world, await world.project(), { file: "<broken", options: { query: "?content=title" } }),
    400,
  );
  expect(refusal.message).toMatch(
    /^content must be one of classname.name, name, classname, file, tool, .*vitest, or a template of {suite} {classname} {name} {file}/,
  );
});

test("a case that lacks what is picked is a 400 that names it", async () => {
  const world = new World();
  const projectId = await world.project();
  for (const [file, query, message] of [
    [vitest, "?content=file", 'case 1 "Basket > adds \\"two\\" & <three>" (line 4) has no file'],
    [report('<testcase name="x"/>'), "?content=classname", 'case 1 "x" (line 1) has no classname'],
    [
      report('<testcase name="x"/>'),
      "?content={file}",
      'case 1 "x" (line 1) has none of the fields of {file}: pick another content with ?content=',
    ],
    [
      report(`\n<testcase name="long" classname="${"x".repeat(4000)}"/>`),
      "",
      'case 1 "long" (line 2): its automation_content must be a string of 1 to 4000 characters',
    ],
  ] as const) {
    expect(refusalIn(await bringIn(world, projectId, { file, options: { query } }), 400).message).toContain(
      message,
    );
  }
});

test("the same name and classname twice in a report are one test run, answered 200; another classname is another", async () => {
  const world = new World();
  const file = report(
    ["a", "b", "a"].map((classname) => `<testcase name="x" classname="${classname}"/>`).join(""),
  );
  const answer = await bringIn(world, await world.project(), { file });
  expect(saidIn(answer, 200)).toEqual([
    ["x", "a.x"],
    ["x", "b.x"],
  ]);
  expect(summaryIn(answer)).toEqual({
    format: "JUnit XML",
    tool: null,
    cases: 3,
    test_runs: 2,
    replaced: { count: 0, line: null },
    merged_cases: 1,
    merged: [{ automation_content: "a.x", cases: [1, 3], differ_in: [] }],
    left_out_cases: 0,
    left_out: [],
    not_runnable: 0,
  });
  const named = await bringIn(world, await world.project(), { file, options: { query: "?content=name" } });
  expect(saidIn(named, 200)).toEqual([["x", "x"]]);
  expect(summaryIn(named).merged).toEqual([
    { automation_content: "x", cases: [1, 2, 3], differ_in: ["classname"] },
  ]);
});

test("a name over 255 characters is cut, its content is not, and it is known again", async () => {
  const world = new World();
  const projectId = await world.project();
  for (const [name, cut] of [
    ["x".repeat(255), "x".repeat(255)],
    ["x".repeat(256), `${"x".repeat(254)}…`],
    [`${"x".repeat(253)}😀y`, `${"x".repeat(253)}…`],
  ] as const) {
    const file = report(`<testcase name="${name}"/>`);
    const first = await bringIn(world, projectId, { file });
    expect(saidIn(first)).toEqual([[cut, name]]);
    expect((await bringIn(world, projectId, { file })).text).toBe(first.text);
  }
});

test("a report updates what JSON brought in, finds it in its own project alone, and makes what is new", async () => {
  const world = new World();
  const [projectId, other] = [await world.project(), await world.project()];
  const path = (id: number) => `/api/v3/projects/${id}/automation/test-runs`;
  const known = { test_case_name: "x", automation_content: "a.x", test_run_id: 40, test_case_id: 7 };
  const [kept] = runsIn(await world.post(path(projectId), [known]));
  await world.post(path(other), [known]);
  const file = report('<testcase name="y" classname="a"/><testcase name="x" classname="a"/>');
  const [made, found] = runsIn(await bringIn(world, projectId, { file }));
  expect(found).toEqual(kept);
  expect(made).toMatchObject({ test_run_id: 41, test_case_id: 8, automation_content: "a.y" });
});

test("5,000 cases brought in again among 5,000 others: nothing is written, and rows read grow with their number", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const projectId = await world.project();
  const cases = (classname: string) => {
    const each = Array.from({ length: 5000 }, (_, at) => `<testcase name="${at}" classname="${classname}"/>`);
    return report(each.join(""));
  };
  await bringIn(world, projectId, { file: cases("com.example.Other") });
  const first = await bringIn(world, projectId, { file: cases("com.example.Basket") });
  const stored = await everythingStored();
  counts.reset();
  const started = performance.now();
  const again = await bringIn(world, projectId, { file: cases("com.example.Basket") });
  const took = Math.round(performance.now() - started);
  console.log(`5,000 known cases: ${counts.rowsRead} rows read, ${counts.rowsWritten} written, ${took} ms`);
  expect(counts).toMatchObject({ d1RoundTrips: 1, rowsWritten: 0 });
  expect(counts.rowsRead).toBeLessThan(300_000);
  expect(runsIn(first)).toHaveLength(5000);
  expect(again.text).toBe(first.text);
  expect(await everythingStored()).toBe(stored);
});
