import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { type Scope, scanned } from "./scope-store.ts";

/** The maximum of runs in progress that are looked through for the longest. */
const MAX_LOOKED_AT = 1000;
const MAX_RUNNING = 6;
const MAX_COMING = 4;
/** The last runs of a schedule that say how long it usually takes. */
const MAX_RUNS = 20;

interface Listed {
  id: number;
  projectId: number;
  status: JobStatus;
  scheduledAt: number;
  scheduleName: string;
  hostId: number;
  hostName: string;
}

/** A run in progress. */
export interface RunningRow extends Listed {
  startedAt: number | null;
  statusChangedAt: number;
  /** 1 if its process may be gone. */
  isDoubtful: number;
  /** Until when its host is acknowledged (epoch milliseconds), and by whom. */
  until: number | null;
  by: string | null;
  /** JSON: how long each of the last runs of its schedule took that completed, in milliseconds. */
  lengths: string;
}

export type ComingRow = Listed;

/** The job that waits longest past its time. */
export interface OldestRow {
  id: number;
  projectId: number;
  scheduledAt: number;
}

const LISTED = sql`job.id, job.project_id AS projectId, job.status, job.scheduled_at AS scheduledAt,
  s.schedule_name AS scheduleName, job.host_id AS hostId, h.name AS hostName`;
const NAMES = sql`CROSS JOIN schedules s ON s.id = job.schedule_id CROSS JOIN hosts h ON h.id = job.host_id`;

/** Statements: what runs now, those in doubt and the longest first; what is due within the hour; what waits longest. */
export const nowReads = (db: Database, scope: Scope, runs = MAX_RUNNING) => {
  const { now, hourAhead } = scope.times;
  const running = scanned(scope, {
    columns: sql`id, status_changed_at, doubted_at IS NOT NULL AS is_doubtful`,
    matching: sql`status = 'RUNNING'`,
    index: "jobs_running",
    limit: MAX_LOOKED_AT,
  });
  const coming = scanned(scope, {
    columns: sql`id, scheduled_at`,
    matching: sql`status = 'PLANNED' AND scheduled_at > ${now} AND scheduled_at <= ${hourAhead}`,
    order: sql`scheduled_at`,
    index: "jobs_planned",
    limit: MAX_COMING,
  });
  const oldestOf = (index: string, matching: SQL) =>
    sql`SELECT * FROM (${scanned(scope, {
      columns: sql`id, project_id AS projectId, scheduled_at AS scheduledAt`,
      matching,
      order: sql`scheduled_at`,
      index,
      limit: 1,
    })})`;
  const lengths = sql`(SELECT json_group_array(took) FROM (SELECT status, status_changed_at - started_at AS took
      FROM jobs INDEXED BY jobs_by_schedule WHERE schedule_id = job.schedule_id AND scheduled_at <= ${now}
      ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_RUNS})
    WHERE status = 'COMPLETED' AND took IS NOT NULL)`;
  return [
    db.read<RunningRow>(sql`
      SELECT ${LISTED}, job.started_at AS startedAt, job.status_changed_at AS statusChangedAt,
        found.is_doubtful AS isDoubtful, h.acknowledged_until AS until, h.acknowledged_by AS by, ${lengths} AS lengths
      FROM (SELECT * FROM (${running}) ORDER BY is_doubtful DESC, status_changed_at LIMIT ${runs}) found
      CROSS JOIN jobs job ON job.id = found.id ${NAMES}`),
    db.read<ComingRow>(sql`
      SELECT ${LISTED} FROM (${coming}) found CROSS JOIN jobs job ON job.id = found.id ${NAMES}`),
    db.read<OldestRow>(sql`
      SELECT * FROM (${oldestOf("jobs_not_run", sql`status = 'NOT_RUN'`)} UNION ALL
        ${oldestOf("jobs_planned", sql`status = 'PLANNED' AND scheduled_at <= ${now}`)}) ORDER BY scheduledAt LIMIT 1`),
  ] as const;
};
