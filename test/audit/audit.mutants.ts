import type { Mutant } from "../mutants/mutant.ts";

const AUDIT = "test/audit/audit.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "nothing is on record that changed nothing",
    code: "WHERE before IS NOT after",
    instead: "WHERE true",
    tests: [AUDIT],
  },
];
