import { getProject } from "../access/known.ts";
import type { Call } from "../call.ts";
import type { JobStatus } from "../database/enums.ts";
import { DAY_MS } from "../wire/durations.ts";
import { readClosedSpans } from "./blackout-store.ts";
import { type ClosedSpan, closedTimes, heededBy, openTimes } from "./closed-spans.ts";
import { readJobsBetween } from "./control-store.ts";
import type { CalendarQuery, PreviewInput } from "./input.ts";
import { type Cadence, comingTimes } from "./planning.ts";
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

/** A time at which a run is left out. */
export interface SkippedTime extends ComingTime {
  /** The name of the day, the event or the blackout that it lies in. */
  blackout: string;
}

/**
 * The next 20 times of a schedule of the project that is not saved, and the times before the last of them, at most 20,
 * that a blackout leaves out.
 */
export const previewSchedule = async (
  call: Call,
  project: number,
  input: PreviewInput,
): Promise<{ times: ComingTime[]; skipped: SkippedTime[] }> => {
  const zone = input.time_zone;
  const from = Math.max(input.start_date ?? 0, call.now);
  const until = Math.min(input.end_date ?? END_OF_TIME, from + PREVIEW_MS);
  const most = Math.min(SHOWN, input.max_runs ?? SHOWN);
  const shown = (at: number) => ({ at, local: localTime(at, zone) });
  if (input.cron == null) return { times: [shown(input.start_date ?? call.now)], skipped: [] };
  const clock = { cron: input.cron, timeZone: zone };
  const closed = input.blackouts === "ignore" ? [] : await readClosedSpans(call.db, project, { from, until });
  const times = openTimes(clock, { from, until, limit: most }, closed);
  const end = (times.length < most ? undefined : times.at(-1)) ?? until;
  const skipped = closedTimes(clock, { from, until: end, limit: SHOWN }, closed);
  return {
    times: times.map(shown),
    skipped: skipped.map(({ at, name }) => ({ ...shown(at), blackout: name })),
  };
};

/** The times in [from, to) at which a schedule would run but for the closed spans, at most `most`. */
export const skippedTimes = (
  { cron, timeZone, startAt, endAt }: Pick<Cadence, "cron" | "timeZone" | "startAt" | "endAt">,
  { from, to, most }: { from: number; to: number; most: number },
  closed: readonly ClosedSpan[],
): { at: number; name: string }[] =>
  cron === null || closed.length === 0
    ? []
    : closedTimes(
        { cron, timeZone },
        { from: Math.max(from, startAt ?? from), until: Math.min(to, endAt ?? to), limit: most },
        closed,
      );

/** The most jobs and times in one calendar. */
const MAX_SHOWN = 5000;

export interface CalendarDay {
  /** In the requested zone, like 2026-03-29. */
  date: string;
  jobs: { id: number; scheduleId: number; status: JobStatus; scheduledAt: number }[];
  /** Runs without a job yet. */
  coming: { scheduleId: number; at: number }[];
  /** Runs to come that a blackout leaves out. */
  skipped: { scheduleId: number; at: number; blackout: string }[];
}

/** The jobs and coming times of all a project's schedules in a window, by day. Throws `not_found` for the project. */
export const readCalendar = async (
  call: Call,
  project: number,
  query: CalendarQuery,
): Promise<CalendarDay[]> => {
  await getProject(call, project);
  const { from, to, time_zone: zone } = query;
  const { schedules, jobs, closed } = await readJobsBetween(call.db, project, { from, to, most: MAX_SHOWN });
  const days = new Map<string, CalendarDay>();
  const dayOf = (at: number): CalendarDay => {
    const date = localTime(at, zone).slice(0, 10);
    const day = days.get(date) ?? { date, jobs: [], coming: [], skipped: [] };
    days.set(date, day);
    return day;
  };
  for (const job of jobs) dayOf(job.scheduledAt).jobs.push(job);
  const known = new Set(jobs.map(({ scheduleId, scheduledAt }) => `${scheduleId} ${scheduledAt}`));
  let left = MAX_SHOWN;
  for (const schedule of schedules) {
    if (schedule.pausedAt !== null || left === 0) continue;
    const heeded = heededBy(schedule, closed);
    const times = comingTimes({ ...schedule, closed: heeded }, { from, to, most: left });
    left -= times.length;
    for (const at of times) dayOf(at).coming.push({ scheduleId: schedule.id, at });
    const skipped = skippedTimes(schedule, { from: Math.max(from, call.now), to, most: left }, heeded);
    left -= skipped.length;
    for (const { at, name } of skipped.filter((each) => !known.has(`${schedule.id} ${each.at}`)))
      dayOf(at).skipped.push({ scheduleId: schedule.id, at, blackout: name });
  }
  return [...days.values()].sort((one, other) => (one.date < other.date ? -1 : 1));
};
