import type { Step } from "../tick.ts";
import { readDueSchedules, storePlans } from "./control-store.ts";
import { planOf } from "./planning.ts";

/** The most jobs that one tick plans. */
const MOST_ROWS = 5000;
/** The most schedules that one batch plans. */
const BATCH = 100;

/** Plans the schedules' runs ahead to HORIZON_DAYS, longest due first. Bounded; the next tick goes on where this one stopped. */
export const planSchedules: Step = async ({ db, at, settings }) => {
  let planned = 0;
  let looked = 0;
  while (planned < MOST_ROWS) {
    const due = await readDueSchedules(db, at, BATCH);
    const plans = due.map((schedule) => planOf(schedule, at, settings.HORIZON_DAYS));
    const sums = plans.map(({ times }) => times.length);
    const fitting = plans.slice(0, fittingOf(sums, MOST_ROWS - planned));
    if (fitting.length === 0) break;
    await storePlans(db, fitting, at);
    looked += fitting.length;
    planned += sums.slice(0, fitting.length).reduce((sum, count) => sum + count, 0);
    if (
      due.length < BATCH &&
      fitting.length === plans.length &&
      plans.every(({ dueAt }) => dueAt === null || dueAt > at)
    )
      break;
  }
  return { planned, looked };
};

/** How many of the first plans make at most `most` jobs together. */
const fittingOf = (counts: readonly number[], most: number): number => {
  let sum = 0;
  const over = counts.findIndex((count) => {
    sum += count;
    return sum > most;
  });
  return over === -1 ? counts.length : over;
};
