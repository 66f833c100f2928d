import type { Mutant } from "../mutants/mutant.ts";

const SORTED = "test/console/sorted-lists.test.ts";
const AGENTS = "test/console/agents.test.ts";
const SCOPE = "test/console/project-scope.test.ts";
const FIND = "test/console/find.test.ts";
const SIGNALS = "test/console/signals.test.ts";
const FIRST_USE = "test/console/first-use.test.ts";
const HOST_LABELS = "test/console/host-labels.test.ts";
const BY_NAME = "test/console/schedules-by-name.test.ts";

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
    guard: "hosts are found by a whole label, not by a part of one",
    code: "sql`instr(${hosts.labels}, ${JSON.stringify(label)})`",
    instead: "sql`instr(${hosts.labels}, ${label})`",
    tests: [HOST_LABELS],
    named: "by a whole label",
  },
  {
    guard: "what no label can be is not looked for",
    code: "label: LABEL.test(label.trim()) ? label.trim() : undefined,",
    instead: "label: label.trim() || undefined,",
    tests: [HOST_LABELS],
    named: "by a whole label",
  },
  {
    guard: "a page's links and counts keep its label",
    code: "...(label ? { label } : {}),",
    instead: "",
    tests: [HOST_LABELS],
    named: "has a chip",
  },
  {
    guard: "many labels do not make a list long",
    code: "text.length <= MAX_SHOWN ? text :",
    instead: "text.length > 0 ? text :",
    tests: [HOST_LABELS],
    named: "cut where they are long",
  },
  {
    guard: "a list of schedules by name goes on behind the last one of several with one name",
    code: "sql`(schedule_name COLLATE NOCASE, id) ${beyond} (${name}, ${id})`",
    instead: "sql`schedule_name COLLATE NOCASE ${beyond} ${name}`",
    tests: [BY_NAME],
    named: "goes on where",
  },
  {
    guard: "schedules are sorted by name without regard to case",
    code: "sql`${of}.schedule_name COLLATE NOCASE ${direction}, `",
    instead: "sql`${of}.schedule_name ${direction}, `",
    tests: [BY_NAME],
    named: "without regard to case",
  },
  {
    guard: "the schedules of one name are sorted too",
    code: "return sql`${byName}${of}.id ${direction}`;",
    instead: "return isByName(order) ? sql`${byName}${of}.id` : sql`${of}.id ${direction}`;",
    tests: [BY_NAME],
    named: "goes on where",
  },
  {
    guard: "the next page of a list by name is told the name that it begins behind",
    code: "...(after && isByName ? { name: after.name } : {}),",
    instead: "",
    tests: [BY_NAME],
    named: "goes on where",
  },
  {
    guard: "a project's schedules by name are read by an index of the project",
    code: '${isOfProject ? "schedules_of_project_by_name" : "schedules_by_name"}',
    instead: "schedules_by_name",
    tests: [BY_NAME],
    named: "reads no schedule of another",
  },
  {
    guard: "a list of all projects says of each schedule which one it is of",
    code: "isOfProject={filter.project !== undefined}",
    instead: "isOfProject",
    tests: [BY_NAME],
    named: "of all projects",
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
