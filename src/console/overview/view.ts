import type { Call } from "../../call.ts";
import type { JobStatus } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { readOverview as readStored } from "./store.ts";

export { MAX_COUNTED } from "./store.ts";

const CHART_DAYS = 14;

/** How many jobs ended how on one day of UTC. */
export interface DayOutcomes {
  /** Its start, epoch milliseconds. */
  day: number;
  jobs: Partial<Record<JobStatus, number>>;
}

/** How the installation is, as far as the caller may know of it: what counts, what needs attention, the outcomes of each day. */
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
