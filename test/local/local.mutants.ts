import type { Mutant } from "../mutants/mutant.ts";

const FRESH = "test/local/fresh-checkout.test.ts";
const START = "test/local/start.long.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the demo finds the running server without a port",
    code: "const running = PORT === undefined ? runningIn(stateDirOf(variables)) : undefined;",
    instead: 'const running = PORT === "" ? runningIn(stateDirOf(variables)) : undefined;',
    tests: [FRESH],
    named: "finds the running server without a port",
  },
  {
    guard: "npm start says what it does before it brings the database up to date",
    code: "  console.log(\n    `Muster starts: it brings the database in ${shown(stateDir)} up to date, then serves ${address}`,\n  );\n",
    instead: "",
    tests: [START],
    named: "before the database is brought up to date",
  },
  {
    guard: "npm start leaves out the lines that say a request a second time",
    code: 'else if (settings.LOG_QUIET !== "on" || !repeatsRequest(line))',
    instead: 'else if (settings.LOG_QUIET !== "" || !repeatsRequest(line))',
    tests: [START],
    named: "logs each request once",
  },
];
