import { validate } from "ctrf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ctrfWriter } from "../../src/reports/write-ctrf.ts";
import { result, written } from "../reports/written.ts";

const text = fc.string({ unit: "grapheme", maxLength: 12 });

const results = fc.array(
  fc
    .record({
      outcome: fc.constantFrom("passed", "failed", "error", "skipped"),
      kind: fc.constantFrom("test", "problem"),
      flaky: fc.boolean(),
      file: fc.option(text),
      suites: fc.array(text, { maxLength: 3 }),
      title: text,
      parameters: fc.option(text),
      durationMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
      message: fc.option(text),
      detail: fc.option(text),
      attempts: fc.integer({ min: 1, max: 5 }),
    })
    .map((known) => result(known)),
  { maxLength: 5 },
);

test("an export as CTRF is as CTRF's own schema has it, whatever its results are, whole or cut", () => {
  fc.assert(
    fc.property(results, fc.boolean(), fc.option(text, { nil: undefined }), (some, isCut, traceparent) => {
      const trace = traceparent === undefined ? undefined : { traceparent };
      const parts = written((totals) => ctrfWriter(totals, 1, trace), some, isCut);
      const report: unknown = JSON.parse(parts.join(""));
      expect(validate(report)).toMatchObject({ valid: true });
    }),
  );
});

test("the schema refuses a report that is not CTRF", () => {
  expect(validate({ reportFormat: "CTRF", specVersion: "1.0.0", results: {} })).toMatchObject({
    valid: false,
  });
});
