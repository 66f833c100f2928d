import type { Mutant } from "../mutants/mutant.ts";

const FRESH = "test/local/fresh-checkout.test.ts";
const START = "test/local/start.long.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the demo finds the running server without a port",
    code: "const running = PORT === undefined ? runningFor(variables) : undefined;",
    instead: 'const running = PORT === "" ? runningFor(variables) : undefined;',
    tests: [FRESH],
    named: "finds the running server without a port",
  },
  {
    guard: "the demo and the tick call no server of another database than the one that is given",
    code: "(variables.STATE_DIR === undefined ? startedLast() : undefined)",
    instead: "startedLast()",
    tests: ["test/local/running.test.ts"],
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
    code: "else if (!repeatsRequest(line)) console.log",
    instead: "else console.log",
    tests: [START],
    named: "logs each request once",
  },
];
