import type { Mutant } from "../mutants/mutant.ts";

const SEARCH = "test/agents/search.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a search of agents stays within what its caller may know of",
    code: "projectIds: [actor.projectIds, input?.project_ids ?? null],",
    instead: "projectIds: [input?.project_ids ?? null],",
    tests: [SEARCH],
  },
  {
    guard: "a search of agents by a token of a host stays at that host",
    code: "hostIds: [actor.hostId, input?.host_id ?? null],",
    instead: "hostIds: [input?.host_id ?? null],",
    tests: [SEARCH],
  },
];
