import type { Mutant } from "../mutants/mutant.ts";

const WAITING = "test/jobs/waiting.test.ts";

/** The guards of reads that are held until their job has ended. */
export const mutants: Mutant[] = [
  {
    guard: "a wait is told of its job's moves",
    code: "if (jobId !== undefined) tellJobSockets(this.ctx, { projectId, jobId });",
    instead: "",
    tests: [WAITING],
    named: "a wait is answered when its job ends",
  },
  {
    guard: "a wait is told of no other job's moves",
    code: "if (jobId !== null) return ofJob(jobId);",
    instead: "",
    tests: [WAITING],
    named: "moves of other jobs",
  },
  {
    guard: "a wait is told of what may end any job of the project",
    code: "OF_ALL_JOBS.includes(operation) ? null : undefined",
    instead: "undefined",
    tests: [WAITING],
    named: "jobs that end with their schedule",
  },
  {
    guard: "a wait is told of the tick",
    code: "await tellPages(env, { projectId: null, jobId: null });",
    instead: "await tellPages(env, { projectId: null });",
    tests: [WAITING],
    named: "jobs that end with their schedule",
  },
  {
    guard: "a wait is told of reports on sockets",
    code: "void tellPages(at.env, { projectId: said.project_id, jobId: said.job_id });",
    instead: "void tellPages(at.env, { projectId: said.project_id });",
    tests: [WAITING],
    named: "reports on a socket",
  },
  {
    guard: "a wait is told of lost leases",
    code: 'void tellPages(env, { projectId: projectOfLease(leaseId ?? "") ?? null, jobId: job });',
    instead: "",
    tests: [WAITING],
    named: "lost with its lease",
  },
  {
    guard: "a token that ended during a wait is told nothing",
    code: "{ ...call, actor: await waiting.actorNow() }",
    instead: "call",
    tests: [WAITING],
    named: "revoked during a wait",
  },
  {
    guard: "a client that goes away frees its wait",
    code: 'waiting.gone.addEventListener("abort", end);',
    instead: "",
    tests: [WAITING],
    named: "a client that goes away",
  },
  {
    guard: "an answer that was held has the time at which it is sent",
    code: 'if (query.wait !== undefined) c.header("Date", dateText(call.clock()));',
    instead: "",
    tests: [WAITING],
    named: "a wait is answered when its job ends",
  },
];
