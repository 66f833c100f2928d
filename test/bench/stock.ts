import { z } from "zod";
import type { Running } from "./workerd.ts";

type Database = Running["db"];

/** What stands in the tables before anything is measured. Host i has agent i, which has schedule i. */
export interface Stock {
  hosts: number;
  jobs: number;
  /** Epoch milliseconds. */
  now: number;
  seed: number;
  /** Whether the jobs have their history; by default they have. */
  hasHistory?: boolean;
}

export const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PROJECTS = 10;
export const TEST_RUN = 1;
/** How long ended jobs are kept; as far back the made ones reach. */
export const KEPT_DAYS = 90;

const BATCH = 20_000;
/** The name of the schedules of a half hour, and the start of their keys. */
const HALF_HOUR = "half hour";

/** What is known of a made host by its number. */
export const guidOf = (host: number): string => `bench-host-${host}`;
export const projectOf = (host: number): number => (host % PROJECTS) + 1;

const MATERIALS = JSON.stringify([
  {
    test_run_id: TEST_RUN,
    test_case_id: 18893,
    test_case_name: "groovy.GebLogin",
    test_case_version_id: 20372,
    automation_content: "groovy.GebLogin",
  },
]);

/** SQL for a number from 0 up to `below` that depends on `i`, the seed and `salt` alone. */
const draw = (seed: number, salt: number, below: number): string =>
  `(((i * 2654435761 + ${seed * 69069 + salt * 40503}) >> 9) % ${below})`;

const NUMBERS =
  "WITH RECURSIVE numbers (i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2)";

/** Runs an INSERT of the rows numbered 1 to `count`, some thousands at once. */
const inBatches = async (db: Database, count: number, insert: string): Promise<void> => {
  for (let first = 1; first <= count; first += BATCH) {
    await db
      .prepare(insert)
      .bind(first, Math.min(first + BATCH - 1, count))
      .run();
  }
};

/** Fills empty tables: every host with an active agent, and the jobs. */
export const fill = async (db: Database, stock: Stock): Promise<void> => {
  const { hosts, now } = stock;
  await inBatches(
    db,
    PROJECTS,
    `INSERT INTO projects (id, name, created_at, creation_key)
     ${NUMBERS} SELECT i, 'Project ' || i, ${now}, 'project ' || i FROM numbers`,
  );
  await inBatches(
    db,
    PROJECTS,
    `INSERT INTO snapshots (id, materials, materials_bytes, creation_key)
     ${NUMBERS} SELECT i, '${MATERIALS}', ${MATERIALS.length}, 'snapshot ' || i FROM numbers`,
  );
  await inBatches(
    db,
    PROJECTS,
    `INSERT INTO test_runs (project_id, id, test_case_id, test_case_name, test_case_version_id,
       automation_content, creation_key, place)
     ${NUMBERS} SELECT i, ${TEST_RUN}, 18893, 'groovy.GebLogin', 20372, 'groovy.GebLogin', 'run ' || i, 0 FROM numbers`,
  );
  await inBatches(
    db,
    hosts,
    `INSERT INTO hosts (id, guid, guid_as_sent, name, ip_address, mac_address, registered_at, creation_key)
     ${NUMBERS} SELECT i, 'bench-host-' || i, 'bench-host-' || i, 'Host ' || i, '192.168.74.73',
       '00:15:5D:4A:4D:01', ${now - KEPT_DAYS * DAY}, 'host ' || i FROM numbers`,
  );
  await inBatches(
    db,
    hosts,
    `INSERT INTO agents (id, host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
     ${NUMBERS} SELECT i, i, i % ${PROJECTS} + 1, i, 'AGENT 1', 'testNG', 'testNG-plugin', 1, 'agent ' || i FROM numbers`,
  );
  await inBatches(
    db,
    hosts,
    `INSERT INTO schedules (id, project_id, agent_id, snapshot_id, schedule_name, time_zone, start_at, overlap, missed,
       missed_within_minutes, on_lost, max_attempts, planned_until, created_at, creation_key)
     ${NUMBERS} SELECT i, i % ${PROJECTS} + 1, i, i % ${PROJECTS} + 1, 'Schedule ' || i, 'UTC', ${now}, 'allow', 'run_once',
       60, 'fail', 1, ${now}, ${now}, 'schedule ' || i FROM numbers`,
  );
  await fillJobs(db, stock);
};

/** The jobs of the last 90 days that ended, and one in twenty that is days ahead, with their history. */
export const fillJobs = async (
  db: Database,
  { hosts, jobs, now, seed, hasHistory = true }: Stock,
): Promise<void> => {
  const ahead = `${draw(seed, 1, 20)} = 0`;
  const at = `CASE WHEN ${ahead} THEN ${now + 2 * DAY} + ${draw(seed, 2, 28 * DAY)}
    ELSE ${now - KEPT_DAYS * DAY} + ${draw(seed, 3, (KEPT_DAYS - 1) * DAY)} END`;
  const status = `CASE WHEN ${ahead} THEN 'PLANNED' WHEN ${draw(seed, 4, 10)} = 0 THEN 'FAILED' ELSE 'COMPLETED' END`;
  await inBatches(
    db,
    jobs,
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status,
       attempt, status_changed_at)
     ${NUMBERS} SELECT i % ${hosts} % ${PROJECTS} + 1, i % ${hosts} + 1, i % ${hosts} + 1, i % ${hosts} + 1, 1, ${at}, i, ${status},
       1, ${now - DAY} FROM numbers`,
  );
  const moves = [
    ["PLANNED", "RUNNING"],
    ["RUNNING", "COMPLETED"],
  ];
  for (const [from, to] of hasHistory ? moves : []) {
    await inBatches(
      db,
      jobs,
      `INSERT INTO job_history (job_id, at, attempt, from_status, to_status, by)
       ${NUMBERS} SELECT i, ${now - DAY}, 1, '${from}', '${to}', 'host bench' FROM numbers WHERE NOT ${ahead}`,
    );
  }
  // A tick has long counted how they ended.
  await db
    .prepare(
      `INSERT INTO site (id, checked_at, counted_history_id) SELECT 1, 0, COALESCE(MAX(id), 0) FROM job_history WHERE true
       ON CONFLICT (id) DO UPDATE SET counted_history_id = excluded.counted_history_id`,
    )
    .run();
};

/** What many hosts of JOBS_A_DAY daily schedules give a tick to do: `count` schedules that are due to be planned a day on, and as many jobs to prune. */
export const addHalfHour = async (
  db: Database,
  { hosts, count }: { hosts: number; count: number },
  at: number,
): Promise<void> => {
  const agent = `((i - 1) % ${hosts} + 1)`;
  const past = at - (KEPT_DAYS + 1) * DAY;
  await inBatches(
    db,
    count,
    `INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, cron, time_zone, overlap, missed,
       missed_within_minutes, on_lost, max_attempts, planned_until, plan_due_at, created_at, creation_key)
     ${NUMBERS} SELECT ${agent} % ${PROJECTS} + 1, ${agent}, 1, '${HALF_HOUR}', '0 3 * * *', 'UTC', 'skip', 'run_once', 60, 'fail',
       1, ${at + 29 * DAY}, ${at}, ${past}, '${HALF_HOUR} ' || i FROM numbers`,
  );
  await inBatches(
    db,
    count,
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt,
       status_changed_at)
     ${NUMBERS} SELECT s.project_id, s.agent_id, s.agent_id, s.id, 1, ${past}, 1, 'COMPLETED', 1, ${past}
     FROM numbers JOIN schedules s ON s.creation_key = '${HALF_HOUR} ' || i`,
  );
  for (const [from, to] of [
    ["PLANNED", "RUNNING"],
    ["RUNNING", "COMPLETED"],
  ]) {
    await db
      .prepare(
        `INSERT INTO job_history (job_id, at, attempt, from_status, to_status, by)
         SELECT id, scheduled_at, 1, '${from}', '${to}', 'host bench' FROM jobs WHERE status = 'COMPLETED'
           AND scheduled_at = ${past}`,
      )
      .run();
  }
};

const leftShape = z.object({ due: z.int(), past: z.int(), planned: z.int() });

/** How many of those schedules and jobs the tick at `at` left, and how many jobs it planned. */
export const leftOfHalfHour = async (db: Database, at: number) =>
  leftShape.parse(
    await db
      .prepare(
        `SELECT (SELECT COUNT(*) FROM schedules WHERE plan_due_at <= ?1) AS due,
           (SELECT COUNT(*) FROM jobs WHERE status = 'COMPLETED' AND scheduled_at = ?2) AS past,
           (SELECT COUNT(*) FROM jobs JOIN schedules s ON s.id = jobs.schedule_id
            WHERE s.schedule_name = '${HALF_HOUR}' AND jobs.status = 'PLANNED') AS planned`,
      )
      .bind(at, at - (KEPT_DAYS + 1) * DAY)
      .first(),
  );

/** So many jobs more, at one time, of each of `hosts` hosts from `first` on in turns. Gives the first one's id; the others follow. */
export const addJobs = async (
  db: Database,
  { first, hosts, each }: { first: number; hosts: number; each: number },
  { status, at }: { status: "PLANNED" | "RUNNING"; at: number },
): Promise<number> => {
  const host = "(?3 + (i - 1) % ?4)";
  const [next] = await db.batch<{ id: number }>([
    db.prepare("SELECT COALESCE(MAX(id), 0) + 1 AS id FROM jobs"),
    db
      .prepare(
        `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status,
           attempt, status_changed_at)
         ${NUMBERS} SELECT ${host} % ${PROJECTS} + 1, ${host}, ${host}, ${host}, 1, ?5,
           i + (SELECT MAX(id) FROM jobs), ?6, 1, ?5 FROM numbers`,
      )
      .bind(1, each * hosts, first, hosts, at, status),
  ]);
  return next?.results[0]?.id ?? 1;
};
