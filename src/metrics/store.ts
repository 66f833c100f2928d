import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import { metrics, site } from "../database/schema.ts";
import { freshHistory, historyRead } from "../jobs/history-store.ts";
import { ENDED, HOST_LOST } from "../jobs/status.ts";
import { statusIn } from "../jobs/store.ts";
import { RUN_BOUNDS, UNBOUNDED, WAIT_BOUNDS } from "./buckets.ts";
import { ERROR_OF_FAILURE, KEY_OF_END } from "./run-ends.ts";

const ENDS = sql.raw(ENDED.map((status) => `'${status}'`).join(", "));

/** The bucket of `seconds`. */
const bucketOf = (bounds: readonly number[]): SQL =>
  sql.raw(
    `CASE ${bounds.map((bound) => `WHEN seconds <= ${bound} THEN '${bound}'`).join(" ")} ELSE '${UNBOUNDED}' END`,
  );

/** Statement: adds the sums of `rows` (name, labels, value), a compound of at most five SELECTs, as D1 takes no more. */
const added = (db: Database, rows: SQL) =>
  db.write(sql`INSERT INTO ${metrics} (name, labels, value)
    SELECT name, labels, SUM(value) FROM (${rows}) WHERE true GROUP BY name, labels HAVING SUM(value) <> 0
    ON CONFLICT DO UPDATE SET value = value + excluded.value`);

/**
 * Adds at most `most` new jobs and `most` moves of jobs to the counts, each once: open jobs by status are those that came
 * there less those that left. Returns whether there were any.
 */
export const countMoves = async (db: Database, most: number): Promise<boolean> => {
  const fresh = sql`(SELECT * FROM ${freshHistory(site.measuredHistoryId, most)} WHERE from_status <> to_status)`;
  const created = sql`(SELECT id FROM jobs WHERE id > (SELECT measured_job_id FROM site WHERE id = 1)
    ORDER BY id LIMIT ${most})`;
  const waits = sql`(SELECT MAX(0, fresh.at - jobs.scheduled_at) / 1000.0 AS seconds
    FROM ${fresh} fresh CROSS JOIN jobs ON jobs.id = fresh.job_id
    WHERE fresh.to_status = 'RUNNING' AND fresh.attempt = 1)`;
  const runs = sql`(SELECT (fresh.at - jobs.started_at) / 1000.0 AS seconds, ${sql.raw(KEY_OF_END)} AS key
    FROM ${fresh} fresh CROSS JOIN jobs ON jobs.id = fresh.job_id AND jobs.attempt = fresh.attempt
    WHERE fresh.from_status = 'RUNNING' AND fresh.to_status IN (${ENDS}) AND jobs.started_at IS NOT NULL)`;
  const [, , , , ahead, marked] = await db.batch([
    added(
      db,
      sql`SELECT 'jobs' AS name, 'PLANNED' AS labels, COUNT(*) AS value FROM ${created}
        UNION ALL SELECT 'jobs', to_status, 1 FROM ${fresh} UNION ALL SELECT 'jobs', from_status, -1 FROM ${fresh}`,
    ),
    added(
      db,
      sql`SELECT 'ended' AS name, to_status AS labels, 1 AS value FROM ${fresh} WHERE to_status IN (${ENDS})
        UNION ALL SELECT 'lost', '', 1 FROM ${fresh} WHERE from_status = 'RUNNING' AND reason = ${HOST_LOST}
        UNION ALL SELECT 'errors', ${sql.raw(ERROR_OF_FAILURE)}, 1 FROM ${fresh}
          WHERE from_status = 'RUNNING' AND to_status = 'FAILED' AND reason IS NOT ${HOST_LOST}`,
    ),
    added(
      db,
      sql`SELECT 'wait' AS name, ${bucketOf(WAIT_BOUNDS)} AS labels, 1 AS value FROM ${waits}
        UNION ALL SELECT 'wait_sum', '', seconds FROM ${waits}`,
    ),
    added(
      db,
      sql`SELECT 'run' AS name, key || ',' || ${bucketOf(RUN_BOUNDS)} AS labels, 1 AS value FROM ${runs}
        UNION ALL SELECT 'run_sum', key, seconds FROM ${runs}`,
    ),
    db.write(sql`UPDATE site SET measured_job_id = (SELECT MAX(id) FROM ${created})
      WHERE id = 1 AND EXISTS (SELECT 1 FROM ${created})`),
    db.write(historyRead(site.measuredHistoryId, most)),
  ]);
  return ahead.meta.changes + marked.meta.changes > 0;
};

/** Stores that these steps of the tick ran well at `at` (epoch milliseconds). A tick older than one of them changes nothing. */
export const storeSteps = async (db: Database, steps: readonly string[], at: number): Promise<void> => {
  const ran = JSON.stringify(Object.fromEntries(steps.map((step) => [step, at])));
  await db.batch([
    db.write(sql`UPDATE ${site} SET steps_ran_at = json_patch(steps_ran_at, ${ran})
      WHERE id = 1 AND steps_ran_at <> json_patch(steps_ran_at, ${ran})
        AND NOT EXISTS (SELECT 1 FROM json_each(steps_ran_at) WHERE value > ${at})`),
  ]);
};

const stepTimes = z.record(z.string(), z.number());

/** More than there can be: a bound for the statement. */
const MAX_SAMPLES = 1000;

/**
 * All stored samples (those of `hosts` are kept by the triggers of migration 0018), when each step of the tick last ran
 * well, and the time of the oldest job that is due and not begun; epoch milliseconds, null if none is. Whatever the tables
 * hold, it reads the samples, the site, and the first entry of the index of each open status.
 */
export const readMetrics = async (db: Database, now: number) => {
  const first = (status: JobStatus) =>
    sql`SELECT MIN(scheduled_at) AS at FROM jobs WHERE ${statusIn([status])} AND scheduled_at <= ${now}`;
  const [samples, ticks, oldest] = await db.batch([
    db.build.select().from(metrics).limit(MAX_SAMPLES),
    db.build.select({ steps: site.stepsRanAt }).from(site),
    db.read<{ at: number | null }>(
      sql`SELECT MIN(at) AS at FROM (${first("PLANNED")} UNION ALL ${first("NOT_RUN")})`,
    ),
  ]);
  const steps = stepTimes.parse(JSON.parse(ticks[0]?.steps ?? "{}"));
  return { samples, steps, oldestDueAt: oldest[0]?.at ?? null };
};
