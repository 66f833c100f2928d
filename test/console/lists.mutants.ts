import type { Mutant } from "../mutants/mutant.ts";

const FIND = "test/console/find.test.ts";
const NAMES = "test/console/name-filters.test.ts";

/** The guards of what lists share, which their tests must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a name means no host that is gone",
    code: "(hosts.retired_at IS NULL OR hosts.id = ${name.id ?? 0}) AND ${knownTo",
    instead: "${knownTo",
    tests: [NAMES],
    named: "what is gone",
  },
  {
    guard: "a name means no host that the token does not know",
    code: 'AND ${knownTo(actor) ?? sql`true`} AND ${matching("hosts.name", name)}',
    instead: 'AND ${matching("hosts.name", name)}',
    tests: [NAMES],
    named: "what it may see",
  },
  {
    guard: "a name means no schedule of a project that the token does not know",
    code: '${inScope(actor, "s.project_id")} AND ${matching',
    instead: "${matching",
    tests: [NAMES],
    named: "what it may see",
  },
  {
    guard: "an agent's name is of the host that the list is of",
    code: 'name.hostId === undefined ? among("agents", name) : ofHost',
    instead: 'among("agents", name)',
    tests: [NAMES],
    named: "several",
  },
  {
    guard: "what begins so is found wherever it stands in the alphabet",
    code: "SELECT * FROM (${beginningWith(table, text)}) WHERE id <> ${id ?? 0} UNION ALL",
    instead: "",
    tests: [FIND],
    named: "begins so",
  },
];
