import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { testRunsOfTable } from "../../src/test-runs/files.ts";
import { testRunsOfReport } from "../../src/test-runs/report.ts";
import { DomainError } from "../../src/wire/refusals.ts";
import { refusalIn } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";
import { bringIn, saidIn } from "./files.ts";
import { fill, type Hostile, LIMIT } from "./hostile-file.ts";
import { HOSTILE_XML, report } from "./hostile-xml.ts";
import { charactersLookedAt } from "./work-meter.ts";

/** A file on which work is counted: work that grows faster than the length is far too much in it. */
const COUNTED = 128 * 1024;
/** How often each character of a file may be looked at, and how many beside. */
const MAX_LOOKS = 30;
const MORE_LOOKS = 50_000;

const bytes = (text: string) => new TextEncoder().encode(text);
const asBytes = (file: string | Uint8Array) => (typeof file === "string" ? bytes(file) : file);

/** Reports that are no XML. */
const OTHERS: Record<string, Hostile> = {
  "8 MiB of [": [(limit) => "[".repeat(limit), "at most 100 objects and lists within each other (line 1)"],
  "lists without end": [
    (limit) => fill(limit, '{"testResults":[', { part: "[],", after: "[]]}" }),
    "at most 400000 objects and lists",
  ],
  "values without end": [
    (limit) => fill(limit, '{"testResults":[', { part: "1,", after: "1]}" }),
    "at most 1500000 values",
  ],
  "a quote that never closes": [
    (limit) => fill(limit, '{"testResults":"', { part: "x" }),
    "well-formed JSON: it is cut off (line 1)",
  ],
  "points of TAP without end": [
    (limit) => fill(limit, "1..1\n", { part: "ok\n" }),
    "at most 50000 test cases",
  ],
  "events of go test without a test": [
    (limit) =>
      fill(limit, "", { part: '{"Action":"output","Package":"m","Output":"FAIL x "}\n' }).slice(0, limit / 4),
    "must have test cases: there is none in this, a report of go",
  ],
  "8 MiB of FAIL": [(limit) => fill(limit, "", { part: "FAIL \n" }), 'it begins with "FAIL'],
  "bytes that are no text": [() => new Uint8Array([0xff, 0xfe, 0x3e]), "must be a test report (JUnit XML,"],
  "an object of no tool": [() => '{"a":1,"b":2}', "its JSON is an object with a, b"],
  "5,001 cases": [
    () => Array.from({ length: 5001 }, (_, at) => `ok ${at + 1} - x${at}`).join("\n"),
    "more than 5000 test runs: send it in parts",
  ],
};

const NEEDED = "test_case_name,automation_content\n";

const CSV: Record<string, Hostile> = {
  "8 MiB of commas": [(limit) => ",".repeat(limit), "line 1 must have at most 100 columns"],
  "8 MiB of lines of commas": [
    (limit) => fill(limit, NEEDED, { part: ",\n" }),
    "has no line under the one of the columns",
  ],
  "8 MiB of quotes": [(limit) => '"'.repeat(limit), "line 1 column 1 must have at most 65536 characters"],
  "a quote that never closes": [
    (limit) => fill(limit, `${NEEDED}"`, { part: "x" }),
    "line 2 column 1 has a quote that is never",
  ],
  "8 MiB of new lines": [(limit) => "\n".repeat(limit), "line 1 must name the columns"],
  "8 MiB of lines of a space": [(limit) => fill(limit, "", { part: " \n" }), "line 1 must name the columns"],
  "rows without end": [(limit) => fill(limit, NEEDED, { part: "a,b\n" }), "more than 5000 test runs"],
  "bad rows without end": [
    (limit) => fill(limit, NEEDED, { part: "a,\n" }),
    "line 2, column automation_content must be a string",
  ],
  "a huge cell": [
    (limit) => fill(limit, NEEDED, { part: "x", after: ",y" }),
    "line 2 column 1 must have at most 65536 characters",
  ],
  NUL: [() => `${NEEDED}a\0,b`, "line 2, column test_case_name must be text without NUL"],
  "bytes that are no text": [() => new Uint8Array([0x61, 0xff]), "line 1 must name the columns"],
  nothing: [() => "", "line 1 must name the columns: test_case_name,automation_content"],
};

/** A good file: it is read to its end. */
const good = (type: string, limit: number) =>
  type === "text/csv"
    ? fill(limit, NEEDED, { part: `a,"${"x".repeat(3000)}"\n` })
    : fill(limit, '<testsuite><testcase name="x"><failure>', {
        part: "some words &amp; ",
        after: "</failure></testcase></testsuite>",
      });

describe.each([
  ["application/xml", HOSTILE_XML],
  ["application/octet-stream", OTHERS],
  ["text/csv", CSV],
] as const)("A hostile file of %s", (type, files) => {
  const read = (file: string | Uint8Array) =>
    type === "text/csv"
      ? testRunsOfTable(asBytes(file))
      : testRunsOfReport(asBytes(file), { content: "classname.name", allow_empty: false });

  test.each([...Object.entries(files), ["nothing bad", [(limit: number) => good(type, limit)]] as const])(
    "with %s is looked at a few times, whatever the machine",
    (_, [make]) => {
      const file = make(COUNTED);
      const most = MAX_LOOKS * file.length + MORE_LOOKS;
      const looked = charactersLookedAt(() => {
        try {
          read(file);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
        }
      }, most);
      expect(looked).toBeLessThan(most);
    },
  );

  test.each(Object.entries(files))(
    "with %s is a 400 that says what would be right, and nothing is stored",
    async (_, [make, message]) => {
      const world = new World();
      const projectId = await world.project();
      const file = make(LIMIT);
      const before = await rowCounts();
      const answer = await bringIn(world, projectId, { file, options: { type } });
      expect(refusalIn(answer, 400).message).toContain(message);
      expect(answer.text.length).toBeLessThan(50_000);
      expect(await rowCounts()).toEqual(before);
    },
  );

  test("is a 413 over 8 MiB, with and without Content-Length, and nothing is stored", async () => {
    const world = new World();
    const projectId = await world.project();
    const before = await rowCounts();
    const send = (file: string, headers = {}) =>
      bringIn(world, projectId, { file, options: { type, headers } });
    expect(refusalIn(await send("x".repeat(LIMIT + 1)), 413).message).toContain(String(LIMIT));
    refusalIn(await send("x", { "Content-Length": String(LIMIT + 1) }), 413);
    expect(await rowCounts()).toEqual(before);
  });

  test("is a 404 where there is no project, and a 403 for who may not", async () => {
    const world = new World();
    expect(
      refusalIn(await bringIn(world, 999_999_999, { file: "", options: { type } }), 404).message,
    ).toContain("no project");
    const token = await world.token("host");
    refusalIn(await bringIn(world, await world.project(), { file: "", options: { type, token } }), 403);
  });
});

test("A report of 8 MiB whose cases are few is taken", async () => {
  const world = new World();
  const file = fill(LIMIT, '<testsuite><testcase name="x"><system-out><![CDATA[', {
    part: "x]] >",
    after: "]]></system-out></testcase></testsuite>",
  });
  expect(file.length).toBeGreaterThan(LIMIT - 10);
  expect(saidIn(await bringIn(world, await world.project(), { file }))).toEqual([["x", "x"]]);
});

test("Names out of a prototype are names like any other", () => {
  const xml = report(
    '<__proto__ constructor="1"/><constructor/><testcase __proto__="1" constructor="2" toString="3" name="__proto__" classname="constructor"/>',
  );
  const options = { content: "classname.name", allow_empty: false };
  expect(testRunsOfReport(bytes(xml), options).runs).toEqual([
    { test_case_name: "__proto__", automation_content: "constructor.__proto__" },
  ]);
  const csv = "__proto__,test_case_name,constructor,automation_content\n1,a,2,b";
  expect(testRunsOfTable(bytes(csv)).runs).toEqual([{ test_case_name: "a", automation_content: "b" }]);
  const { cases } = readReport(bytes(report('<testcase toString="x" name="y"/>')), "");
  expect(cases).toMatchObject([{ classname: "", file: null }]);
});
