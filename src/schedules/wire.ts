import * as z from "zod";
import { BLACKOUT_RULES, MISSED, ON_LOST, OVERLAPS } from "../database/enums.ts";
import { parameterShape, parametersIn } from "../jobs/parameters.ts";
import { jobStatusShape } from "../jobs/wire.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import type { AddedJob } from "./control.ts";
import { SCHEDULE_EXAMPLE, scheduleWords } from "./field-words.ts";
import type { CalendarDay } from "./forecast.ts";
import type { ScheduleRow } from "./store.ts";

export const scheduleShape = shape(() =>
  described(
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
      commit: z.string().nullable(),
      blackouts: z.enum(BLACKOUT_RULES),
      paused_at: z.string().nullable(),
      pause_note: z.string().nullable(),
    }),
    {
      name: "Schedule",
      fields: {
        ...scheduleWords,
        schedule_id: "The id of the schedule.",
        project_id: "The id of its project.",
        paused_at: "When it was paused: a UTC time; null: it is not.",
        pause_note: "Why it was paused, in the words of who did; null: no reason was given.",
      },
      example: SCHEDULE_EXAMPLE,
    },
  ),
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
  blackouts: schedule.blackouts,
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
  commit: schedule.commitSha,
  paused_at: formatOptionalTime(schedule.pausedAt),
  pause_note: schedule.pauseNote,
});

/** A job that was added outside the plan. */
export const addedShape = shape(() =>
  described(z.object({ job_id: z.int(), start_date: z.string() }), {
    name: "AddedJob",
    fields: { job_id: "The id of the job.", start_date: "When it is due: a UTC time." },
    example: { job_id: 647, start_date: "2015-04-08T03:01:48+00:00" },
  }),
);

export const wireAdded = ({ id, scheduledAt }: AddedJob): Shaped<typeof addedShape> => ({
  job_id: id,
  start_date: formatWireTime(scheduledAt),
});

const timeWords = {
  utc: "The time in UTC.",
  local: "The same in the zone of the schedule, with its offset.",
};

export const previewShape = shape(() =>
  described(
    z.object({
      times: z.array(described(z.object({ utc: z.string(), local: z.string() }), { fields: timeWords })),
      skipped: z.array(
        described(z.object({ utc: z.string(), local: z.string(), blackout: z.string() }), {
          fields: { ...timeWords, blackout: "The name of the day, the event or the blackout." },
        }),
      ),
    }),
    {
      fields: {
        times: "The next times, at most 20, the earliest first.",
        skipped: "The times before the last of them that a blackout leaves out, at most 20.",
      },
      example: {
        times: [{ utc: "2015-04-08T01:00:00+00:00", local: "2015-04-08T03:00:00+02:00" }],
        skipped: [
          { utc: "2015-04-05T01:00:00+00:00", local: "2015-04-05T03:00:00+02:00", blackout: "Easter" },
        ],
      },
    },
  ),
);

/** One day of a calendar: its jobs, and the runs without a job yet. */
export const calendarDayShape = shape(() =>
  described(
    z.object({
      date: z.string(),
      jobs: z.array(
        described(
          z.object({
            job_id: z.int(),
            schedule_id: z.int(),
            status: jobStatusShape(),
            start_date: z.string(),
          }),
          {
            fields: {
              job_id: "The id of the job.",
              schedule_id: "The id of its schedule.",
              status: "Where it is in its life.",
              start_date: "When it is or was due: a UTC time.",
            },
          },
        ),
      ),
      coming: z.array(
        described(z.object({ schedule_id: z.int(), start_date: z.string() }), {
          fields: { schedule_id: "The id of the schedule.", start_date: "When it will run: a UTC time." },
        }),
      ),
      skipped: z.array(
        described(z.object({ schedule_id: z.int(), start_date: z.string(), blackout: z.string() }), {
          fields: {
            schedule_id: "The id of the schedule.",
            start_date: "When it would run: a UTC time.",
            blackout: "The name of the day, the event or the blackout.",
          },
        }),
      ),
    }),
    {
      fields: {
        date: "The day in the zone that was asked for, like 2015-04-08.",
        jobs: "The jobs of the day, by their times.",
        coming: "The runs of the day that have no job yet, by their times.",
        skipped: "The runs of the day, if it is still to come, that a blackout leaves out.",
      },
      example: {
        date: "2015-04-08",
        jobs: [{ job_id: 647, schedule_id: 245, status: "PLANNED", start_date: "2015-04-08T03:01:48+00:00" }],
        coming: [{ schedule_id: 245, start_date: "2015-04-08T15:01:48+00:00" }],
        skipped: [],
      },
    },
  ),
);

export const wireDay = ({ date, jobs, coming, skipped }: CalendarDay): Shaped<typeof calendarDayShape> => ({
  date,
  jobs: jobs.map(({ id, scheduleId, status, scheduledAt }) => ({
    job_id: id,
    schedule_id: scheduleId,
    status,
    start_date: formatWireTime(scheduledAt),
  })),
  coming: coming.map(({ scheduleId, at }) => ({ schedule_id: scheduleId, start_date: formatWireTime(at) })),
  skipped: skipped.map(({ scheduleId, at, blackout }) => ({
    schedule_id: scheduleId,
    start_date: formatWireTime(at),
    blackout,
  })),
});
