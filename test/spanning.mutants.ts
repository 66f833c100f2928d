import type { Mutant } from "./mutants/mutant.ts";

const GUARDS = "test/guards.test.ts";
const TOKEN_BUDGETS = "test/tokens/budgets.test.ts";
const TICK = "test/tick.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a repeated RUNNING is its holder's",
    code: "job.attempt === attempt && job.holder === holder",
    instead: "job.attempt === attempt",
    tests: [GUARDS],
  },
  {
    guard: "a move of the attempt that was read",
    code: "    eq(jobs.attempt, of.attempt),\n    ends ===",
    instead: "    ends ===",
    tests: [GUARDS],
  },
  {
    guard: "a ping with the host's own guid",
    code: "if (host.guid !== guid) return",
    instead: "if (guid === undefined) return",
    tests: [GUARDS],
  },
  {
    guard: "a ping is recorded once a window",
    code: "or(isNull(hosts.lastPingAt), lt(hosts.lastPingAt, windowStartAt)),",
    instead: "",
    tests: [GUARDS],
  },
  {
    guard: "a new agent's number is free",
    code: "numberFree(db, { hostId, clientNumber: facts.clientNumber, clash: ne(other.projectId, projectId) }),",
    instead: "",
    tests: [GUARDS],
  },
  {
    guard: "an agent's new number is free",
    code: "livingHost(db, place.hostId), free)",
    instead: "livingHost(db, place.hostId))",
    tests: [GUARDS],
  },
  {
    guard: "a host is retired when nothing of its runs",
    code: "isNull(hosts.retiredAt), notExists(running), unanswered);",
    instead: "isNull(hosts.retiredAt), unanswered);",
    tests: [GUARDS],
  },
  {
    guard: "a token's verdict ends after 30 s",
    code: "now < kept.readAt + GOOD_FOR_MS",
    instead: "GOOD_FOR_MS > 0",
    tests: [TOKEN_BUDGETS],
    named: "a token is looked up again",
  },
  {
    guard: "a token's checksum",
    code: "&& (await checksumOf(body)) === checksum",
    instead: "&& checksum !== undefined",
    tests: [GUARDS],
  },
  {
    guard: "the admin token's least length",
    code: "isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS",
    instead: "isAdmin && ADMIN_TOKEN_CHARACTERS > 0",
    tests: [GUARDS],
  },
  {
    guard: "presence stops where its statements are used up",
    file: "src/hosts/check-presence.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "marking what is overdue stops where its statements are used up",
    file: "src/jobs/mark-overdue.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "ending what waited too long stops where its statements are used up",
    file: "src/jobs/end-waiting.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "overlaps are settled only where statements are left for it",
    code: "queriesLeft() < OVERLAP_QUERIES",
    instead: "false",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "outcomes are counted only while statements are left",
    file: "src/jobs/count-outcomes.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "runs over their limit are looked for only where statements are left for it",
    code: "tick.queriesLeft() < LIMIT_QUERIES",
    instead: "false",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "silent hosts are judged only while statements are left",
    code: " || tick.queriesLeft() < HOST_QUERIES",
    instead: "",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "one host whose object fails stops no sweep",
    code: "if (!log) throw error;",
    instead: "if (log !== null) throw error;",
    tests: ["test/jobs/ended-by-ticks.test.ts"],
    named: "whose object",
  },
  {
    guard: "old audit rows are removed only where a statement is left",
    file: "src/audit/prune-audit.ts",
    code: "queriesLeft() < 1",
    instead: "false",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
  {
    guard: "planning stops where its statements are used up",
    file: "src/schedules/plan-schedules.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [TICK],
    named: "each step of the tick runs no more statements",
  },
];
