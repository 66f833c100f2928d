import { JOBS_A_DAY, tickAt } from "./day.ts";
import { shown } from "./figures.ts";
import { addHalfHour, leftOfHalfHour } from "./stock.ts";
import type { Runtime } from "./workerd.ts";

/** The CPU that the platform gives a cron trigger that runs more than once an hour. */
export const CPU_LIMIT_MS = 30_000;

/** What one tick took. */
export interface TickReading {
  what: string;
  statements: number;
  rowsRead: number;
  rowsWritten: number;
  cpuMs: number;
  ms: number;
  /** What of its work it left undone. */
  left: number;
}

const WINDOW_MS = 30 * 60_000;
/** One in so many hosts changes. */
const CHANGING = 100;
const SCHEDULES = 1000;
const DAY_MS = 24 * 3600_000;
/** So many hosts one database carries by its statements; what they plan and prune in half an hour is a tick's work. */
const CARRIED = 80_000;
const HALF_HOUR_JOBS = Math.ceil((CARRIED * JOBS_A_DAY) / 48);

/**
 * Ticks over all hosts: one in which 1% change (half of them each way), one in which nobody does, and one that
 * plans the next day of 1,000 daily schedules; then one that has to plan and prune what CARRIED hosts have in half an hour.
 */
export const measureTicks = async (
  runtime: Runtime,
  hosts: number,
  log: (text: string) => void,
): Promise<TickReading[]> => {
  const [worker] = runtime.workers;
  if (!worker) throw new Error("the counted product is needed");
  const { url, db } = worker;
  const first = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS;
  /** Nine hosts of ten ping in the window that ends at `at`, but for those of the numbers that `silent` picks. */
  const ping = (at: number, silent: string) =>
    db
      .prepare(
        `UPDATE hosts SET previous_ping_at = last_ping_at, last_ping_at = ?1
         WHERE retired_at IS NULL AND id % 10 <> 0 AND NOT (${silent})`,
      )
      .bind(at - WINDOW_MS / 2)
      .run();
  const readings: TickReading[] = [];
  const tick = async (what: string, at: number) => {
    log(`tick: ${what}`);
    const [cpu, began] = [runtime.cpuMs(), performance.now()];
    const { statements, rowsRead, rowsWritten } = await tickAt(url, at);
    const [cpuMs, ms] = [runtime.cpuMs() - cpu, performance.now() - began];
    readings.push({ what, statements, rowsRead, rowsWritten, cpuMs, ms, left: 0 });
    log(`${shown(statements)} statements, ${shown(rowsRead)} rows read, ${shown(cpuMs)} ms of CPU`);
  };
  // What the calls left behind would fall due.
  await db
    .prepare(
      "UPDATE jobs SET status = 'COMPLETED' WHERE status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND scheduled_at < ?",
    )
    .bind(first + DAY_MS)
    .run();
  const half = `id % ${2 * CHANGING}`;
  // All hosts are as the earlier tick found them: nine of ten Online.
  await ping(first, `${half} = 1`);
  await db
    .prepare(
      `UPDATE hosts SET presence = CASE WHEN last_ping_at IS NULL THEN 'Offline' ELSE 'Online' END, presence_changed_at = ?`,
    )
    .bind(first)
    .run();
  // The silent hosts are back, and as many others are silent now.
  await ping(first + WINDOW_MS, `${half} = 3`);
  await tick("1% of the hosts change", first + WINDOW_MS);
  await tick("no host changes", first + WINDOW_MS);
  await db
    .prepare(
      `UPDATE schedules SET cron = '0 3 * * *', start_at = NULL, planned_until = ?1, plan_due_at = ?2 WHERE id <= ?3`,
    )
    .bind(first + WINDOW_MS + 29 * DAY_MS, first, SCHEDULES)
    .run();
  await tick(`${SCHEDULES} daily schedules are planned a day on`, first + WINDOW_MS);
  const later = first + 2 * WINDOW_MS;
  await ping(later, "0");
  await addHalfHour(db, { hosts, count: HALF_HOUR_JOBS }, later);
  await tick(`half an hour of ${shown(CARRIED)} hosts is planned and pruned`, later);
  const { due, past, planned } = await leftOfHalfHour(db, later);
  const last = readings.at(-1);
  if (last) last.left = due + past + Math.max(0, HALF_HOUR_JOBS - planned);
  return readings;
};
