import type { Mutant } from "../mutants/mutant.ts";

const SORTED = "test/console/sorted-lists.test.ts";
const AGENTS = "test/console/agents.test.ts";
const SCOPE = "test/console/project-scope.test.ts";
const FIND = "test/console/find.test.ts";
const SIGNALS = "test/console/signals.test.ts";
const FIRST_USE = "test/console/first-use.test.ts";

/** The guards of what lists share, of finding, of the chosen project and of the first use. */
export const mutants: Mutant[] = [
  {
    guard: "a list by id heeds the times of its filter",
    code: 'from === undefined || scan.by !== "id" ? [] : [sql`job.scheduled_at >= ${from}`]',
    instead: "[]",
    tests: [SORTED],
    named: "heeds the times",
  },
  {
    guard: "the head says a list is sorted by a column only if it is",
    code: "const now = sortedBy !== column ?",
    instead: "const now = filter.sort === undefined ?",
    tests: [SORTED],
    named: "by their time or by when",
  },
  {
    guard: "an agent of a searched id is found only by those who may see its project",
    code: 'inScope(actor, "project_id"),\n      projectId === undefined',
    instead: "projectId === undefined",
    tests: [SORTED],
    named: "found by its id",
  },
  {
    guard: "a token of one host activates its own agents alone",
    code: "host === undefined || !allowsHost(call.actor, host)",
    instead: "host === undefined",
    tests: [AGENTS],
    named: "of one host",
  },
  {
    guard: "a chosen project is one that the token may see",
    code: "name === undefined || !allowsProject(actor, Number(id))",
    instead: "name === undefined",
    tests: [SCOPE],
    named: "a cookie that names it",
  },
  {
    guard: "a project is chosen only by a token that may see it",
    code: 'if (typeof id !== "number" || !allowsProject(call.actor, id)) throw notFound("project", id);',
    instead: 'if (typeof id !== "number") throw notFound("project", id);',
    tests: [SCOPE],
    named: "can't choose it",
  },
  {
    guard: "hosts that a token registered are not of the chosen project for that",
    code: "tokenId: NOBODY, ",
    instead: "",
    tests: [SCOPE],
    named: "/console/hosts",
  },
  {
    guard: "an address that names a project shows that one, whatever is chosen",
    code: ' || c.req.query("project") !== undefined',
    instead: "",
    tests: [SCOPE],
    named: "names a project",
  },
  {
    guard: "a choice of a project goes on in the console alone",
    code: 'if (!PLACE.test(given) || given.includes("//")) return "/console";',
    instead: "",
    tests: [SCOPE],
    named: "goes on at",
  },
  {
    guard: "jobs and tests are found only by those who may see them",
    code: '(mayDo(actor, "listJobs") ? schedulesAndJobs(stored) : [])',
    instead: "schedulesAndJobs(stored)",
    tests: [FIND],
    named: "limited token",
  },
  {
    guard: "a retired host is not found",
    code: "hosts WHERE hosts.retired_at IS NULL AND ${knownTo(actor) ?? sql`true`} LIMIT ${MAX_FOUND}`",
    instead: "hosts WHERE ${knownTo(actor) ?? sql`true`} LIMIT ${MAX_FOUND}`",
    tests: [FIND],
    named: "was removed",
  },
  {
    guard: "a job of a project that the token does not know is not found",
    code: 'WHERE job.id = ${id ?? 0} AND ${inScope(actor, "job.project_id")}',
    instead: "WHERE job.id = ${id ?? 0}",
    tests: [FIND],
    named: "limited token",
  },
  {
    guard: "failures are counted since the tab was left",
    code: "failedAfter(since)",
    instead: "failedAfter(0)",
    tests: [SIGNALS],
    named: "since the tab",
  },
  {
    guard: "a text that is no token gets into no command that is pasted",
    code: "given !== undefined && TOKEN.test(given) ? given : undefined",
    instead: "given",
    tests: [FIRST_USE],
    named: "is no token",
  },
];
