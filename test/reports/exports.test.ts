import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { type RunResult, resultsOf } from "../../src/reports/results.ts";
import { csvWriter } from "../../src/reports/write-csv.ts";
import { ctrfWriter } from "../../src/reports/write-ctrf.ts";
import { junitWriter } from "../../src/reports/write-junit.ts";
import { exportOf } from "../../src/results/export.ts";
import { result, written } from "./written.ts";

const read = (pieces: Iterable<string>): RunResult[] =>
  resultsOf([readReport(new TextEncoder().encode([...pieces].join("")), "report")]);
/** All but the names that an import could give. */
const withoutContents = (results: readonly RunResult[]) => results.map(({ contents: _, ...rest }) => rest);

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
/** XML has no place for some characters, and reads none of a name that is all white space. */
const text = words.map((word) => `a${word.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF\uFFFD]/gu, "")}z`);
const failing = fc.record({
  outcome: fc.constantFrom("failed" as const, "error" as const, "skipped" as const),
  flaky: fc.constant(false),
  attempts: fc.integer({ min: 1, max: 5 }),
});
const flaky = fc.record({
  outcome: fc.constant("passed" as const),
  flaky: fc.constant(true),
  attempts: fc.integer({ min: 2, max: 5 }),
});
const passing = fc.record({
  outcome: fc.constant("passed" as const),
  flaky: fc.constant(false),
  attempts: fc.integer({ min: 1, max: 3 }),
  message: fc.constant(null),
  detail: fc.constant(null),
});
const oneResult = fc
  .tuple(
    fc.record({
      file: fc.option(text),
      suites: fc.array(text, { maxLength: 4 }),
      title: text,
      parameters: fc.option(text),
      durationMs: fc.option(fc.integer({ min: 0, max: 100_000 })),
      message: text,
      detail: fc.option(text),
    }),
    fc.oneof(failing, flaky, passing),
    fc.constantFrom("test" as const, "problem" as const),
  )
  .map(([names, outcome, kind]) =>
    result({ ...names, ...outcome, kind: outcome.outcome === "failed" ? kind : "test" }),
  );
const someResults = fc.uniqueArray(oneResult, {
  maxLength: 12,
  selector: ({ kind, file, suites, title, parameters }) =>
    JSON.stringify([kind, file, suites, title, parameters]),
});

describe("What is written as a report is read back the same", () => {
  test("as JUnit XML", () => {
    fc.assert(
      fc.property(someResults, (results) => {
        expect(withoutContents(read(written(junitWriter, results)))).toEqual(withoutContents(results));
      }),
    );
  });

  test("as CTRF", () => {
    fc.assert(
      fc.property(someResults, (results) => {
        expect(withoutContents(read(written((totals) => ctrfWriter(totals, 1), results)))).toEqual(
          withoutContents(results),
        );
      }),
    );
  });
});

test("JUnit XML has markup, line ends and quotes of names as text, and no forbidden character", () => {
  const name = `a "b" <c> & 'd' ]]>\n\te`;
  const pieces = written(junitWriter, [
    result({ title: `${name}\0`, suites: [name], outcome: "failed", detail: name }),
  ]);
  expect(read(pieces)[0]).toMatchObject({ title: `${name}\ufffd`, suites: [name], detail: name });
});

test("suites nested deeper than a reader takes are joined", () => {
  const suites = Array.from({ length: 120 }, (_, at) => `s${at}`);
  const [found] = read(written(junitWriter, [result({ suites })]));
  expect(found?.suites.length).toBe(90);
  expect(found?.suites.join(" > ")).toBe(suites.join(" > "));
});

test("CSV has a line for each result, quotes what has commas, and is no formula to a spreadsheet", () => {
  const lines = written(csvWriter, [
    result({
      file: "a,b.js",
      suites: ["outer", "inner"],
      title: '=HYPERLINK("x")',
      outcome: "failed",
      durationMs: 1.5,
      message: "no\nway",
    }),
  ]);
  expect(lines).toEqual([
    "file,suites,title,parameters,kind,outcome,flaky,duration_ms,attempts,message,detail\r\n",
    '"a,b.js",outer > inner,"\'=HYPERLINK(""x"")",,test,failed,false,1.5,1,"no\nway",\r\n',
    "",
  ]);
});

const three = async function* () {
  for (const title of ["one", "two", "three"]) yield result({ title, outcome: "failed", message: title });
};

const exported = async (writerOf: Parameters<typeof exportOf>[1], most: number) => {
  const { pieces, isCut } = await exportOf(three, writerOf, most);
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(piece);
  return { text: texts.join(""), isCut };
};

describe("An export", () => {
  test("has every result and message up to its bound, and is not called cut", async () => {
    const { text, isCut } = await exported(junitWriter, 3);
    expect(read([text]).map(({ title, message }) => [title, message])).toEqual([
      ["one", "one"],
      ["two", "two"],
      ["three", "three"],
    ]);
    expect([isCut, text.includes("ends here"), text.includes('tests="3"')]).toEqual([false, false, true]);
  });

  test.each([
    ["JUnit XML", junitWriter],
    ["CTRF", (totals: Parameters<typeof junitWriter>[0]) => ctrfWriter(totals, 1)],
  ])("beyond its bound says so at its end, in %s, and counts what it has", async (_, writerOf) => {
    const { text, isCut } = await exported(writerOf, 2);
    expect(isCut).toBe(true);
    expect(text).toContain("The report ends here");
    expect(read([text]).map(({ title }) => title)).toEqual(["one", "two"]);
    expect(text).toMatch(/"?tests"?[=:]"?2/);
  });

  test("beyond its bound says so in the last line of a CSV", async () => {
    const { text } = await exported(csvWriter, 2);
    expect(text.split("\r\n").at(-2)).toMatch(/^,,The report ends here/);
  });
});
