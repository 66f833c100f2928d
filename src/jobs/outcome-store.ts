import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobs, site } from "../database/schema.ts";
import { DAY_MS, HALF_HOUR_MS } from "../wire/durations.ts";
import { freshHistory, historyRead } from "./history-store.ts";
import { ENDED } from "./status.ts";

const FRESH = (most: number): SQL => freshHistory(site.countedHistoryId, most);

const ends = sql.raw(ENDED.map((status) => `'${status}'`).join(", "));

/**
 * The ends of jobs that are not counted yet, from at most `most` rows of history: (project_id, day, status,
 * half_hour, jobs). A late report subtracts the failure that it corrects from where that was counted.
 */
export const uncounted = (most: number): SQL => sql`(
  SELECT ended.project_id, moved.at - moved.at % ${DAY_MS} AS day, moved.status,
    CAST(moved.at % ${DAY_MS} / ${HALF_HOUR_MS} AS INTEGER) AS half_hour, moved.jobs FROM (
    SELECT job_id, at, to_status AS status, 1 AS jobs FROM ${FRESH(most)}
    WHERE from_status <> to_status AND to_status IN (${ends})
    UNION ALL
    SELECT job_id, (SELECT MAX(guess.at) FROM job_history guess WHERE guess.job_id = fresh.job_id
        AND guess.id < fresh.id AND guess.to_status = 'FAILED' AND guess.from_status <> 'FAILED'), 'FAILED', -1
    FROM ${FRESH(most)} fresh WHERE from_status = 'FAILED' AND to_status <> 'FAILED'
  ) moved CROSS JOIN ${jobs} ended ON ended.id = moved.job_id)`;

/** The counts by half hour of a stored row and of what is added to it, in one JSON object. */
const addedUp = sql`(SELECT json_group_object(half_hour, jobs) FROM (
  SELECT half_hour, SUM(jobs) AS jobs FROM (
    SELECT key AS half_hour, value AS jobs FROM json_each(COALESCE(outcomes.half_hours, '{}'))
    UNION ALL SELECT key, value FROM json_each(excluded.half_hours)) GROUP BY half_hour))`;

/**
 * Counts the ends of jobs in at most `most` rows of history, each row once, per project and for all projects.
 */
export const countOutcomes = async (db: Database, most: number): Promise<number> => {
  const [, marked] = await db.batch([
    db.write(sql`
      INSERT INTO outcomes (project_id, day, status, jobs, half_hours)
      SELECT project_id, day, status, SUM(jobs), json_group_object(half_hour, jobs) FROM (
        SELECT iif(alone.value, project_id, 0) AS project_id, day, status, half_hour, SUM(jobs) AS jobs
        FROM ${uncounted(most)} CROSS JOIN json_each('[0, 1]') alone WHERE true GROUP BY 1, 2, 3, 4)
      WHERE true GROUP BY 1, 2, 3
      ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs, half_hours = ${addedUp}`),
    db.write(historyRead(site.countedHistoryId, most)),
  ]);
  return marked.meta.changes;
};
