import * as z from "zod";
import { JOB_STATUSES, MISSED, ON_LOST, OVERLAPS } from "../database/enums.ts";
import { parameterShape, parametersIn } from "../jobs/parameters.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import type { AddedJob } from "./control.ts";
import type { CalendarDay } from "./forecast.ts";
import type { ScheduleRow } from "./store.ts";

export const scheduleShape = shape(() =>
  z.object({
    schedule_id: z.int(),
    name: z.string(),
    project_id: z.int(),
    agent_server_id: z.int(),
    start_date: z.string().nullable(),
    end_date: z.string().nullable(),
    cron: z.string().nullable(),
    time_zone: z.string(),
    max_runs: z.int().nullable(),
    allocated_minutes: z.int().nullable(),
    expire_after_minutes: z.int().nullable(),
    overlap: z.enum(OVERLAPS),
    missed: z.enum(MISSED),
    missed_within_minutes: z.int(),
    on_lost: z.enum(ON_LOST),
    max_attempts: z.int(),
    stale_minutes: z.int(),
    parameters: z.array(parameterShape),
    paused_at: z.string().nullable(),
    pause_note: z.string().nullable(),
  }),
);

/** The rules of a schedule's runs, by the names of the wire. */
export const wireRules = (schedule: ScheduleRow) => ({
  max_runs: schedule.maxRuns,
  allocated_minutes: schedule.allocatedMinutes,
  expire_after_minutes: schedule.expireAfterMinutes,
  overlap: schedule.overlap,
  missed: schedule.missed,
  missed_within_minutes: schedule.missedWithinMinutes,
  on_lost: schedule.onLost,
  max_attempts: schedule.maxAttempts,
  stale_minutes: schedule.staleMinutes,
});

export const wireSchedule = (schedule: ScheduleRow): Shaped<typeof scheduleShape> => ({
  schedule_id: schedule.id,
  name: schedule.name,
  project_id: schedule.projectId,
  agent_server_id: schedule.agentId,
  start_date: formatOptionalTime(schedule.startAt),
  end_date: formatOptionalTime(schedule.endAt),
  cron: schedule.cron,
  time_zone: schedule.timeZone,
  ...wireRules(schedule),
  parameters: parametersIn(schedule.parameters),
  paused_at: formatOptionalTime(schedule.pausedAt),
  pause_note: schedule.pauseNote,
});

/** A job that was added outside the plan. */
export const addedShape = shape(() => z.object({ job_id: z.int(), start_date: z.string() }));

export const wireAdded = ({ id, scheduledAt }: AddedJob): Shaped<typeof addedShape> => ({
  job_id: id,
  start_date: formatWireTime(scheduledAt),
});

export const previewShape = shape(() =>
  z.object({ times: z.array(z.object({ utc: z.string(), local: z.string() })) }),
);

/** One day of a calendar: its jobs, and the runs without a job yet. */
export const calendarDayShape = shape(() =>
  z.object({
    date: z.string(),
    jobs: z.array(
      z.object({
        job_id: z.int(),
        schedule_id: z.int(),
        status: z.enum(JOB_STATUSES),
        start_date: z.string(),
      }),
    ),
    coming: z.array(z.object({ schedule_id: z.int(), start_date: z.string() })),
  }),
);

export const wireDay = ({ date, jobs, coming }: CalendarDay): Shaped<typeof calendarDayShape> => ({
  date,
  jobs: jobs.map(({ id, scheduleId, status, scheduledAt }) => ({
    job_id: id,
    schedule_id: scheduleId,
    status,
    start_date: formatWireTime(scheduledAt),
  })),
  coming: coming.map(({ scheduleId, at }) => ({ schedule_id: scheduleId, start_date: formatWireTime(at) })),
});
