import type { Mutant } from "../mutants/mutant.ts";

const JOBS = "test/console/jobs.test.ts";
const SCHEDULES = "test/console/schedules.test.ts";
const FORMS = "test/console/forms.test.ts";
const SESSIONS = "test/console/sessions.test.ts";
const SCOPE = "test/console/scope.test.ts";
const LIVE = "test/console/live-updates.test.ts";
const LIVE_SOCKETS = "test/console/live-sockets.test.ts";
const IN_DOUBT = "test/console/in-doubt.test.ts";
const TIMELINE = "test/console/timeline.test.ts";
const TIMELINE_RULES = "test/console/timeline-rules.test.ts";
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
    guard: "a form of another session is not done",
    code: 'if (!(await isFormTokenOf(c, c.get("session"), formInput.get("form_token")))) {',
    instead: "if (false as boolean) {",
    tests: [FORMS],
  },
  {
    guard: "a form of another site is not done",
    code: "pages.use(...secured, csrf());",
    instead: "pages.use(...secured);",
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
    guard: "a page is told of what the API changes",
    code: "tellOfChange(c, spec.operation, ids.project);",
    instead: "",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what the console changes",
    code: "tellOfChange(c, operation, project);",
    instead: "",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what the tick changes",
    code: "await tellPages(env, { projectId: null }); if (failed",
    instead: "if (failed",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what hosts report on sockets",
    code: "if (answer.status < 300) void tellPages(at.env, { projectId: said.project_id });",
    instead: "",
    tests: [LIVE],
    named: "hosts on sockets",
  },
  {
    guard: "a page is told of a host that lost its socket",
    code: "await tellPages(env, { projectId: null }); } catch",
    instead: "} catch",
    tests: [LIVE],
    named: "hosts on sockets",
  },
  {
    guard: "a page is told of a run that the clock ends",
    code: 'void tellPages(env, { projectId: projectOfLease(leaseId ?? "") ?? null });',
    instead: "",
    tests: [LIVE],
    named: "the clock ends",
  },
  {
    guard: "a page is told of its token's projects alone",
    code: "projectId === null || projectIds === null || projectIds.includes(projectId)",
    instead: "projectId !== 0",
    tests: [LIVE],
    named: "limited to projects",
  },
  {
    guard: "a page is told twice a second at most",
    code: "now - (this.#toldAt.get(socket) ?? 0) >= GAP_MS",
    instead: "now >= 0",
    tests: [LIVE],
    named: "half a second",
  },
  {
    guard: "a change within the gap is told after it, once",
    code: "this.#waiting.add(socket);",
    instead: "",
    tests: [LIVE],
    named: "half a second",
  },
  {
    guard: "a change of tokens has all sessions checked",
    code: "const sessions = OF_SESSIONS.includes(operation);",
    instead: "const sessions = false;",
    tests: [LIVE_SOCKETS],
    named: "revoked",
  },
  {
    guard: "a session is checked again after 30 s",
    code: "if (sessions || checkedAt + VALID_MS <= now) unchecked.push(open);",
    instead: "if (sessions) unchecked.push(open);",
    tests: [LIVE_SOCKETS],
    named: "ended unseen",
  },
  {
    guard: "a session that ended by itself loses its sockets",
    code: "if (watcher.until <= now) close(socket, ENDED.code, ENDED.why);",
    instead: "if (watcher.until < 0) close(socket, ENDED.code, ENDED.why);",
    tests: [LIVE_SOCKETS],
    named: "when its session does",
  },
  {
    guard: "a checked session ends when its secret does",
    code: "until: Math.min(until, found.goodUntil ?? Infinity)",
    instead: "until",
    tests: [LIVE_SOCKETS],
    named: "when its session does",
  },
  {
    guard: "signing out closes the session's sockets",
    code: "if (session) c.executionCtx.waitUntil(closePages(c.env, session.id));",
    instead: "session?.id;",
    tests: [LIVE_SOCKETS],
    named: "signs out",
  },
  {
    guard: "no other site's page opens the socket",
    code: 'if (c.req.header("Origin") !== new URL(c.req.url).origin)',
    instead: 'if (c.req.header("Origin") === "")',
    tests: [LIVE_SOCKETS],
    named: "other sites",
  },
  {
    guard: "a session has 32 sockets at most",
    code: "if (this.ctx.getWebSockets(sessionId).length >= MAX_A_SESSION)",
    instead: "if (sessionId === '')",
    tests: [LIVE_SOCKETS],
    named: "at most",
  },
  {
    guard: "the overview lists the runs in doubt",
    code: "WHERE ${scoped} AND ${needsAttention} LIMIT ${MAX_LISTED})",
    instead: "WHERE ${scoped} AND false LIMIT ${MAX_LISTED})",
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
    tests: [TIMELINE],
  },
  {
    guard: "a host's page draws jobs of projects that the token knows",
    code: '{ among: inScope(actor, "job.project_id"), limits: ALONE }',
    instead: "{ among: sql`true`, limits: ALONE }",
    tests: [TIMELINE],
    named: "limited to a project",
  },
  {
    guard: "a retired host has no lane",
    code: "isNull(hosts.retiredAt), knownTo(actor), lanes.wanted,",
    instead: "knownTo(actor), lanes.wanted,",
    tests: [TIMELINE],
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
    tests: [TIMELINE],
    named: "show its own jobs",
  },
  {
    guard: "a page of lanes begins behind the last host",
    code: "AND (name COLLATE NOCASE > ${name} OR id ${beside} ${after.hostId})",
    instead: "",
    tests: [TIMELINE],
    named: "twenty a page",
  },
  {
    guard: "a page of lanes begins behind the last agent",
    code: "(hosts.id <> ${after?.hostId ?? 0} OR agent.id > ${after?.agentId ?? 0})",
    instead: "true",
    tests: [TIMELINE],
    named: "twenty a page",
  },
  {
    guard: "what runs is drawn however long ago it began",
    code: "WHERE ${running} LIMIT ${limits.running})) job",
    instead: "WHERE ${running} LIMIT 0)) job",
    tests: [TIMELINE],
    named: "began before the window",
  },
  {
    guard: "a gap ends with a sign of life only if that came after it began",
    code: "heardAt !== null && heardAt > since",
    instead: "heardAt !== null",
    tests: [TIMELINE_RULES],
  },
  {
    guard: "a timeline leads to the list of jobs only who may see it",
    code: 'summary === NONE || !mayDo(actor, "listJobs")',
    instead: "summary === NONE",
    tests: [TIMELINE],
    named: "which has no list of jobs",
  },
];
