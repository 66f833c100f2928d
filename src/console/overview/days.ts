import * as z from "zod";
import { JOB_STATUSES, type JobStatus } from "../../database/enums.ts";
import { DAY_MS, HALF_HOUR_MS } from "../../wire/durations.ts";
import { instantOf, localInput } from "../parts/local-time.ts";
import type { StoredDay } from "./store.ts";

const CHART_DAYS = 14;

/** A day of the reader; epoch milliseconds, `to` exclusive. */
interface Day {
  /** `2026-11-26`. */
  date: string;
  from: number;
  to: number;
}

/** The number of jobs by outcome that ended on one day of the reader. */
export interface DayOutcomes extends Day {
  jobs: Partial<Record<JobStatus, number>>;
}

const dateBefore = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

/** The last days in a zone, the present one last. */
export const lastDays = (now: number, zone: string): Day[] => {
  const today = localInput(now, zone).slice(0, 10);
  const startOf = (date: string): number => instantOf(`${date}T00:00`, zone) ?? Date.parse(date);
  return Array.from({ length: CHART_DAYS }, (_, place) => {
    const date = dateBefore(today, CHART_DAYS - 1 - place);
    return { date, from: startOf(date), to: startOf(dateBefore(date, -1)) };
  });
};

const countsShape = z.record(z.string(), z.int());

/** A stored day as instants with a count each. What has no half hour counts at noon. */
const momentsOf = ({ day, jobs, halfHours }: StoredDay): { at: number; jobs: number }[] => {
  const counts = Object.entries(halfHours === null ? {} : countsShape.parse(JSON.parse(halfHours)));
  const rest = counts.reduce((left, [, count]) => left - count, jobs);
  return [
    ...counts.map(([place, count]) => ({ at: day + Number(place) * HALF_HOUR_MS, jobs: count })),
    ...(rest === 0 ? [] : [{ at: day + DAY_MS / 2, jobs: rest }]),
  ];
};

/** Sums up what the tick counted by the days of the reader. A zone whose days begin at a quarter of an hour is up to 15 minutes off. */
export const outcomesByDay = (days: readonly Day[], stored: readonly StoredDay[]): DayOutcomes[] => {
  const summed = days.map((day): DayOutcomes => ({ ...day, jobs: {} }));
  for (const row of stored)
    for (const { at, jobs } of momentsOf(row)) {
      const day = summed.find(({ from, to }) => at >= from && at < to);
      if (day) day.jobs[row.status] = (day.jobs[row.status] ?? 0) + jobs;
    }
  // A correction may come before what it corrects is counted.
  for (const { jobs } of summed)
    for (const status of JOB_STATUSES) if ((jobs[status] ?? 0) < 0) jobs[status] = 0;
  return summed;
};

/** The share of the jobs that passed among those that passed or failed; null without any. */
export const passRate = (days: readonly Pick<DayOutcomes, "jobs">[]): number | null => {
  const sum = (status: JobStatus) => days.reduce((total, { jobs }) => total + (jobs[status] ?? 0), 0);
  const [passed, failed] = [sum("COMPLETED"), sum("FAILED")];
  return passed + failed === 0 ? null : passed / (passed + failed);
};
