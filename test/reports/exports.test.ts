import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { type RunResult, resultsOf } from "../../src/reports/results.ts";
import { writeCsv } from "../../src/reports/write-csv.ts";
import { writeCtrf } from "../../src/reports/write-ctrf.ts";
import { writeJunit } from "../../src/reports/write-junit.ts";

const result = (known: Partial<RunResult>): RunResult => ({
  kind: "test",
  file: null,
  suites: [],
  title: "x",
  parameters: null,
  contents: [],
  outcome: "passed",
  flaky: false,
  durationMs: null,
  message: null,
  detail: null,
  attempts: 1,
  ...known,
});

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
        expect(withoutContents(read(writeJunit(results)))).toEqual(withoutContents(results));
      }),
    );
  });

  test("as CTRF", () => {
    fc.assert(
      fc.property(someResults, (results) => {
        expect(withoutContents(read(writeCtrf(results, { start: 1, stop: 2 })))).toEqual(
          withoutContents(results),
        );
      }),
    );
  });
});

test("JUnit XML has markup, line ends and quotes of names as text, and no forbidden character", () => {
  const name = `a "b" <c> & 'd' ]]>\n\te`;
  const written = [
    ...writeJunit([result({ title: `${name}\0`, suites: [name], outcome: "failed", detail: name })]),
  ];
  expect(read(written)[0]).toMatchObject({ title: `${name}\ufffd`, suites: [name], detail: name });
});

test("suites nested deeper than a reader takes are joined", () => {
  const suites = Array.from({ length: 120 }, (_, at) => `s${at}`);
  const [found] = read(writeJunit([result({ suites })]));
  expect(found?.suites.length).toBe(90);
  expect(found?.suites.join(" > ")).toBe(suites.join(" > "));
});

test("CSV has a line for each result, quotes what has commas, and is no formula to a spreadsheet", () => {
  const lines = [
    ...writeCsv([
      result({
        file: "a,b.js",
        suites: ["outer", "inner"],
        title: '=HYPERLINK("x")',
        outcome: "failed",
        durationMs: 1.5,
        message: "no\nway",
      }),
    ]),
  ];
  expect(lines).toEqual([
    "file,suites,title,parameters,kind,outcome,flaky,duration_ms,attempts,message,detail\r\n",
    '"a,b.js",outer > inner,"\'=HYPERLINK(""x"")",,test,failed,false,1.5,1,"no\nway",\r\n',
  ]);
});
