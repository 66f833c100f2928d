import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";

/** How many runs of a schedule a job's page shows, and how many it looks through for one that passed. */
const MAX_RUNS = 20;
const MAX_LOOKED_AT = 200;
const MAX_RERUNS = 20;

/** A run of a job's schedule. */
export interface RunBeside {
  id: number;
  status: JobStatus;
  scheduledAt: number;
}

const RUN = sql`other.id, other.status, other.scheduled_at AS scheduledAt`;

/**
 * Statements: what stands beside a job on its page: the runs of its schedule, who made it, and what repeats it. A job
 * that was added by a request has the request's id before the colon of its creation key.
 */
export const readsBeside = (
  db: Database,
  { projectId, jobId, now }: { projectId: number; jobId: number; now: number },
) => {
  const job = sql`(SELECT * FROM jobs WHERE id = ${jobId} AND project_id = ${projectId}) this`;
  const beside = sql`${job} CROSS JOIN jobs other INDEXED BY jobs_by_schedule ON other.schedule_id = this.schedule_id`;
  const near = (compared: "<" | ">", direction: "DESC" | "ASC") =>
    db.read<RunBeside>(sql`
      SELECT ${RUN} FROM ${beside}
      WHERE (other.scheduled_at, other.run_number) ${sql.raw(compared)} (this.scheduled_at, this.run_number)
      ORDER BY other.scheduled_at ${sql.raw(direction)}, other.run_number ${sql.raw(direction)} LIMIT 1`);
  const due = sql`SELECT ${RUN}, other.status_changed_at AS endedAt FROM ${beside} WHERE other.scheduled_at <= ${now}
    ORDER BY other.scheduled_at DESC, other.run_number DESC`;
  return [
    db.read<RunBeside>(sql`SELECT id, status, scheduledAt FROM (${due} LIMIT ${MAX_RUNS})`),
    near("<", "DESC"),
    near(">", "ASC"),
    db.read<{ id: number; endedAt: number }>(
      sql`SELECT id, endedAt FROM (${due} LIMIT ${MAX_LOOKED_AT}) WHERE status = 'COMPLETED' LIMIT 1`,
    ),
    db.read<{ id: number; status: JobStatus }>(sql`
      SELECT id, status FROM jobs WHERE repeats_job_id = ${jobId} AND project_id = ${projectId}
      ORDER BY id DESC LIMIT ${MAX_RERUNS}`),
    db.read<{ action: string; by: string }>(sql`
      SELECT action, by FROM audit INDEXED BY audit_by_request
      WHERE request_id = (SELECT substr(creation_key, 1, instr(creation_key || ':', ':') - 1) FROM ${job})
        AND object_kind IN ('schedule', 'job') AND project_id = ${projectId} LIMIT 1`),
  ] as const;
};
