import type { Call } from "../../call.ts";
import type { JobStatus } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { MAX_COUNTED, readOverview as readStored } from "./store.ts";

export { MAX_COUNTED } from "./store.ts";

const CHART_DAYS = 14;

/** The number of jobs by outcome that ended on one UTC day. */
export interface DayOutcomes {
  /** The start of the day, epoch milliseconds. */
  day: number;
  jobs: Partial<Record<JobStatus, number>>;
}

/** How long the jobs of the last day waited from their time until they began. */
export interface Waits {
  bands: { label: string; count: number }[];
  jobs: number;
  /** There were more jobs; only the latest are counted. */
  isCut: boolean;
}

/** The upper edges of the bands, exclusive. */
const BANDS = [
  { label: "under 2 s", ms: 2000 },
  { label: "under 5 s", ms: 5000 },
  { label: "under 15 s", ms: 15_000 },
  { label: "under 1 min", ms: 60_000 },
  { label: "under 5 min", ms: 300_000 },
  { label: "under 30 min", ms: 1_800_000 },
];
const LONGEST = "30 min or more";

/** `under`: how many jobs waited less than each edge. */
const waitsOf = (under: readonly number[], { began, due }: { began: number; due: number }): Waits => ({
  bands: [...BANDS.map(({ label }) => label), LONGEST].map((label, place) => ({
    label,
    count: (under[place] ?? began) - (under[place - 1] ?? 0),
  })),
  jobs: began,
  isCut: due >= MAX_COUNTED,
});

/** The state of the installation, within what the caller may see: counts, problems, and the outcomes of each day. */
export const readOverview = async ({ db, actor, now }: Call) => {
  const today = now - (now % DAY_MS);
  const first = today - (CHART_DAYS - 1) * DAY_MS;
  const edges = BANDS.map(({ ms }) => ms);
  const { days, waits, ...rest } = await readStored(db, actor, { now, chartFrom: first, edges });
  const chart = Array.from({ length: CHART_DAYS }, (_, place): DayOutcomes => {
    const day = first + place * DAY_MS;
    const ofDay = days.filter((each) => each.day === day);
    return { day, jobs: Object.fromEntries(ofDay.map(({ status, jobs }) => [status, Math.max(0, jobs)])) };
  });
  return { ...rest, chart, waits: waitsOf(waits.under, waits) };
};
export type Overview = Awaited<ReturnType<typeof readOverview>>;
