import { authorOf } from "../audit/audit.ts";
import type { Action } from "../audit/author.ts";
import type { Call } from "../env.ts";
import { inChange } from "../hosts/announce.ts";
import { DomainError, invalid, notFound } from "../http/errors.ts";
import { wholeSecond } from "../http/times.ts";
import { keptFrom } from "../jobs/retention.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import { occurrences } from "./cadence.ts";
import {
  type DueSchedule,
  insertJobsAt,
  readFilled,
  deleteSchedule as storeDeletion,
  pauseSchedule as storePause,
  storePlans,
  resumeSchedule as storeResumption,
} from "./control-store.ts";
import { readHostOf, readHostsOfJobs } from "./host-store.ts";
import type { BackfillInput } from "./input.ts";
import { planOf } from "./planning.ts";
import type { Overlap } from "./policies.ts";
import { getSchedule, type SchedulePath } from "./schedules.ts";
import type { ScheduleRow } from "./store.ts";

const placeOf = ({ project, schedule }: SchedulePath) => ({ projectId: project, id: schedule });

const found = (row: ScheduleRow | undefined, { schedule }: SchedulePath): ScheduleRow => {
  if (!row) throw notFound("schedule", schedule);
  return row;
};

/** Pauses a schedule: none of its jobs is handed out, and none planned. Throws `not_found`. */
export const pauseSchedule = async (
  call: Call,
  path: SchedulePath,
  note: string | null,
): Promise<ScheduleRow> =>
  found(await storePause(call.db, placeOf(path), note, authorOf(call, "pauseSchedule")), path);

/** A schedule may get another agent, of another host, while that of the one before is told of a change; so often it is begun anew. */
const MOST_CHANGES = 3;

const movedOn = ({ schedule }: SchedulePath): DomainError =>
  new DomainError(
    "unavailable",
    `schedule ${schedule} is being changed by others; nothing was done: send the same request again`,
  );

/** Resumes a schedule; what it missed meanwhile is settled by its rule. Throws `not_found`, `unavailable`. */
export const resumeSchedule = async (call: Call, path: SchedulePath): Promise<ScheduleRow> => {
  const schedule = await resume(call, path);
  if (schedule.planDueAt !== null && schedule.planDueAt <= call.now) {
    await storePlans(call.db, [planOf(schedule, call.now, call.settings.HORIZON_DAYS)], call.now);
  }
  return schedule;
};

const resume = async (call: Call, path: SchedulePath): Promise<DueSchedule> => {
  const place = placeOf(path);
  for (let begun = 0; begun < MOST_CHANGES; begun++) {
    const hosts = new Set([
      ...(await readHostOf(call.db, place)),
      ...(await readHostsOfJobs(call.db, place)),
    ]);
    const schedule = await inChange(call, [...hosts], (change) =>
      storeResumption(change, place, authorOf(call, "resumeSchedule")),
    );
    if (!schedule) throw notFound("schedule", path.schedule);
    if (schedule.pausedAt === null) return schedule;
  }
  throw movedOn(path);
};

/** Deletes a schedule: its open jobs are CANCELLED, those that run go on. Throws `not_found`. */
export const deleteSchedule = async (call: Call, path: SchedulePath): Promise<ScheduleRow> =>
  found(await storeDeletion(call.db, placeOf(path), authorOf(call, "deleteSchedule")), path);

export interface AddedJob {
  id: number;
  /** Epoch milliseconds. */
  scheduledAt: number;
}

const addJobs = async (
  call: Call,
  path: SchedulePath,
  input: unknown,
  times: readonly number[],
  overlap: Overlap | null,
  action: Action,
): Promise<AddedJob[]> => {
  const creation = await creationOf(call, input);
  const place = placeOf(path);
  let hosts = await readHostOf(call.db, place);
  for (let begun = 0; ; begun++) {
    const { claim, jobs } = await inChange(call, hosts, (change) =>
      insertJobsAt(change, place, times, overlap, authorOf(call, action), creation),
    );
    isRepeat(creation, claim);
    if (jobs.length > 0 || times.length === 0) return jobs;
    const told = hosts;
    hosts = await readHostOf(call.db, place);
    if (hosts.every((host) => told.includes(host))) break;
    if (begun === MOST_CHANGES) throw movedOn(path);
  }
  const { agentId } = await getSchedule(call, path);
  throw new DomainError(
    "agent_inactive",
    `agent ${agentId} is not active; activate it, then run the schedule`,
  );
};

/** Runs a schedule once more, now, whatever else of it runs. Throws `not_found`, `agent_inactive`, `key_reused`. */
export const runScheduleNow = async (call: Call, path: SchedulePath): Promise<AddedJob> => {
  const [job] = await addJobs(call, path, {}, [wholeSecond(call.now)], "allow", "runScheduleNow");
  if (!job) throw notFound("schedule", path.schedule);
  return job;
};

const MOST_FILLED = 1000;

/**
 * Fills in the runs of a window that have no job, or only one that failed or was cancelled: at most 1,000, all or
 * none. Throws `not_found`, `invalid` for a schedule without a cron or a window too long, `agent_inactive`.
 */
export const backfillSchedule = async (
  call: Call,
  path: SchedulePath,
  input: BackfillInput,
): Promise<AddedJob[]> => {
  const { id, cron, timeZone } = await getSchedule(call, path);
  if (cron === null)
    throw invalid([{ field: "from", message: "goes with a schedule that has a cron; this one runs once" }]);
  const { RETENTION_DAYS } = call.settings;
  if (input.from < keptFrom(call.now, RETENTION_DAYS)) {
    throw invalid([
      {
        field: "from",
        message: `must be at most ${RETENTION_DAYS} days ago; which earlier runs were completed is not kept`,
      },
    ]);
  }
  const times = occurrences({ cron, timeZone }, input.from, input.to, MOST_FILLED + 1);
  if (times.length > MOST_FILLED) {
    throw invalid([
      { field: "to", message: `makes more than ${MOST_FILLED} runs after from; fill in a shorter window` },
    ]);
  }
  const filled = new Set(await readFilled(call.db, id, input.from, input.to));
  const missing = times.filter((at) => !filled.has(at));
  return addJobs(call, path, input, missing, input.overlap ?? null, "backfillSchedule");
};
