import type { Mutant } from "../mutants/mutant.ts";

const LISTS = "test/console/lists.test.ts";
const JOB_PAGE = "test/console/job-page.test.ts";
const JOB_TESTS = "test/console/job-tests.test.ts";
const FILES = "test/console/files.test.ts";
const JOBS = "test/console/jobs.test.ts";
const SCHEDULES = "test/console/schedules.test.ts";
const FORMS = "test/console/forms.test.ts";
const SESSIONS = "test/console/sessions.test.ts";
const SCOPE = "test/console/scope.test.ts";
const IN_DOUBT = "test/console/in-doubt.test.ts";
const TIMELINE = ["test/console/timeline.test.ts", "test/console/timeline-pages.test.ts"];
const TIMELINE_RULES = ["test/console/timeline-rules.test.ts", "test/console/timeline-marks.test.ts"];
const HAND_OUT = "test/jobs/hand-out.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the failures of the last hours are looked up by when they failed",
    code: "job.status = 'FAILED' AND ${when(changedAfter, (after) => sql`job.status_changed_at > ${after}`)}",
    instead: "job.status = 'FAILED'",
    tests: [JOBS],
  },
  {
    guard: "jobs that are looked up otherwise are asked when they moved, too",
    code: "[sql`job.status_changed_at > ${changedAfter}`]",
    instead: "[]",
    tests: [JOBS],
  },
  {
    guard: "an overdue job comes next in its schedule, as a planned one does",
    code: '["PLANNED", "NOT_RUN"];',
    instead: '["PLANNED"];',
    tests: [SCHEDULES],
  },
  {
    guard: "a file of a run keeps its own policy within the console",
    code: "overwrite: false,",
    instead: "",
    tests: [FILES],
    named: "runs nothing",
  },
  {
    guard: "a picked row is of a project that the token knows",
    code: "await refuseUnknown(call, { project: picked.project });",
    instead: "",
    tests: [LISTS],
    named: "does not know",
  },
  {
    guard: "each of many has a key of its own, so that a form sent again repeats nothing",
    code: "key: request.key === undefined ? undefined : `${request.key}.${mark}`,",
    instead: "key: undefined,",
    tests: [LISTS],
    named: "run again at once",
  },
  {
    guard: "a form of picked rows leads back to its list alone",
    code: "given === here || given.startsWith(`${here}?`) ? given : here",
    instead: "given",
    tests: [LISTS],
    named: "leads back",
  },
  {
    guard: "a bound of a job is shown only before it begins",
    code: "isWaiting(job) && job.expiresAt !== null",
    instead: "job.expiresAt !== null",
    tests: [JOB_PAGE],
    named: "a bound",
  },
  {
    guard: "what failed is not among the tests that did not fail",
    code: 'if (outcome === "not red") return "r.outcome <= 1";',
    instead: "",
    tests: [JOB_TESTS],
    named: "below those that did",
  },
  {
    guard: "a page lists so many files and no more",
    code: "AND name > ?3 ORDER BY name LIMIT ?4",
    instead: "AND name > ?3 AND ?4 ORDER BY name",
    tests: [FILES],
    named: "of many files",
  },
  {
    guard: "a form of another session is not done",
    code: 'if (!(await isFormTokenOf(c, c.get("session"), formInput.get("form_token")))) {',
    instead: "if (false as boolean) {",
    tests: [FORMS],
  },
  {
    guard: "a form of another site is not done",
    code: "pages.use(...secured, csrf(), shortAddresses);",
    instead: "pages.use(...secured, shortAddresses);",
    tests: [FORMS],
  },
  {
    guard: "a session has an end",
    code: "return until > now ?",
    instead: "return true ?",
    tests: [SESSIONS],
  },
  {
    guard: "a session ends with the secret that began it",
    code: "if ((await markOf(digest)) !== mark) continue;",
    instead: "",
    tests: [SESSIONS],
  },
  {
    guard: "a sign-in leads nowhere else",
    code: 'PLACE.test(text) && !text.includes("//") ? text : "/console"',
    instead: "text",
    tests: [SESSIONS],
  },
  {
    guard: "a page is for those who may do what it shows",
    code: "refuseUnlessMayDo(call.actor, operation);",
    instead: "",
    tests: [SCOPE],
  },
  {
    guard: "a page's project and host are known to the token",
    code: "await refuseUnknown(call, ids);",
    file: "src/console/page-guards.ts",
    instead: "",
    tests: [SCOPE],
  },
  {
    guard: "a list is of a project that the token knows",
    code: "requested !== undefined && allowsProject(limits, requested) ? requested",
    instead: "requested !== undefined ? requested",
    tests: [SCOPE],
  },
  {
    guard: "the overview lists the runs in doubt",
    code: ".filter(({ isDoubtful }) => isDoubtful === 1)",
    instead: ".filter(({ isDoubtful }) => isDoubtful === 2)",
    tests: [IN_DOUBT],
  },
  {
    guard: "the list of jobs shows which runs are in doubt",
    code: "(job.status = 'RUNNING' AND job.doubted_at IS NOT NULL) AS needsAttention",
    instead: "false AS needsAttention",
    tests: [IN_DOUBT],
  },
  {
    guard: "a job that waits behind a run says so",
    code: "${runAhead(now)} AS runAhead",
    instead: "NULL AS runAhead",
    tests: [HAND_OUT],
    named: "and the console says why",
  },
  {
    guard: "a job that waits behind one that waits says so",
    code: "${jobAhead(now)} AS jobAhead",
    instead: "NULL AS jobAhead",
    tests: [HAND_OUT],
    named: "and the console says why",
  },
  {
    guard: "a lane has the jobs of its own agent and of projects that the token knows",
    code: "if (isOfLane === 0) continue;",
    instead: "",
    tests: TIMELINE,
  },
  {
    guard: "a host's page draws jobs of projects that the token knows",
    code: '{ among: inScope(actor, "job.project_id"), limits: ALONE }',
    instead: "{ among: sql`true`, limits: ALONE }",
    tests: TIMELINE,
    named: "limited to a project",
  },
  {
    guard: "a retired host has no lane",
    code: "isNull(hosts.retiredAt), knownTo(actor), lanes.wanted,",
    instead: "knownTo(actor), lanes.wanted,",
    tests: TIMELINE,
    named: "are hosts or their agents",
  },
  {
    guard: "lanes are of hosts that the token knows",
    code: "isNull(hosts.retiredAt), knownTo(actor), lanes.wanted,",
    instead: "isNull(hosts.retiredAt), lanes.wanted,",
    tests: [SCOPE],
  },
  {
    guard: "a removed agent has no lane",
    code: 'sql`agent.deleted_at IS NULL AND ${inProject("agent.project_id")}`',
    instead: 'inProject("agent.project_id")',
    tests: TIMELINE,
    named: "show its own jobs",
  },
  {
    guard: "a page of lanes begins behind the last host",
    code: "AND (name COLLATE NOCASE > ${name} OR id ${beside} ${after.hostId})",
    instead: "",
    tests: TIMELINE,
    named: "twenty a page",
  },
  {
    guard: "a page of lanes begins behind the last agent",
    code: "(hosts.id <> ${after?.hostId ?? 0} OR agent.id > ${after?.agentId ?? 0})",
    instead: "true",
    tests: TIMELINE,
    named: "twenty a page",
  },
  {
    guard: "what runs is drawn however long ago it began",
    code: "WHERE ${running} LIMIT ${limits.running})) job",
    instead: "WHERE ${running} LIMIT 0)) job",
    tests: TIMELINE,
    named: "began before the window",
  },
  {
    guard: "a gap ends with a sign of life only if that came after it began",
    code: "heardAt !== null && heardAt > since",
    instead: "heardAt !== null",
    tests: TIMELINE_RULES,
  },
  {
    guard: "a timeline leads to the list of jobs only who may see it",
    code: 'summary === NONE || !mayDo(actor, "listJobs")',
    instead: "summary === NONE",
    tests: TIMELINE,
    named: "which has no list of jobs",
  },
];
