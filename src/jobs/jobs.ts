import * as z from "zod";
import { allowsHost } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { JOB_STATUSES } from "../database/enums.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { oneOf, time, wholeInQuery } from "../wire/fields.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { wholeSecond } from "../wire/times.ts";
import { storedTrace } from "../wire/trace-context.ts";
import { ANSWER_BOUNDS } from "./answer-bounds.ts";
import { COMMIT_WORDS, commitInput } from "./commit.ts";
import { JOB_ORDERS, readJobs } from "./list-store.ts";
import { type Material, parseMaterials } from "./materials.ts";
import { parametersInput, storedParameters } from "./parameters.ts";
import { insertRepeat, readRerunObstacles } from "./rerun-store.ts";
import { countsOf } from "./result-counts.ts";
import { isEnded, statusFromText } from "./status.ts";
import { type JobView, readJob, readJobWithHistory, readTwoJobs } from "./store.ts";
import { cancelSchedule as storeCancelling } from "./transition-store.ts";

export interface JobPath {
  project: number;
  job: number;
}

/** The job of this project; undefined if its row is gone, or never was. Throws `not_found` for another host's. */
export const findJob = async (
  { db, actor }: Pick<Call, "db" | "actor">,
  { project, job }: JobPath,
): Promise<JobView | undefined> => {
  const found = await readJob(db, project, job);
  if (found && !allowsHost(actor, found.hostId)) throw notFound("job", job);
  return found;
};

/** The job of this project; a token that is limited to a host sees only that host's. Throws `not_found`. */
export const getJob = async (call: Pick<Call, "db" | "actor">, path: JobPath): Promise<JobView> => {
  const found = await findJob(call, path);
  if (!found) throw notFound("job", path.job);
  return found;
};

/** Two jobs of this project, as {@link getJob} gives each. Throws `not_found`. */
export const getTwoJobs = async (
  { db, actor }: Pick<Call, "db" | "actor">,
  project: number,
  ids: readonly [number, number],
): Promise<[JobView, JobView]> => {
  const [one, other] = await readTwoJobs(db, project, ids);
  if (!one || !allowsHost(actor, one.hostId)) throw notFound("job", ids[0]);
  if (!other || !allowsHost(actor, other.hostId)) throw notFound("job", ids[1]);
  return [one, other];
};

export const getJobWithHistory = async ({ db, actor }: Call, { project, job }: JobPath) => {
  const found = await readJobWithHistory(db, project, job);
  if (!found || !allowsHost(actor, found.job.hostId)) throw notFound("job", job);
  return found;
};

const idFilter = wholeInQuery({ from: 1 }).optional();

export const jobsQuery = described(
  pageQuery.extend({
    status: z.string().transform(statusFromText).pipe(oneOf(JOB_STATUSES)).optional(),
    host_server_id: idFilter,
    agent_server_id: idFilter,
    schedule_id: idFilter,
    from: time().optional(),
    to: time().optional(),
    order: oneOf(JOB_ORDERS).default("asc"),
  }),
  {
    fields: {
      ...fieldsOf(pageQuery),
      status: `Only jobs of this status: ${JOB_STATUSES.join(", ")}, or NOT RUN as people write it.`,
      host_server_id: "Only jobs of the host with this id.",
      agent_server_id: "Only jobs of the agent with this id.",
      schedule_id: "Only jobs of the schedule with this id.",
      from: "Only jobs that are due at this time or later.",
      to: "Only jobs that are due before this time.",
      order: "By their ids: asc, the oldest first; desc, the newest first.",
    },
  },
);

/**
 * A project's jobs by id, in either order, with the filters of the wire contract. A page that would be too
 * large ends early. Throws `not_found` for the project.
 */
export const listJobs = async ({ db }: Call, project: number, query: z.output<typeof jobsQuery>) => {
  const filter = {
    status: query.status,
    hostId: query.host_server_id,
    agentId: query.agent_server_id,
    scheduleId: query.schedule_id,
    from: query.from,
    to: query.to,
  };
  const { projectExists, rows, history, more } = await readJobs(
    db,
    { projectId: project, filter },
    { ...query, bytes: ANSWER_BOUNDS.bytes },
  );
  if (!projectExists) throw notFound("project", project);
  return { jobs: rows, history, next: more ? rows.at(-1)?.id : undefined };
};

/** What to run again: everything, or only what failed or is missing; with the job's parameters and commit or others. */
export const rerunInput = described(
  z.object({
    only: z.enum(["failed"], { error: "must be failed, or left out" }).optional(),
    parameters: parametersInput.optional(),
    commit: commitInput.optional(),
  }),
  {
    fields: {
      only: "failed: only the tests that failed or are missing in the reports; left out: all.",
      parameters: "What the run's environment has besides, in place of the job's own parameters.",
      commit: `${COMMIT_WORDS} Left out: the job's own.`,
    },
    example: { only: "failed" },
  },
).optional();

/** The ended job's materials that failed by its reports, or are missing in them. Throws `nothing_failed`. */
const failedMaterials = async (call: Call, job: JobView): Promise<Material[]> => {
  const { id, attempt } = job;
  const [red, known] = await Promise.all([
    call.results(job.projectId, (object) => object.redTestRuns(id, attempt)),
    call.results(job.projectId, (object) => object.matchedTestRuns(id, attempt)),
  ]);
  const failed = parseMaterials(job.materials).filter(
    ({ test_run_id }) => red.includes(test_run_id) || !known?.includes(test_run_id),
  );
  if (countsOf(job) !== null && failed.length > 0) return failed;
  throw new DomainError(
    "nothing_failed",
    `no test run of job ${id} failed by its reports, or is missing in them: run all of it again`,
  );
};

/**
 * Creates a job of the same schedule that runs an ended job again, now. Throws `not_found`, `job_not_ended`,
 * `schedule_paused`, `agent_inactive`, `nothing_failed`, `key_reused`.
 */
export const rerunJob = async (
  call: Call,
  path: JobPath,
  input: z.output<typeof rerunInput> = {},
): Promise<JobView> => {
  const creation = await creationOf(call, input);
  const ended = await getJob(call, path);
  const { hostId } = ended;
  const failed = input.only && isEnded(ended.status) ? await failedMaterials(call, ended) : null;
  const repeat = {
    scheduledAt: wholeSecond(call.now),
    materials: failed && JSON.stringify(failed),
    parameters: storedParameters(input.parameters),
    commitSha: input.commit ?? null,
    traceContext: storedTrace(call.request.trace),
  };
  const author = authorOf(call, "rerunJob");
  const place = { projectId: path.project, jobId: path.job };
  const { claim, job } = await invalidating(call, {
    hosts: [hostId],
    write: (change) => insertRepeat(change, place, { repeat, author, creation }),
  });
  refuseReusedKey(creation, claim);
  if (job) return job;
  const repeated = await getJob(call, path);
  if (!isEnded(repeated.status)) {
    throw new DomainError(
      "job_not_ended",
      `job ${path.job} is ${repeated.status}; it can run again once it has ended`,
    );
  }
  throw await rerunRefusal(call, repeated);
};

/** Why an ended job can't run again, and what to do first. */
const rerunRefusal = async (
  { db }: Call,
  { id, scheduleId, agentId, hostId }: JobView,
): Promise<DomainError> => {
  const idle = await readRerunObstacles(db, id);
  if (idle?.deletedAt != null) {
    return new DomainError(
      "schedule_paused",
      `schedule ${scheduleId} of job ${id} was deleted; make another schedule to run it again`,
    );
  }
  const isPaused = idle?.pausedAt != null;
  // The schedules of a retired host are paused too, and can't be resumed before it is back.
  if (isPaused && idle.retiredAt === null) {
    return new DomainError(
      "schedule_paused",
      `schedule ${scheduleId} of job ${id} is paused; resume it, then run the job again`,
    );
  }
  const first =
    idle?.retiredAt == null
      ? `agent ${agentId} of job ${id} is not active; activate it`
      : `host ${hostId} of job ${id} was retired; register it again`;
  const then = isPaused ? `resume schedule ${scheduleId} and run the job again` : "run the job again";
  return new DomainError("agent_inactive", `${first}, then ${then}`);
};

/** Cancels a schedule's open jobs, but not the running ones. Returns how many. Throws `not_found`. */
export const cancelSchedule = async (
  call: Call,
  { project, schedule }: { project: number; schedule: number },
): Promise<{ cancelled: number }> => {
  const place = { projectId: project, scheduleId: schedule };
  const creation = await creationOf(call, {});
  const author = authorOf(call, "cancelSchedule");
  const { claim, exists, cancelled } = await storeCancelling(call.db, place, { author, creation });
  refuseReusedKey(creation, claim);
  if (!exists) throw notFound("schedule", schedule);
  return { cancelled };
};
