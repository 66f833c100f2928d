import { z } from "zod";
import type { Actor, Call } from "../env.ts";
import { DomainError, notFound } from "../http/errors.ts";
import { pageQuery } from "../http/pages.ts";
import { time } from "../http/validate.ts";
import { nameOf } from "../tokens/access.ts";
import { callerOf } from "./holder.ts";
import {
  isEnded,
  JOB_STATUSES,
  type Mover,
  REPORTED,
  sourcesOf,
  statusFromText,
  targetsOf,
} from "./status.ts";
import {
  type AnswerBounds,
  type JobView,
  moveJob,
  readJob,
  readJobs,
  readJobWithHistory,
  readOpenJobs,
} from "./store.ts";
import { type WireJob, wireJobs } from "./wire.ts";

const NO_LOWER_BOUND = Number.MIN_SAFE_INTEGER;

/** The query of a poll: epoch milliseconds once read, start inclusive, end exclusive. */
export const pollInput = z.object({
  start_date: z.union([z.literal("").transform(() => NO_LOWER_BOUND), time()]).default(NO_LOWER_BOUND),
  end_date: time(),
  lease: z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("true")
    .transform((value) => value === "true"),
});

export interface Polled {
  jobs: WireJob[];
  /** When the jobs leased by this poll are told to others again; null where none was leased. */
  leaseExpiresAt: number | null;
  /** How many jobs of the window others hold now. */
  held: number;
  /** How many jobs were left out because the answer was full. */
  left: number;
}

const ANSWER_BOUNDS: AnswerBounds = { jobs: 1000, bytes: 8 * 1024 * 1024 };

/** The open jobs of a host's active agents in a window, the due ones leased to the caller ("Retrieve Scheduled Jobs"). Throws `not_found`. */
export const pollJobs = async (
  call: Call,
  hostId: number,
  { start_date: from, end_date: to, lease }: z.output<typeof pollInput>,
): Promise<Polled> => {
  const found = await readOpenJobs(call.db, hostId, { from, to }, ANSWER_BOUNDS);
  if (!found.exists) throw notFound("host", hostId);
  const [first] = found.rows;
  if (!first) return { jobs: [], leaseExpiresAt: null, held: 0, left: 0 };
  const offers = found.rows.map(({ id, attempt, scheduledAt }) => ({ job: id, attempt, dueAt: scheduledAt }));
  const grant = lease
    ? await call.host(hostId, (host, moment) => host.grant(offers, callerOf(call), moment))
    : { hidden: [], expiresAt: null };
  const hidden = new Set(grant.hidden);
  return {
    jobs: wireJobs(call, found.rows).filter(({ job_id }) => !hidden.has(job_id)),
    leaseExpiresAt: grant.expiresAt,
    held: hidden.size,
    left: first.total - found.rows.length,
  };
};

export const reportInput = z.object({
  status: z
    .string(`must be one of ${REPORTED.join(", ")}`)
    .transform(statusFromText)
    .pipe(z.enum(REPORTED, { error: `must be one of ${REPORTED.join(", ")}` })),
});

const moversOf = ({ scope }: Actor): Mover[] => (scope === "admin" ? ["host", "operator"] : [scope]);

/**
 * Moves a job as its host reports, or cancels it ("Update a Job's Status"). The first RUNNING wins; a repeat by
 * its holder, and the same end again, answer the job unchanged. Throws `not_found`, `forbidden` for a status
 * that the caller may never report, `already_running`, `move_refused`.
 */
export const reportJob = async (
  call: Call,
  path: { project: number; job: number },
  { status }: z.output<typeof reportInput>,
): Promise<JobView> => {
  const movers = moversOf(call.actor);
  const from = sourcesOf(status, movers);
  if (from.length === 0) {
    throw new DomainError(
      "forbidden",
      `a token of scope ${call.actor.scope} may only report CANCELLED, not ${status}`,
    );
  }
  const job = await getJob(call, path);
  const holder = callerOf(call);
  const done = (now: JobView): boolean =>
    now.status === status && (isEnded(status) || (now.attempt === job.attempt && now.holder === holder));
  if (done(job)) return job;
  if (!from.includes(job.status)) throw refusal(job, status, movers);
  const byHost = call.actor.scope === "host";
  await call.host(job.hostId, (host, moment) => host.hold(job.id, job.attempt, byHost, moment));
  const move = { from, to: status, by: nameOf(call.actor), now: call.now, reason: null };
  const moved = await moveJob(call.db, job, status === "RUNNING" ? { ...move, holder } : move);
  if (!moved) throw notFound("job", path.job);
  if (!done(moved)) throw refusal(moved, status, movers);
  return moved;
};

const refusal = (job: JobView, status: (typeof REPORTED)[number], movers: Mover[]): DomainError => {
  if (job.status === "RUNNING" && status === "RUNNING") {
    return new DomainError(
      "already_running",
      `job ${job.id} was started by another process; do not run it again`,
    );
  }
  const possible = targetsOf(job.status, movers);
  const advice =
    possible.length === 0 ? "it has ended and stays so" : `from there it can become ${possible.join(", ")}`;
  return new DomainError(
    "move_refused",
    `job ${job.id} is ${job.status} and can't become ${status}: ${advice}`,
  );
};

export const getJob = async ({ db }: Call, { project, job }: { project: number; job: number }) => {
  const found = await readJob(db, project, job);
  if (!found) throw notFound("job", job);
  return found;
};

export const getJobWithHistory = async ({ db }: Call, { project, job }: { project: number; job: number }) => {
  const found = await readJobWithHistory(db, project, job);
  if (!found) throw notFound("job", job);
  return found;
};

const ID_FORM = "must be a whole number from 1 up";
const idFilter = z.coerce.number(ID_FORM).int(ID_FORM).min(1, { error: ID_FORM }).optional();

export const jobsQuery = pageQuery.extend({
  status: z
    .string()
    .transform(statusFromText)
    .pipe(z.enum(JOB_STATUSES, { error: `must be one of ${JOB_STATUSES.join(", ")}` }))
    .optional(),
  host_server_id: idFilter,
  agent_server_id: idFilter,
  schedule_id: idFilter,
  from: time().optional(),
  to: time().optional(),
});

/** A project's jobs by id, with the filters of the wire contract; a page ends early where it would be too large. Throws `not_found` for the project. */
export const listJobs = async (
  call: Call,
  project: number,
  query: z.output<typeof jobsQuery>,
): Promise<{ jobs: WireJob[]; next: number | undefined }> => {
  const filter = {
    status: query.status,
    hostId: query.host_server_id,
    agentId: query.agent_server_id,
    scheduleId: query.schedule_id,
    from: query.from,
    to: query.to,
  };
  const { projectExists, rows, more } = await readJobs(call.db, project, filter, query, ANSWER_BOUNDS.bytes);
  if (!projectExists) throw notFound("project", project);
  return { jobs: wireJobs(call, rows), next: more ? rows.at(-1)?.id : undefined };
};
