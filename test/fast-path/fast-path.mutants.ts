import type { Mutant } from "../mutants/mutant.ts";

const FAST_PATH = "test/fast-path/fast-path.test.ts";
const EVERY_TOKEN = "test/fast-path/every-token.long.test.ts";
const OBJECT_CALLS = "test/fast-path/object-calls.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the fast path leaves another host's token to the routes",
    code: "!allowsHost(actor, objectCall.host)",
    instead: "!allowsHost(actor, actor.hostId ?? 0)",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path leaves a token of some projects to the routes",
    code: "actor.projectIds !== null ||",
    instead: "actor.tokenId < 0 ||",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path leaves what a token may not do to the routes",
    code: "!mayDo(actor, operation)",
    instead: "actor.tokenId < 0",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path leaves a run to be cancelled to the routes",
    code: 'if (typeof reply === "object" && reply.cancelRequested.length > 0) return undefined;',
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path leaves jobs to the routes",
    code: 'return word === "nothing" ? [] : undefined;',
    instead: 'return word === "unknown_token" ? undefined : [];',
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path leaves wrong headers to the routes",
    code: ' || ("quiet" in objectCall && isLongCaller(headers))',
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "a request is counted against its limit once",
    code: "handover.counted = true;",
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN],
  },
  {
    guard: "the fast path's call counts from when it came in",
    code: "handoverOf(c.req.raw)?.now ?? clock();",
    instead: "clock();",
    tests: [FAST_PATH, EVERY_TOKEN, OBJECT_CALLS],
  },
  {
    guard: "the fast path's failure is answered",
    code: "if (failure) throw failure.error;",
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN, OBJECT_CALLS],
  },
  {
    guard: "the fast path reads nothing of a stranger",
    code: "if (!cached && !(await mayBeKnownToObject(token))) return undefined;",
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN, OBJECT_CALLS],
  },
  {
    guard: "a body that the fast path read is left to the routes",
    code: "handover?.text ?? readText(",
    instead: "readText(",
    tests: [FAST_PATH, EVERY_TOKEN, OBJECT_CALLS],
  },
  {
    guard: "an object is asked once about a token",
    code: "this.#answer = { epoch: null };",
    instead: "",
    tests: [FAST_PATH, EVERY_TOKEN, OBJECT_CALLS],
  },
];
