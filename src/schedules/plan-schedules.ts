import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { type DueSchedule, readDueSchedules, storePlans } from "./control-store.ts";
import { planOf } from "./planning.ts";

/** The most schedules that one batch plans, and the most jobs that it creates: a batch has 30 s. */
const BATCH = 1000;
const BATCH_JOBS = 5000;
/** The most batches of one tick: twice the jobs that one database can create in half an hour. */
const MAX_BATCHES = 50;
/** Reading the due schedules, and storing their plans. */
const BATCH_QUERIES = 5;

/**
 * Plans the schedules' runs up to HORIZON_DAYS ahead, longest due first. Bounded; the next tick continues.
 */
export const planSchedules: Step = async ({ db, at, settings, queriesLeft }) => {
  let planned = 0;
  let looked = 0;
  let more = true;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const due = await readDueSchedules(db, at, BATCH);
    const plans = fitting(due, at, settings.HORIZON_DAYS);
    if (plans.length > 0) await storePlans(db, plans, at);
    looked += plans.length;
    planned += plans.reduce((sum, { times }) => sum + times.length, 0);
    more = due.length === BATCH || plans.length < due.length;
    return more;
  });
  return { planned, looked, more: more ? 1 : 0 };
};

/** The plans of the first schedules that create at most BATCH_JOBS jobs together. One schedule alone creates fewer. */
const fitting = (due: readonly DueSchedule[], at: number, horizonDays: number) => {
  const plans: ReturnType<typeof planOf>[] = [];
  let jobs = 0;
  for (const schedule of due) {
    const plan = planOf(schedule, at, horizonDays);
    jobs += plan.times.length;
    if (jobs > BATCH_JOBS) break;
    plans.push(plan);
  }
  return plans;
};
