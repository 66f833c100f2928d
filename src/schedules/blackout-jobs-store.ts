import { inArray, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import type { Database } from "../database/database.ts";
import { jobs } from "../database/schema.ts";
import { CLOCK_BATCH } from "../jobs/sweep-store.ts";
import { moveJobs } from "../jobs/transition-store.ts";
import type { Span } from "./closed-spans.ts";

/** How many jobs one statement cancels. */
export const BLACKOUT_BATCH = CLOCK_BATCH;

/** Which jobs: those planned later than `after` within the blackouts (named `blackout`) that a condition picks. */
interface Within {
  blackout: SQL;
  /** Epoch milliseconds. */
  after: number;
}

/** The job `planned` waits by the cron of a schedule that heeds blackouts. */
const isCancellable = sql.raw(`planned.status = 'PLANNED' AND planned.creation_key IS NULL
  AND EXISTS (SELECT 1 FROM schedules s WHERE s.id = planned.schedule_id AND s.cron IS NOT NULL AND s.blackouts = 'heed')`);

/**
 * The first jobs that are planned within the blackouts, whose schedules heed them; not those that were added by hand. By
 * span and by time, as the joins go: sorting would read all jobs of a span.
 */
const plannedWithin = ({ blackout, after }: Within): SQL => sql`
  SELECT planned.id, planned.schedule_id FROM blackouts blackout CROSS JOIN json_each(blackout.spans) span
  CROSS JOIN jobs planned INDEXED BY jobs_by_project_time ON planned.project_id = blackout.project_id
    AND planned.scheduled_at > MAX(${after}, (span.value ->> 'from') - 1)
    AND planned.scheduled_at < span.value ->> 'until'
  WHERE ${blackout} AND ${isCancellable}
  LIMIT ${BLACKOUT_BATCH}`;

/**
 * Statements: cancels at most BLACKOUT_BATCH of those jobs. They do not count for `max_runs`: a schedule that has it is
 * planned on. The last statement's changes are their number.
 */
export const cancelWithin = (db: Database, within: Within, { by, now }: Pick<Author, "by" | "now">) =>
  [
    db.write(sql`
      UPDATE schedules SET runs_planned = MAX(0, runs_planned - gone.jobs),
        plan_due_at = IIF(paused_at IS NULL, COALESCE(plan_due_at, ${now}), plan_due_at)
      FROM (SELECT schedule_id, COUNT(DISTINCT id) AS jobs FROM (${plannedWithin(within)}) GROUP BY schedule_id) gone
      WHERE schedules.id = gone.schedule_id AND schedules.max_runs IS NOT NULL AND schedules.deleted_at IS NULL`),
    ...moveJobs(db, {
      from: ["PLANNED"],
      to: "CANCELLED",
      by,
      now,
      reason: "blackout",
      where: inArray(jobs.id, sql`(SELECT id FROM (${plannedWithin(within)}))`),
    }),
  ] as const;

/** At most `most` blackouts whose jobs the tick has yet to cancel, oldest first. */
export const readUnsettled = async (db: Database, most: number) => {
  const [rows] = await db.batch([
    db.read<{ id: number; createdAt: number; createdBy: string }>(sql`
      SELECT id, created_at AS createdAt, created_by AS createdBy FROM blackouts
      INDEXED BY blackouts_to_settle WHERE id > 0 AND settled_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT ${most}`),
  ]);
  return rows;
};

/** Cancels a batch of a blackout's jobs; `settle`: it is settled then if that were all. Returns how many. */
export const settleBlackout = async (
  db: Database,
  { id, after, settle }: { id: number; after: number; settle: boolean },
  author: Pick<Author, "by" | "now">,
): Promise<number> => {
  const [, , moved] = await db.batch([
    ...cancelWithin(
      db,
      { blackout: sql`blackout.id = ${id} AND blackout.deleted_at IS NULL`, after },
      author,
    ),
    ...(settle
      ? [
          db.write(sql`UPDATE blackouts SET settled_at = ${author.now} WHERE id = ${id}
            AND NOT EXISTS (${plannedWithin({ blackout: sql`blackout.id = ${id}`, after })})`),
        ]
      : []),
  ]);
  return moved.meta.changes;
};

/** The most jobs and schedules that a preview counts and names. */
const MAX_COUNTED = 1000;
const MAX_NAMED = 10;

/** What is planned later than `after` within spans of a project, and would be cancelled. */
export const readPlannedWithin = async (
  db: Database,
  projectId: number,
  { spans, after }: { spans: readonly Span[]; after: number },
) => {
  const planned = sql`SELECT planned.id, planned.schedule_id FROM json_each(${JSON.stringify(spans)}) span
    CROSS JOIN jobs planned INDEXED BY jobs_by_project_time ON planned.project_id = ${projectId}
      AND planned.scheduled_at > MAX(${after}, (span.value ->> 'from') - 1)
      AND planned.scheduled_at < span.value ->> 'until'
    WHERE ${isCancellable} LIMIT ${MAX_COUNTED}`;
  const [[counted], named] = await db.batch([
    db.read<{ jobs: number }>(sql`SELECT COUNT(DISTINCT id) AS jobs FROM (${planned})`),
    db.read<{ id: number; name: string }>(sql`SELECT s.id, s.schedule_name AS name
      FROM (SELECT DISTINCT schedule_id FROM (${planned}) LIMIT ${MAX_NAMED}) found
      CROSS JOIN schedules s ON s.id = found.schedule_id`),
  ]);
  return { jobs: counted?.jobs ?? 0, schedules: named };
};
