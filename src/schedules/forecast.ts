import { getProject } from "../access/known.ts";
import type { Call } from "../call.ts";
import type { JobStatus } from "../database/enums.ts";
import { DAY_MS } from "../wire/durations.ts";
import { readJobsBetween } from "./control-store.ts";
import { occurrences } from "./cron-times.ts";
import type { CalendarQuery, PreviewInput } from "./input.ts";
import { comingTimes } from "./planning.ts";
import { localTime } from "./time-zone.ts";

const SHOWN = 20;
/** How far a preview looks, for a cron that fires rarely. */
const PREVIEW_MS = 100 * 366 * DAY_MS;
const END_OF_TIME = Date.parse("9999-01-01T00:00:00Z");

export interface ComingTime {
  /** Epoch milliseconds. */
  at: number;
  /** The local time with its zone's offset. */
  local: string;
}

/** The next 20 times of a schedule that is not saved. */
export const previewSchedule = (call: Call, input: PreviewInput): ComingTime[] => {
  const zone = input.time_zone;
  const from = Math.max(input.start_date ?? 0, call.now);
  const until = Math.min(input.end_date ?? END_OF_TIME, from + PREVIEW_MS);
  const most = Math.min(SHOWN, input.max_runs ?? SHOWN);
  const times =
    input.cron == null
      ? [input.start_date ?? call.now]
      : occurrences({ cron: input.cron, timeZone: zone }, { from, until, limit: most });
  return times.map((at) => ({ at, local: localTime(at, zone) }));
};

/** The most jobs and times in one calendar. */
const MAX_SHOWN = 5000;

export interface CalendarDay {
  /** In the requested zone, like 2026-03-29. */
  date: string;
  jobs: { id: number; scheduleId: number; status: JobStatus; scheduledAt: number }[];
  /** Runs without a job yet. */
  coming: { scheduleId: number; at: number }[];
}

/** The jobs and coming times of all a project's schedules in a window, by day. Throws `not_found` for the project. */
export const readCalendar = async (
  call: Call,
  project: number,
  query: CalendarQuery,
): Promise<CalendarDay[]> => {
  await getProject(call, project);
  const { from, to, time_zone: zone } = query;
  const { schedules, jobs } = await readJobsBetween(call.db, project, { from, to, most: MAX_SHOWN });
  const days = new Map<string, CalendarDay>();
  const dayOf = (at: number): CalendarDay => {
    const date = localTime(at, zone).slice(0, 10);
    const day = days.get(date) ?? { date, jobs: [], coming: [] };
    days.set(date, day);
    return day;
  };
  for (const job of jobs) dayOf(job.scheduledAt).jobs.push(job);
  let left = MAX_SHOWN;
  for (const schedule of schedules) {
    if (schedule.pausedAt !== null || left === 0) continue;
    const times = comingTimes(schedule, { from, to, most: left });
    left -= times.length;
    for (const at of times) dayOf(at).coming.push({ scheduleId: schedule.id, at });
  }
  return [...days.values()].sort((one, other) => (one.date < other.date ? -1 : 1));
};
