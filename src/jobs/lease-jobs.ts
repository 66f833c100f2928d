import type * as z from "zod";
import type { Call } from "../call.ts";
import type { OnLost } from "../database/enums.ts";
import { NO_LOWER_BOUND } from "../host-object/quiet-rules.ts";
import { type Parameter, parametersIn } from "./parameters.ts";
import { type Found, findDueJobs, findJobs, offersOf } from "./poll.ts";
import type { leaseInput } from "./poll-input.ts";
import type { PollWindow } from "./poll-store.ts";
import { requestMark } from "./run-holder.ts";
import { readRunRules } from "./run-rules-store.ts";
import { type WireJob, wireJobs } from "./wire.ts";

export interface LeasedJob {
  leaseId: string;
  attempt: number;
  /** Epoch milliseconds. */
  acceptBy: number;
  /** How long the run may take; null where it has no limit. */
  allocatedMinutes: number | null;
  /** What becomes of the run where its lease runs out: another attempt may begin at once, or it is failed. */
  onLost: OnLost;
  /** What the run finds in its environment. */
  parameters: Parameter[];
  job: WireJob;
}

type LeaseInput = z.output<typeof leaseInput>;

/** What is due at the moment of a call. */
const dueIn = ({ now }: Call): PollWindow => ({
  ...{ from: NO_LOWER_BOUND, to: now + 1, now },
  dueBefore: now + 1,
});

/** Leases due jobs of a host's active agents to one of its processes, and names the runs that the host is asked to cancel. Throws `not_found`. */
export const leaseJobs = async (
  call: Call,
  hostId: number,
  input: LeaseInput,
): Promise<{ leases: LeasedJob[]; cancelRequested: number[] }> => {
  const found = await findJobs(call, hostId, dueIn(call), { agentIds: input.agent_server_ids });
  return {
    leases: await leaseFound(call, hostId, input, found),
    cancelRequested: found.cancelRequested,
  };
};

/** How long a job waits to be accepted that was offered to who waits to be told. */
export const ACCEPT_SECONDS = 60;

/** What a look for jobs found. */
export interface Looked {
  leases: LeasedJob[];
  /** Whether more is due than was asked for. */
  more: boolean;
  /** Whether jobs wait behind others of their schedules. */
  held: boolean;
  /** Before when nothing else comes due, unless it is changed; epoch milliseconds. */
  nextAt: number;
}

/** The same for a process that waits to be told, with when to look again. Throws `not_found`. */
export const lookForJobs = async (call: Call, hostId: number, input: LeaseInput): Promise<Looked> => {
  const found = await findDueJobs(call, hostId, dueIn(call), { agentIds: input.agent_server_ids });
  const leases = await leaseFound(call, hostId, input, found);
  const isFull = leases.length >= input.max_jobs;
  return {
    leases,
    more: isFull && (found.left > 0 || found.rows.length > leases.length),
    held: found.held > 0,
    nextAt: found.quietUntil ?? call.now,
  };
};

const leaseFound = async (
  call: Call,
  hostId: number,
  input: LeaseInput,
  { rows }: Found,
): Promise<LeasedJob[]> => {
  if (rows.length === 0) return [];
  const ask = {
    caller: `${input.owner} ${requestMark(call)}`,
    most: input.max_jobs,
    acceptMs: input.accept_seconds * 1000,
    leaseMs: input.lease_seconds * 1000,
  };
  const leases = await call.host(hostId, (host, timing) => host.lease(offersOf(rows), ask, timing));
  if (leases.length === 0) return [];
  const rules = await readRunRules(
    call.db,
    leases.map(({ job }) => job),
  );
  const jobs = new Map(wireJobs(call, rows).map((job) => [job.job_id, job]));
  return leases.flatMap(({ job: jobId, leaseId, attempt, acceptBy }): LeasedJob[] => {
    const job = jobs.get(jobId);
    const rule = rules.get(jobId);
    if (!job || !rule) return [];
    const onLost = rule.onLost === "requeue" && rule.begun + 1 < rule.maxAttempts ? "requeue" : "fail";
    const allocatedMinutes = (rule.allocatedMinutes ?? call.settings.RUN_LIMIT_MINUTES) || null;
    const parameters = parametersIn(rule.parameters);
    return [{ leaseId, attempt, acceptBy, allocatedMinutes, onLost, parameters, job }];
  });
};
