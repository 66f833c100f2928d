import type { Mutant } from "../mutants/mutant.ts";

const SEARCH = "test/agents/search.test.ts";
const AGENTS = "test/agents/agents.test.ts";
const REPEATS = "test/http/repeats.test.ts";

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
  {
    guard: "only the fields that a search asks for are answered",
    code: 'const isRequested = (name: string) => fields.includes("*") || fields.includes(name);',
    instead: "const isRequested = (name: string) => fields.length > 0 || fields.includes(name);",
    tests: [SEARCH],
    named: "only the fields that are asked for",
  },
  {
    guard: "a search is limited by its query",
    code: "    ...conditions.map(holds),\n",
    instead: "",
    tests: [SEARCH],
    named: "A search reads",
  },
  {
    guard: "the usual tools are frameworks without any setting",
    code: '  ...["playwright", "cypress", "vitest", "jest", "mocha",',
    instead: '  ...["jest", "mocha",',
    tests: [AGENTS],
    named: "without any setting",
  },
  {
    guard: "a refused framework is told of the setting",
    code: "; the setting FRAMEWORK_IDS adds others",
    instead: "",
    tests: [AGENTS],
    named: "that names the valid ones",
  },
  {
    guard: "the repeat of an agent's creation is a 201 as the first was",
    code: "agent.creationKey === (claim?.madeBy ?? creation.creationKey)",
    instead: "agent.creationKey === creation.creationKey",
    tests: [REPEATS],
    named: "the repeat of a registration",
  },
  {
    guard: "the repeat of an agent's DELETE is answered, though the agent is gone",
    code: "(${agents.deletedAt} = ${now} OR NOT ${unanswered})",
    instead: "(${agents.deletedAt} = ${now})",
    tests: [REPEATS],
    named: "the repeat of a DELETE",
  },
];
