import { noteHostCall } from "../access/host-contact.ts";
import { getProject } from "../access/known.ts";
import { allowsHost } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { findJob, getJob } from "../jobs/jobs.ts";
import { isUnderLease, leaseHolder } from "../jobs/run-holder.ts";
import type { JobView } from "../jobs/store.ts";
import { DomainError, notFound } from "../wire/refusals.ts";

export interface AttemptPath {
  project: number;
  job: number;
  attempt: number;
}

/**
 * The job of an attempt that results, logs or files are sent for. The attempt must have begun, and may have ended; the
 * current attempt of a run under a lease needs that lease. Throws `not_found`, `not_begun`, `lease_required`,
 * `lease_lost`.
 */
export const getRun = async (
  call: Call,
  { project, job: id, attempt }: AttemptPath,
  leaseId: string | undefined,
): Promise<JobView> => {
  const job = await getJob(call, { project, job: id });
  if (attempt > job.attempt) throw notFound("attempt", `${attempt} of job ${id}`);
  // The holder of an earlier attempt is no longer known, and nothing sent for it changes the job.
  if (attempt < job.attempt) return job;
  if (job.holder === null)
    throw new DomainError(
      "not_begun",
      `attempt ${attempt} of job ${id} has not begun: report it RUNNING first`,
    );
  if (!isUnderLease(job.holder) || (leaseId !== undefined && job.holder === leaseHolder(leaseId))) return job;
  throw leaseId === undefined
    ? new DomainError("lease_required", `job ${id} is under a lease; send its lease_id with ?lease_id=`)
    : new DomainError("lease_lost", `the lease_id is not the one that job ${id} runs under; stop this run`);
};

/**
 * Records the contact of a host that sends something of its run under a token that may belong to several hosts: only the
 * job tells which. A host's own token is recorded with the call (http/endpoint.ts).
 */
export const noteSender = async (call: Call, { hostId }: JobView): Promise<void> => {
  const { scope, hostId: own } = call.actor;
  if (scope === "host" && own === null) await noteHostCall(call, hostId);
};

/** A job that the caller may read, with the requested attempt or else the current one. Throws `not_found`. */
export const getAttempt = async (
  call: Call,
  { project, job: id }: { project: number; job: number },
  attempt: number | undefined,
): Promise<{ job: JobView; attempt: number }> => {
  const job = await getJob(call, { project, job: id });
  if (attempt !== undefined && attempt > job.attempt) throw notFound("attempt", `${attempt} of job ${id}`);
  return { job, attempt: attempt ?? job.attempt };
};

/** A run whose results are asked for. Its job's row is removed before its results are: `row` is then null. */
interface StoredRun {
  job: number;
  attempt: number;
  row: JobView | null;
  /** When it began, or else its first report came; epoch milliseconds. */
  at: number;
}

/**
 * A run that the caller may read, of the requested attempt or else the last one, with or without its job's row. Throws
 * `not_found`.
 */
export const getStoredRun = async (
  call: Call,
  { project, job }: { project: number; job: number },
  requested?: number,
): Promise<StoredRun> => {
  const row = (await findJob(call, { project, job })) ?? null;
  const noAttempt = () => notFound("attempt", `${requested} of job ${job}`);
  if (row) {
    if (requested !== undefined && requested > row.attempt) throw noAttempt();
    return { job, attempt: requested ?? row.attempt, row, at: row.startedAt ?? row.scheduledAt };
  }
  await getProject(call, project);
  const attempts = await call.results(project, (object) => object.attempts(job));
  const last = attempts.at(-1);
  if (!last || !allowsHost(call.actor, last.hostId)) throw notFound("job", job);
  const found = requested === undefined ? last : attempts.find(({ attempt }) => attempt === requested);
  if (!found) throw noAttempt();
  return { job, attempt: found.attempt, row: null, at: found.at };
};
