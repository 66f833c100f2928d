import type { Mutant } from "../mutants/mutant.ts";

const HEARD = "test/console/heard-hosts.test.ts";

/** The guards of what single pages say and where they lead that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a host that was heard from since the check never reads Offline alone",
    code: 'presence === "Offline" && (state === "live" || state === "quiet")',
    instead: 'presence === "Offline" && state === "new"',
    tests: [HEARD],
  },
  {
    guard: "a host that was heard from since the check does not ask for attention as one that is Offline",
    code: "AND IFNULL(${KNOWN_CONTACT}, 0) <= ${heardAfter}",
    instead: "",
    tests: [HEARD],
  },
  {
    guard: "an end of maintenance that is not edited stays to the second",
    code: "known !== undefined && until === localInput(known, zone) ? known : instantOf(until, zone)",
    instead: "instantOf(until, zone)",
    tests: ["test/console/hosts.test.ts"],
    named: "keeps its end",
  },
  {
    guard: "all jobs that run on a host are counted, not those that its page lists",
    code: "inUse: facts[0]?.inUse ?? 0,",
    instead: "inUse: running.length,",
    tests: ["test/console/hosts.test.ts"],
    named: "however many",
  },
];
