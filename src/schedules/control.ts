import * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Action } from "../audit/author.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { parametersInput, storedParameters } from "../jobs/parameters.ts";
import { type Creation, creationOf, refuseReusedKey } from "../replay/replay.ts";
import { keptFrom } from "../settings.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";
import { wholeSecond } from "../wire/times.ts";
import { type Addition, insertJobsAt, readAdded } from "./addition-store.ts";
import {
  type Resumption,
  readStanding,
  deleteSchedule as storeDeletion,
  pauseSchedule as storePause,
  resumeSchedule as storeResumption,
} from "./control-store.ts";
import { occurrences } from "./cron-times.ts";
import { readAgentOf, readHostOf, readHostsOfJobs } from "./host-store.ts";
import type { BackfillInput } from "./input.ts";
import { movedBack, planOf } from "./planning.ts";
import { whyGone } from "./refusals.ts";
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
  found(await storePause(call.db, placeOf(path), { note, author: authorOf(call, "pauseSchedule") }), path);

/** A schedule may get another agent, of another host, while that of the one before is told of a change; so often it is begun anew. */
const MAX_CHANGES = 3;

const movedOn = ({ schedule }: SchedulePath): DomainError =>
  new DomainError(
    "unavailable",
    `schedule ${schedule} is being changed by others; nothing was done: send the same request again`,
  );

/**
 * Resumes a schedule; what it missed meanwhile is settled by its rule, and what was cancelled ahead is planned again.
 * Throws `not_found`, `agent_inactive` where its agent or host is gone, `unavailable`.
 */
export const resumeSchedule = async (call: Call, path: SchedulePath): Promise<ScheduleRow> => {
  const place = placeOf(path);
  for (let begun = 0; begun < MAX_CHANGES; begun++) {
    const standing = await readStanding(call.db, place, nextSecond(call.now));
    if (!standing) throw notFound("schedule", path.schedule);
    const hosts = new Set([
      ...(await readHostOf(call.db, place)),
      ...(await readHostsOfJobs(call.db, place)),
    ]);
    const resumption = resumptionOf(call, standing);
    const schedule = await invalidating(call, {
      hosts: [...hosts],
      write: (change) =>
        storeResumption(change, place, { planned: resumption, author: authorOf(call, "resumeSchedule") }),
    });
    if (!schedule) throw notFound("schedule", path.schedule);
    if (schedule.pausedAt === null) return schedule;
    const idle = whyGone(schedule, await readAgentOf(call.db, schedule.agentId));
    if (idle) throw new DomainError("agent_inactive", `${idle}, then resume the schedule`);
  }
  throw movedOn(path);
};

/** The first whole second that is not before `at`; epoch milliseconds. */
const nextSecond = (at: number): number => wholeSecond(at + 999);

/**
 * How a schedule goes on now: from its first time ahead that has no job but cancelled ones, else from where it stood.
 * Runs whose agent or host was gone at their time are none of its `max_runs`.
 */
const resumptionOf = (
  { now, settings }: Call,
  { schedule, jobsAhead, freed }: NonNullable<Awaited<ReturnType<typeof readStanding>>>,
): Resumption => {
  const { runsPlanned, ...planned } = movedBack(schedule, jobsAhead);
  const progress = { ...planned, runsPlanned: Math.max(0, runsPlanned - freed) };
  const plan = planOf({ ...schedule, ...progress }, now, settings.HORIZON_DAYS);
  return { schedule, runsPlanned: progress.runsPlanned, plan };
};

/** Deletes a schedule: its open jobs are CANCELLED, those that run go on. Throws `not_found`. */
export const deleteSchedule = async (call: Call, path: SchedulePath): Promise<ScheduleRow> => {
  const creation = await creationOf(call, {});
  const author = authorOf(call, "deleteSchedule");
  const { claim, schedule } = await storeDeletion(call.db, placeOf(path), { author, creation });
  refuseReusedKey(creation, claim);
  return found(schedule, path);
};

export interface AddedJob {
  id: number;
  /** Epoch milliseconds. */
  scheduledAt: number;
}

const addJobs = async (
  call: Call,
  path: SchedulePath,
  { addition, action, creation }: { addition: Addition; action: Action; creation: Creation },
): Promise<AddedJob[]> => {
  const place = placeOf(path);
  let hosts = await readHostOf(call.db, place);
  for (let begun = 0; ; begun++) {
    const { claim, fit, jobs } = await invalidating(call, {
      hosts,
      write: (change) => insertJobsAt(change, place, { addition, author: authorOf(call, action), creation }),
    });
    if (refuseReusedKey(creation, claim) || fit) return jobs;
    const told = hosts;
    hosts = await readHostOf(call.db, place);
    if (hosts.every((host) => told.includes(host))) break;
    if (begun === MAX_CHANGES) throw movedOn(path);
  }
  const schedule = await getSchedule(call, path);
  if (schedule.pausedAt !== null && addition.form === "now")
    throw new DomainError("schedule_paused", `schedule ${schedule.id} is paused; resume it, then run it`);
  const agent = await readAgentOf(call.db, schedule.agentId);
  const what = whyGone(schedule, agent) ?? `agent ${schedule.agentId} is not active; activate it`;
  throw new DomainError("agent_inactive", `${what}, then run the schedule`);
};

/** What the first request of a key made, where this one repeats it. Throws `key_reused`. */
const madeBefore = async ({ db }: Call, creation: Creation): Promise<AddedJob[] | undefined> => {
  if (!creation.claim) return undefined;
  const { claim, jobs } = await readAdded(db, creation);
  return refuseReusedKey(creation, claim) ? jobs : undefined;
};

export const runNowInput = z.object({ parameters: parametersInput.optional() }).optional();

/** Runs a schedule once more, now, whatever else of it runs; with other parameters than its own where some are given. Throws `not_found`, `schedule_paused`, `agent_inactive`, `key_reused`. */
export const runScheduleNow = async (
  call: Call,
  path: SchedulePath,
  input: z.output<typeof runNowInput> = {},
): Promise<AddedJob> => {
  const creation = await creationOf(call, input);
  const parameters = storedParameters(input.parameters);
  const addition = { times: [wholeSecond(call.now)], overlap: "allow", parameters, form: "now" } as const;
  const [job] = await addJobs(call, path, { addition, action: "runScheduleNow", creation });
  if (!job) throw notFound("schedule", path.schedule);
  return job;
};

const MAX_FILLED = 1000;

/**
 * Fills in the runs of a window that have no job, or only one that failed or was cancelled: at most 1,000, all or
 * none; a repeat with its key gives what was made. Throws `not_found`, `invalid` for a schedule without a cron or a window too long, `agent_inactive`.
 */
export const backfillSchedule = async (
  call: Call,
  path: SchedulePath,
  input: BackfillInput,
): Promise<AddedJob[]> => {
  const creation = await creationOf(call, input);
  const made = await madeBefore(call, creation);
  if (made) return made;
  const { cron, timeZone } = await getSchedule(call, path);
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
  const times = occurrences({ cron, timeZone }, { from: input.from, until: input.to, limit: MAX_FILLED + 1 });
  if (times.length > MAX_FILLED) {
    throw invalid([
      { field: "to", message: `makes more than ${MAX_FILLED} runs after from; fill in a shorter window` },
    ]);
  }
  const addition = { times, overlap: input.overlap ?? null, parameters: null, form: "backfill" } as const;
  return addJobs(call, path, { addition, action: "backfillSchedule", creation });
};
