import { listedProject } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import type { JobStatus } from "../../database/enums.ts";
import { type ClosedSpan, heededBy } from "../../schedules/closed-spans.ts";
import { skippedTimes } from "../../schedules/forecast.ts";
import { comingTimes } from "../../schedules/planning.ts";
import { localTime } from "../../schedules/time-zone.ts";
import { type Day, readMonth } from "./store.ts";

export { MAX_A_DAY } from "./store.ts";

const MAX_COMING = 2000;

/** A day with its jobs by status and the number of runs that have no job yet. */
export interface CalendarDay extends Day {
  jobs: Partial<Record<JobStatus, number>>;
  coming: number;
  /** The number of runs that blackouts leave out, and the names of those that touch the day. */
  skipped: number;
  blackouts: string[];
}

const blackoutsOn = (day: Day, closed: readonly ClosedSpan[]): string[] => [
  ...new Set(closed.filter(({ from, until }) => from < day.to && until > day.from).map(({ name }) => name)),
];

/**
 * A project's jobs on some days, and the runs still to be planned for them. Without `project`: the first project that
 * the caller may see.
 */
export const readCalendar = async (
  call: Call,
  project: number | undefined,
  { days, zone }: { days: readonly Day[]; zone: string },
) => {
  const { db, actor } = call;
  const shownProject = listedProject(actor, project);
  const { projects, counts, schedules, closed } = await readMonth(db, actor, {
    ...{ projectId: shownProject, days },
    now: call.now,
  });
  const byDate = new Map<string, CalendarDay>(
    days.map((day) => [
      day.date,
      { ...day, jobs: {}, coming: 0, skipped: 0, blackouts: blackoutsOn(day, closed) },
    ]),
  );
  const leftOut = new Map<string, number>();
  for (const { date, status, jobs, leftOut: cancelled } of counts) {
    const day = byDate.get(date);
    if (day) day.jobs[status] = jobs - cancelled;
    if (cancelled > 0) leftOut.set(date, cancelled);
  }
  const [first, last] = [days[0]?.from ?? 0, days.at(-1)?.to ?? 0];
  let left = MAX_COMING;
  for (const schedule of schedules) {
    const heeded = heededBy(schedule, closed);
    const within = () => ({ from: Math.max(first, call.now), to: last, most: left });
    const times = schedule.continues === 1 ? comingTimes({ ...schedule, closed: heeded }, within()) : [];
    left -= times.length;
    for (const at of times) {
      const day = byDate.get(localTime(at, zone).slice(0, 10));
      if (day) day.coming += 1;
    }
    const skipped = skippedTimes(schedule, within(), heeded);
    left -= skipped.length;
    for (const { at } of skipped) {
      const day = byDate.get(localTime(at, zone).slice(0, 10));
      if (day) day.skipped += 1;
    }
  }
  // Jobs that a blackout cancelled are among the runs that are skipped.
  for (const [date, cancelled] of leftOut) {
    const day = byDate.get(date);
    if (day) day.skipped = Math.max(day.skipped, cancelled);
  }
  return { projects, days: [...byDate.values()], projectId: shownProject ?? projects[0]?.id ?? 0 };
};
