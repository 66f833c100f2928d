import type { Mutant } from "../mutants/mutant.ts";

const LIVE = "test/console/live-updates.test.ts";
const LIVE_SOCKETS = "test/console/live-sockets.test.ts";

/** The guards of pages that are told of changes. */
export const mutants: Mutant[] = [
  {
    guard: "a page is told of what the API changes",
    code: "tellOfChange(c, spec.operation, ids);",
    instead: "",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what the console changes",
    code: "tellOfChange(c, operation, admitted);",
    instead: "",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what the tick changes",
    code: "await tellPages(env, { projectId: null, jobId: null }); if (failed",
    instead: "if (failed",
    tests: [LIVE],
    named: "told at once",
  },
  {
    guard: "a page is told of what hosts report on sockets",
    code: "if (answer.status < 300) void tellPages(at.env, { projectId: said.project_id, jobId: said.job_id });",
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
    code: 'void tellPages(env, { projectId: projectOfLease(leaseId ?? "") ?? null, jobId: job });',
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
];
