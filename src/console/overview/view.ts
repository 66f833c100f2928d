import type { Call } from "../../call.ts";
import type { JobStatus } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { readOverview as readStored } from "./store.ts";

export { MAX_COUNTED } from "./store.ts";

const CHART_DAYS = 14;

/** The number of jobs by outcome that ended on one UTC day. */
export interface DayOutcomes {
  /** The start of the day, epoch milliseconds. */
  day: number;
  jobs: Partial<Record<JobStatus, number>>;
}

/** The state of the installation, within what the caller may see: counts, problems, and the outcomes of each day. */
export const readOverview = async ({ db, actor, now }: Call) => {
  const today = now - (now % DAY_MS);
  const first = today - (CHART_DAYS - 1) * DAY_MS;
  const { days, ...rest } = await readStored(db, actor, { now, chartFrom: first });
  const chart = Array.from({ length: CHART_DAYS }, (_, place): DayOutcomes => {
    const day = first + place * DAY_MS;
    const ofDay = days.filter((each) => each.day === day);
    return { day, jobs: Object.fromEntries(ofDay.map(({ status, jobs }) => [status, Math.max(0, jobs)])) };
  });
  return { ...rest, chart };
};
export type Overview = Awaited<ReturnType<typeof readOverview>>;
