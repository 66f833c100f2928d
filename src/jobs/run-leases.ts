import type * as z from "zod";
import type { Call } from "../call.ts";
import type { OnLost } from "../database/enums.ts";
import { NO_LOWER_BOUND } from "../host-object/quiet-rules.ts";
import { type Parameter, parametersIn } from "./parameters.ts";
import { type Found, findDueJobs, findJobs, offersOf } from "./poll.ts";
import type { leaseInput } from "./poll-input.ts";
import type { BoundedJob, HostPoll } from "./poll-store.ts";
import { requestMark } from "./run-holder.ts";
import { type RunRules, readRunRules, runRulesIn } from "./run-rules-store.ts";
import { type WireJob, wireJobs } from "./wire.ts";

export interface LeasedJob {
  leaseId: string;
  attempt: number;
  /** Epoch milliseconds. */
  acceptBy: number;
  /** The run's time limit; null: none. */
  allocatedMinutes: number | null;
  /** When the lease is lost, `requeue` starts another attempt at once; `fail` does not. */
  onLost: OnLost;
  /** Set in the run's environment. */
  parameters: Parameter[];
  job: WireJob;
}

type LeaseInput = z.output<typeof leaseInput>;

/** The jobs that are due now. */
const dueOf = ({ now }: Call, hostId: number, input: LeaseInput): HostPoll => ({
  hostId,
  window: { from: NO_LOWER_BOUND, to: now + 1, now, dueBefore: now + 1 },
  agentIds: input.agent_server_ids,
  rulesOf: input.max_jobs,
});

/** Leases due jobs of a host's active agents to one of its processes, and names the runs that the host is asked to cancel. Throws `not_found`. */
export const leaseJobs = async (
  call: Call,
  hostId: number,
  input: LeaseInput,
): Promise<{ leases: LeasedJob[]; cancelRequested: number[] }> => {
  const found = await findJobs(call, dueOf(call, hostId, input));
  const leases = await leaseFound(call, { hostId, input }, found);
  return { leases, cancelRequested: found.cancelRequested };
};

/** How long a job that was offered on a socket waits to be accepted. */
export const ACCEPT_SECONDS = 60;

/** What a look for jobs found. */
export interface Looked {
  leases: LeasedJob[];
  /** Whether more jobs are due than were requested. */
  more: boolean;
  /** Whether jobs wait behind others of their schedules. */
  held: boolean;
  /** No other job is due before this, unless there is a change; epoch milliseconds. */
  nextAt: number;
}

/** The same for a process on a socket, with the time of the next look. Throws `not_found`. */
export const lookForJobs = async (call: Call, hostId: number, input: LeaseInput): Promise<Looked> => {
  const found = await findDueJobs(call, dueOf(call, hostId, input));
  const leases = await leaseFound(call, { hostId, input }, found);
  const isFull = leases.length >= input.max_jobs;
  return {
    leases,
    more: isFull && (found.left > 0 || found.rows.length > leases.length),
    held: found.held > 0,
    nextAt: found.quietUntil ?? call.now,
  };
};

/** The rules of the runs of these jobs. Jobs before them may be leased to others: then D1 is read for the last ones. */
const rulesOf = async (
  { db }: Call,
  jobs: readonly Pick<BoundedJob, "id" | "rules">[],
): Promise<Map<number, RunRules>> => {
  const known = new Map(jobs.flatMap(({ id, rules }) => (rules === null ? [] : [[id, runRulesIn(rules)]])));
  const unknown = jobs.flatMap(({ id }) => (known.has(id) ? [] : [id]));
  if (unknown.length > 0)
    for (const { id, ...rules } of await readRunRules(db, unknown)) known.set(id, rules);
  return known;
};

const leaseFound = async (
  call: Call,
  { hostId, input }: { hostId: number; input: LeaseInput },
  { rows }: Found,
): Promise<LeasedJob[]> => {
  if (rows.length === 0) return [];
  const request = {
    caller: `${input.owner} ${requestMark(call)}`,
    most: input.max_jobs,
    acceptMs: input.accept_seconds * 1000,
    leaseMs: input.lease_seconds * 1000,
  };
  const leases = await call.host(hostId, (host, timing) => host.lease(offersOf(rows), request, timing));
  if (leases.length === 0) return [];
  const rules = await rulesOf(
    call,
    rows.filter(({ id }) => leases.some(({ job }) => job === id)),
  );
  const parametersOf = new Map(rows.map(({ id, parameters }) => [id, parameters]));
  const jobs = new Map(wireJobs(call, rows).map((job) => [job.job_id, job]));
  return leases.flatMap(({ job: jobId, leaseId, attempt, acceptBy }): LeasedJob[] => {
    const job = jobs.get(jobId);
    const rule = rules.get(jobId);
    if (!job || !rule) return [];
    const onLost = rule.onLost === "requeue" && rule.begun + 1 < rule.maxAttempts ? "requeue" : "fail";
    const allocatedMinutes = (rule.allocatedMinutes ?? call.settings.RUN_LIMIT_MINUTES) || null;
    const parameters = parametersIn(parametersOf.get(jobId) ?? null);
    return [{ leaseId, attempt, acceptBy, allocatedMinutes, onLost, parameters, job }];
  });
};
