import type { Mutant } from "../mutants/mutant.ts";

const TAP = "test/reports/tap.test.ts";

/** The guards of TAP and its dialects that the tests must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "brittle's duration is no part of a name",
    code: "|time=|time = [\\d.]{1,20}m?s\\s*(?:#|$))/i",
    instead: "|time=)/i",
    tests: [TAP],
  },
  {
    guard: "words that only begin like a duration are a part of a name",
    code: "time = [\\d.]{1,20}m?s\\s*(?:#|$))/i",
    instead: "time = )/i",
    tests: [TAP],
  },
  {
    guard: "only tape-six's comments are tests",
    code: "test !== null && !point.hasDash && point.durationMs !== null",
    instead: "test !== null",
    tests: [TAP],
  },
  {
    guard: "tape-six's end closes only what it began",
    code: "if (test?.name === finished) this.#test = test.around;",
    instead: "this.#test = this.#test?.around ?? null;",
    tests: [TAP],
  },
  {
    guard: "tape-six's tests are not nested without end",
    code: "if (test.depth > nested) {",
    instead: "if (test.depth > 10_000) {",
    tests: [TAP],
  },
  {
    guard: "tape-six's ends are not each looked for in all that is open",
    code: "test.name !== finished && looked < this.#bounds.nested;",
    instead: "test.name !== finished && looked < 1_000_000;",
    tests: [TAP],
  },
  {
    guard: "what a test of tape-six throws is no part of a name",
    code: "name.startsWith(`${EXCEPTION}: `) ? EXCEPTION : name",
    instead: "name",
    tests: [TAP],
  },
];
