import type { Mutant } from "../mutants/mutant.ts";

const BASIC = "test/grants/basic.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "credentials in Basic are form-decoded",
    code: "return [Object.fromEntries(decoded), credentials];",
    instead: "return decoded.length < 0 ? [] : [credentials];",
    tests: [BASIC],
  },
  {
    guard: "raw credentials in Basic go on working",
    code: "return [Object.fromEntries(decoded), credentials];",
    instead: "return [Object.fromEntries(decoded)];",
    tests: [BASIC],
  },
];
