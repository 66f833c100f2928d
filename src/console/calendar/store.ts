import { sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { closedSpansOf } from "../../schedules/blackout-store.ts";
import { inScope, visibleProjects } from "../project-store.ts";

/** The maximum of a day's counts. */
export const MAX_A_DAY = 100;
const MAX_SCANNED = 500;
/** The maximum of schedules whose runs without a job yet are counted. */
const MAX_SCHEDULES = 50;

/** One day in a zone; epoch milliseconds, the end exclusive. */
export interface Day {
  date: string;
  from: number;
  to: number;
}

/**
 * A project's jobs counted by day and status, the schedules that continue after their last job or may leave out runs,
 * and the closed spans of its blackouts; one round trip.
 */
export const readMonth = async (
  db: Database,
  actor: Actor,
  { projectId, days, now }: { projectId: number | undefined; days: readonly Day[]; now: number },
) => {
  const end = days.at(-1)?.to ?? 0;
  const shown = sql`COALESCE(${projectId ?? null}, (SELECT id FROM projects WHERE deleted_at IS NULL AND ${inScope(actor, "id")} ORDER BY id LIMIT 1))`;
  const [projects, counts, schedules, closed] = await db.batch([
    visibleProjects(db, actor),
    db.read<{ date: string; status: JobStatus; jobs: number; leftOut: number }>(sql`
      SELECT day.value ->> 'date' AS date, job.status, COUNT(*) AS jobs,
        SUM(job.status_reason IS NOT NULL AND job.status_reason = 'blackout') AS leftOut
      FROM json_each(${JSON.stringify(days)}) day
      CROSS JOIN jobs job ON job.id IN (SELECT own.id FROM jobs own INDEXED BY jobs_by_project_time
        WHERE own.project_id = ${shown} AND own.scheduled_at >= day.value ->> 'from'
        AND own.scheduled_at < day.value ->> 'to' ORDER BY own.scheduled_at LIMIT ${MAX_A_DAY})
      GROUP BY 1, 2`),
    db.read<{
      cron: string;
      timeZone: string;
      plannedUntil: number;
      endAt: number | null;
      maxRuns: number | null;
      runsPlanned: number;
      startAt: number | null;
      blackouts: "heed" | "ignore";
      /** 1: it goes on after its last job. */
      continues: number;
    }>(sql`
      SELECT cron, time_zone AS timeZone, planned_until AS plannedUntil, end_at AS endAt, max_runs AS maxRuns,
        runs_planned AS runsPlanned, start_at AS startAt, blackouts,
        planned_until < ${end} AND plan_due_at IS NOT NULL AS continues
      FROM (SELECT * FROM schedules INDEXED BY schedules_by_project WHERE project_id = ${shown}
        ORDER BY id DESC LIMIT ${MAX_SCANNED})
      WHERE deleted_at IS NULL AND paused_at IS NULL AND cron IS NOT NULL
        AND ((planned_until < ${end} AND plan_due_at IS NOT NULL)
          OR (blackouts = 'heed' AND (SELECT MAX(ends_at) FROM blackouts WHERE project_id = ${shown} AND deleted_at IS NULL) > ${now}))
      LIMIT ${MAX_SCHEDULES}`),
    closedSpansOf(db, shown, { from: days[0]?.from ?? 0, until: end }),
  ]);
  return { projects, counts, schedules, closed };
};
