import { expect, test } from "vitest";
import { World } from "../world.ts";
import { bringIn, runsIn, summaryIn } from "./files.ts";
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
