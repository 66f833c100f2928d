import { fill, MINUTE } from "./stock.ts";
import type { Running } from "./workerd.ts";

type Database = Running["db"];

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How many jobs the last day has, and the minutes to come. */
const RECENT = 20_000;
const RUNNING = 400;
const OVERDUE = 300;
const COMING = 2000;

const numbers = (count: number): string =>
  `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})`;

/** Adds jobs of the present: `status`, `at` and `changedAt` are SQL over `i`. */
const addPresent = async (
  db: Database,
  { hosts, count }: { hosts: number; count: number },
  { status, at, changedAt }: { status: string; at: string; changedAt: string },
): Promise<void> => {
  const host = `(i * 7 % ${hosts} + 1)`;
  await db
    .prepare(
      `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt,
         status_changed_at, started_at)
       ${numbers(count)} SELECT s.project_id, s.id, s.id, s.id, 1, ${at}, i + (SELECT MAX(id) FROM jobs), ${status}, 1,
         ${changedAt}, iif(${status} IN ('PLANNED', 'NOT_RUN'), NULL, ${at} + 4000)
       FROM numbers JOIN schedules s ON s.id = ${host}`,
    )
    .run();
};

/** What the console shows: hosts of whom nine in ten are online, runs of the last day, what runs, waits and comes, and 14 days of counts. */
export const fillPages = async (
  db: Database,
  { hosts, jobs, now, seed }: { hosts: number; jobs: number; now: number; seed: number },
): Promise<void> => {
  await fill(db, { hosts, jobs, now, seed });
  await db
    .prepare(
      `UPDATE hosts SET presence = iif(id % 10, 'Online', 'Offline'), last_ping_at = ${now - MINUTE}, presence_changed_at = ${now - DAY}`,
    )
    .run();
  const of = (count: number) => ({ hosts, count });
  await addPresent(db, of(RECENT), {
    status: "iif(i % 9, 'COMPLETED', 'FAILED')",
    at: `${now - DAY} + i * 4200`,
    changedAt: `${now - DAY} + i * 4200 + 60000`,
  });
  await addPresent(db, of(RUNNING), {
    status: "'RUNNING'",
    at: `${now - 10 * MINUTE} + i * 1000`,
    changedAt: `${now - 10 * MINUTE} + i * 1000 + 4000`,
  });
  await addPresent(db, of(OVERDUE), {
    status: "'NOT_RUN'",
    at: `${now - 3 * HOUR} + i`,
    changedAt: `${now}`,
  });
  await addPresent(db, of(COMING), { status: "'PLANNED'", at: `${now} + i * 5000`, changedAt: `${now}` });
  const today = now - (now % DAY);
  await db
    .prepare(
      `INSERT INTO outcomes (project_id, day, status, jobs)
       SELECT project.value, ${today} - day.value * ${DAY}, status.value, 480
       FROM json_each('[0,1,2,3,4,5,6,7,8,9,10]') project, json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14]') day,
         json_each('["COMPLETED","FAILED","CANCELLED"]') status`,
    )
    .run();
  const { results } = await db
    .prepare("SELECT 1 FROM pragma_table_info('outcomes') WHERE name = 'half_hours'")
    .all();
  if (results.length === 0) return;
  const halfHours = JSON.stringify(Object.fromEntries(Array.from({ length: 48 }, (_, place) => [place, 10])));
  await db.prepare("UPDATE outcomes SET half_hours = ?").bind(halfHours).run();
};
