import type { Mutant } from "../mutants/mutant.ts";

const FRESH = "test/local/fresh-checkout.long.test.ts";
const START = "test/local/start.long.test.ts";
const DEPLOY = ["test/local/deploy-first.long.test.ts"];

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
  {
    guard: "a deployment asks, or is told not to",
    code: "if (!flags.includes(YES) && !(await isWanted())) {",
    instead: "if (flags.includes(DRY_RUN)) {",
    tests: DEPLOY,
    named: "where there is no terminal",
  },
  {
    guard: "a deployment that is asked for is done for a yes alone",
    code: "return /^y(es)?$/i.test(answer.trim());",
    instead: "return true;",
    tests: ["test/local/deploy-asked.long.test.ts"],
  },
  {
    guard: "a rehearsal changes nothing",
    code: "  if (dryRun) return rehearse(account, deployment);\n",
    instead: "",
    tests: DEPLOY,
    named: "changes nothing",
  },
  {
    guard: "a database that holds something else is not migrated",
    code: 'if (applied.length === 0 ? others.length > 0 : !applied.includes(database.migrations[0] ?? ""))',
    instead: "if (applied.length < 0)",
    tests: DEPLOY,
    named: "holds something else",
  },
  {
    guard: "an admin token that is made is shown before it is set",
    code: "  if (value === undefined)\n    console.log(`${name} is ${secret}",
    instead: "  if (value === undefined && name === '')\n    console.log(`${name} is ${secret}",
    tests: DEPLOY,
    named: "whose setting was not answered",
  },
  {
    guard: "no admin token is made where others read the log",
    code: "if (name === ADMIN_TOKEN && isJob(variables) && isChecked)",
    instead: "if (name === ADMIN_TOKEN && !isChecked)",
    tests: DEPLOY,
    named: "before it does anything",
  },
  {
    guard: "a secret that is set is not set again",
    code: ".filter((name) => !found.secrets?.has(name))",
    instead: "",
    tests: DEPLOY,
    named: "only migrate and deploy",
  },
  {
    guard: "a database that somebody else made meanwhile is looked at before it is migrated",
    code: "if (plan.databaseId === undefined && !(await make(",
    instead: "if (plan.databaseId === undefined && null === (await make(",
    tests: DEPLOY,
    named: "made meanwhile",
  },
  {
    guard: "each command goes to the account that is meant",
    code: "({ id }: Account): Record<string, string> => ({ CLOUDFLARE_ACCOUNT_ID: id })",
    instead: "({ id }: Account): Record<string, string> => ({ OTHER_ACCOUNT_ID: id })",
    tests: DEPLOY,
    named: "makes all that wrangler.toml names",
  },
  {
    guard: "only the wrangler of this repository deploys",
    code: "if (version !== pinnedWrangler())",
    instead: "if (version === undefined)",
    tests: DEPLOY,
    named: "before it does anything",
  },
  {
    guard: "the dead-letter queue of a queue is made too",
    code: "[queue, dead_letter_queue ?? queue]",
    instead: "[queue]",
    tests: DEPLOY,
    named: "makes all that wrangler.toml names",
  },
];
