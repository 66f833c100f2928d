import * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Action } from "../audit/author.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { COMMIT_WORDS, commitInput } from "../jobs/commit.ts";
import { parametersInput, storedParameters } from "../jobs/parameters.ts";
import { type Creation, creationOf, refuseReusedKey } from "../replay/replay.ts";
import { keptFrom } from "../settings.ts";
import { described } from "../wire/described.ts";
import { DAY_MS } from "../wire/durations.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";
import { wholeSecond } from "../wire/times.ts";
import { storedTrace } from "../wire/trace-context.ts";
import { type Addition, insertJobsAt, readAdded } from "./addition-store.ts";
import {
  type Resumption,
  deleteSchedule as storeDeletion,
  resumeSchedule as storeResumption,
} from "./control-store.ts";
import { occurrences } from "./cron-times.ts";
import { readAgentOf, readHostOf, readHostsOfJobs } from "./host-store.ts";
import type { BackfillInput } from "./input.ts";
import { pauseSchedule as storePause } from "./pause-store.ts";
import { movedBack, planOf } from "./planning.ts";
import { goneReason } from "./refusals.ts";
import { getSchedule, type SchedulePath } from "./schedules.ts";
import { readStanding } from "./standing-store.ts";
import type { ScheduleRow } from "./store.ts";

const placeOf = ({ project, schedule }: SchedulePath) => ({ projectId: project, id: schedule });

const found = (row: ScheduleRow | undefined, { schedule }: SchedulePath): ScheduleRow => {
  if (!row) throw notFound("schedule", schedule);
  return row;
};

/** Pauses a schedule: none of its jobs is handed out or planned. Throws `not_found`. */
export const pauseSchedule = async (
  call: Call,
  path: SchedulePath,
  note: string | null,
): Promise<ScheduleRow> =>
  found(await storePause(call.db, placeOf(path), { note, author: authorOf(call, "pauseSchedule") }), path);

/** A schedule may get an agent of another host while the old host is being notified; it is tried again this often. */
const MAX_CHANGES = 3;

const movedOn = ({ schedule }: SchedulePath): DomainError =>
  new DomainError(
    "unavailable",
    `schedule ${schedule} is being changed by others; nothing was done: send the same request again`,
  );

/**
 * Resumes a schedule: settles by its rule what it missed, and plans cancelled future times again. Throws
 * `not_found`, `agent_inactive` if its agent or host is gone, `unavailable`.
 */
export const resumeSchedule = async (call: Call, path: SchedulePath): Promise<ScheduleRow> => {
  const place = placeOf(path);
  for (let begun = 0; begun < MAX_CHANGES; begun++) {
    const standing = await readStanding(call.db, place, {
      from: nextSecond(call.now),
      horizonMs: call.settings.HORIZON_DAYS * DAY_MS,
    });
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
    const idle = goneReason(schedule, await readAgentOf(call.db, schedule.agentId));
    if (idle) throw new DomainError("agent_inactive", `${idle}, then resume the schedule`);
  }
  throw movedOn(path);
};

/** The first whole second at or after `at`; epoch milliseconds. */
const nextSecond = (at: number): number => wholeSecond(at + 999);

/**
 * How to resume a schedule: from the first future time with only cancelled jobs, else from where it was planned. A run
 * whose agent or host was gone at its time does not count for `max_runs`.
 */
const resumptionOf = (
  { now, settings }: Call,
  { schedule, jobsAhead, freed, closed }: NonNullable<Awaited<ReturnType<typeof readStanding>>>,
): Resumption => {
  const { runsPlanned, plannedUntil, ahead } = movedBack(schedule, jobsAhead);
  // A schedule that had all its runs missed nothing before it was paused.
  const from = freed > 0 ? Math.max(plannedUntil, schedule.pausedAt ?? 0) : plannedUntil;
  const progress = { plannedUntil: from, ahead, runsPlanned: Math.max(0, runsPlanned - freed) };
  const plan = planOf({ ...schedule, ...progress, closed }, now, settings.HORIZON_DAYS);
  return { schedule, runsPlanned: progress.runsPlanned, plan };
};

/** Deletes a schedule: its open jobs are CANCELLED, but not the running ones. Throws `not_found`. */
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
    const notified = hosts;
    hosts = await readHostOf(call.db, place);
    if (hosts.every((host) => notified.includes(host))) break;
    if (begun === MAX_CHANGES) throw movedOn(path);
  }
  const schedule = await getSchedule(call, path);
  const gone = goneReason(schedule, await readAgentOf(call.db, schedule.agentId));
  const isPaused = schedule.pausedAt !== null && addition.form === "now";
  // The schedules of a gone host or agent are paused too, and can't be resumed before it is back.
  if (isPaused && gone === undefined)
    throw new DomainError("schedule_paused", `schedule ${schedule.id} is paused; resume it, then run it`);
  const what = gone ?? `agent ${schedule.agentId} is not active; activate it`;
  const then = isPaused ? "resume the schedule and run it" : "run the schedule";
  throw new DomainError("agent_inactive", `${what}, then ${then}`);
};

/** What the first request with this key created, if this is a retry. Throws `key_reused`. */
const madeBefore = async ({ db }: Call, creation: Creation): Promise<AddedJob[] | undefined> => {
  if (!creation.claim) return undefined;
  const { claim, jobs } = await readAdded(db, creation);
  return refuseReusedKey(creation, claim) ? jobs : undefined;
};

export const runNowInput = described(
  z.object({ parameters: parametersInput.optional(), commit: commitInput.optional() }),
  {
    fields: {
      parameters: "What the run's environment has besides, in place of the schedule's own parameters.",
      commit: `${COMMIT_WORDS} Left out: the schedule's own.`,
    },
    example: { parameters: [{ name: "BASE_URL", value: "https://staging.example" }] },
  },
).optional();

/**
 * Runs a schedule once more, now, beside any run; with its own parameters and commit unless others are given. Throws
 * `not_found`, `schedule_paused`, `agent_inactive`, `key_reused`.
 */
export const runScheduleNow = async (
  call: Call,
  path: SchedulePath,
  input: z.output<typeof runNowInput> = {},
): Promise<AddedJob> => {
  const creation = await creationOf(call, input);
  const run = {
    overlap: "allow",
    parameters: storedParameters(input.parameters),
    commitSha: input.commit ?? null,
    traceContext: storedTrace(call.request.trace),
  } as const;
  const addition = { times: [wholeSecond(call.now)], ...run, form: "now" } as const;
  const [job] = await addJobs(call, path, { addition, action: "runScheduleNow", creation });
  if (!job) throw notFound("schedule", path.schedule);
  return job;
};

const MAX_FILLED = 1000;

/**
 * Adds the runs of a window that have no job, or only failed or cancelled ones: at most 1,000, all or none. A
 * retry with the same key returns the same jobs. Throws `not_found`, `invalid` for a schedule without a cron
 * or a window too long, `agent_inactive`.
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
  const run = { overlap: input.overlap ?? null, parameters: null, commitSha: null, traceContext: null };
  const addition = { times, ...run, form: "backfill" } as const;
  return addJobs(call, path, { addition, action: "backfillSchedule", creation });
};
