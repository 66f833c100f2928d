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

/** The job `planned` waits by the cron of a schedule that heeds blackouts. Those added by hand are due already. */
const isCancellable = sql.raw(`planned.status = 'PLANNED'
  AND EXISTS (SELECT 1 FROM schedules s WHERE s.id = planned.schedule_id AND s.cron IS NOT NULL AND s.blackouts = 'heed')`);

/**
 * The first jobs that are planned within the blackouts, whose schedules heed them. By span and by time, as the joins
 * go: sorting would read all jobs of a span.
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
      UPDATE schedules SET runs_planned = MAX(0, runs_planned - (SELECT COUNT(*)
          FROM (${plannedWithin(within)}) gone WHERE gone.schedule_id = schedules.id)),
        plan_due_at = IIF(paused_at IS NULL, COALESCE(plan_due_at, ${now}), plan_due_at)
      WHERE id IN (SELECT schedule_id FROM (${plannedWithin(within)})) AND max_runs IS NOT NULL AND deleted_at IS NULL`),
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
  const [planned] = await db.batch([
    db.read<{ job: number; id: number; name: string }>(sql`
      SELECT planned.id AS job, named.id, named.schedule_name AS name FROM json_each(${JSON.stringify(spans)}) span
      CROSS JOIN jobs planned INDEXED BY jobs_by_project_time ON planned.project_id = ${projectId}
        AND planned.scheduled_at > MAX(${after}, (span.value ->> 'from') - 1)
        AND planned.scheduled_at < span.value ->> 'until'
      CROSS JOIN schedules named ON named.id = planned.schedule_id
      WHERE ${isCancellable} LIMIT ${MAX_COUNTED}`),
  ]);
  const jobs = new Set(planned.map(({ job }) => job)).size;
  const named = new Map(planned.map(({ id, name }) => [id, name]));
  return { jobs, schedules: [...named].slice(0, MAX_NAMED).map(([id, name]) => ({ id, name })) };
};
