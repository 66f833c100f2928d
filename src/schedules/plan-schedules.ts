import type { Step, Tick } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { notifyOfJobs } from "../host-object/cache-invalidation.ts";
import { DAY_MS } from "../wire/durations.ts";
import { type DueSchedule, readDueSchedules, storePlans } from "./control-store.ts";
import { readConnectedHosts } from "./host-store.ts";
import { planOf } from "./planning.ts";

/** The most schedules that one batch plans, and the most jobs that it creates: a batch has 30 s. */
const BATCH = 1000;
const BATCH_JOBS = 5000;
/** The most batches of one tick: twice the jobs that one database can create in half an hour. */
const MAX_BATCHES = 50;
/** Reading the due schedules and their blackouts, storing their plans, and reading the hosts to notify. */
const BATCH_QUERIES = 7;
/** The most objects that one batch notifies. */
const MAX_NOTIFIED = 200;

/**
 * Plans the schedules' runs up to HORIZON_DAYS ahead, longest due first. Bounded; the next tick continues.
 */
export const planSchedules: Step = async (tick) => {
  const { db, at, settings, queriesLeft } = tick;
  const horizonMs = settings.HORIZON_DAYS * DAY_MS;
  let planned = 0;
  let looked = 0;
  let more = true;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const due = await readDueSchedules(db, at, {
      most: BATCH,
      within: { from: at - horizonMs, until: at + horizonMs },
    });
    const plans = fitting(due, at, settings.HORIZON_DAYS);
    if (plans.length > 0) await storePlans(db, plans, at);
    await notifyOfDue(tick, plans);
    looked += plans.length;
    planned += plans.reduce((sum, { times }) => sum + times.length, 0);
    more = due.length === BATCH || plans.length < due.length;
    return more;
  });
  return { planned, looked, more: more ? 1 : 0 };
};

/**
 * Notifies the connected hosts of jobs that were planned too late for the hosts to look at their time: their
 * time has come, or comes before the next tick.
 */
const notifyOfDue = async (tick: Tick, plans: ReturnType<typeof fitting>): Promise<void> => {
  const until = tick.at + tick.settings.WINDOW_SECONDS * 1000;
  const due = plans.filter(({ times }) => (times[0] ?? Infinity) < until);
  if (due.length === 0) return;
  const agents = [...new Set(due.map(({ agentId }) => agentId))];
  await notifyOfJobs(tick, await readConnectedHosts(tick.db, agents, MAX_NOTIFIED));
};

/** The plans of the first schedules that create at most BATCH_JOBS jobs together. One schedule alone creates fewer. */
const fitting = (due: readonly DueSchedule[], at: number, horizonDays: number) => {
  const plans: (ReturnType<typeof planOf> & Pick<DueSchedule, "agentId">)[] = [];
  let jobs = 0;
  for (const schedule of due) {
    const plan = planOf(schedule, at, horizonDays);
    jobs += plan.times.length;
    if (jobs > BATCH_JOBS) break;
    plans.push({ ...plan, agentId: schedule.agentId });
  }
  return plans;
};
