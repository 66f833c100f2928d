import type { Mutant } from "../mutants/mutant.ts";

const SHARED = "test/push/shared-tokens.test.ts";

/** The guards of sockets by tokens of several hosts, whose loss the tests beside must notice. */
export const mutants: Mutant[] = [
  {
    guard: "the object of a token knows the hosts that open sockets by it",
    code: "if (digest !== null && actor.hostId === null) await call.tokenHosts.opened(actor.tokenId, hostId);",
    instead: "",
    tests: [SHARED],
    named: "closes its sockets on all of its hosts",
  },
  {
    guard: "the hosts of a token are told before it is written that it may change",
    code: "const begun = hosts.changes(tokenId, clock() + WRITE_MS);",
    instead: "const begun = Promise.resolve();",
    tests: [SHARED],
    named: "by a Worker that died then",
  },
  {
    guard: "a revoking that nobody was told of is answered so",
    code: "await (isTold ? ifAvailable(ended) : ended);",
    instead: "await ifAvailable(ended);",
    tests: [SHARED],
    named: "while its own object is away is revoked",
  },
  {
    guard: "a token is read again soon after its socket opened",
    code: "checkBy: digest === null || token.hostId === hostId ? null : now + CHECK_MS,",
    instead: "checkBy: null,",
    tests: [SHARED],
    named: "as its socket opens",
  },
  {
    guard: "what must be read again is not taken for read lately",
    code: "|| (checkBy !== null && now >= checkBy)",
    instead: "",
    tests: [SHARED],
    named: "as its socket opens",
  },
  {
    guard: "a token that was read is not read again while its socket is silent",
    code: "mustReadAgain ? (limited ? now + CHECK_MS : setMeanwhile) : null",
    instead: "limited ? null : retryAt",
    tests: [SHARED],
    named: "not while the socket is silent",
  },
  {
    guard: "only the sockets of the token that changed read it again",
    code: "session.digest !== null && session.token.tokenId === tokenId",
    instead: "session.digest !== null",
    tests: [SHARED],
    named: "is forgotten when it is told",
  },
  {
    guard: "a host that has a socket of the token is told of its next change too",
    code: "if (answer.reply.sockets === 0)",
    instead: "if (answer.reply.sockets >= 0)",
    tests: [SHARED],
    named: "is forgotten when it is told",
  },
];
