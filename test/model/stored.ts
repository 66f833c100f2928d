import { env } from "cloudflare:workers";
import { z } from "zod";

const flag = z.int().transform((one) => one === 1);

const job = z.object({
  id: z.int(),
  status: z.string(),
  attempt: z.int(),
  holder: z.string().nullable(),
  reason: z.string().nullable(),
  cancelRequestedAt: z.int().nullable(),
  dueAt: z.int(),
  hostId: z.int(),
  scheduleId: z.int(),
  overlap: z.string(),
  startedAt: z.int().nullable(),
  expiresAt: z.int().nullable(),
  /** It was planned by its schedule: not by run now, rerun or backfill. */
  planned: flag,
  requeues: flag,
  maxAttempts: z.int(),
  /** The number of its runs that began. */
  begun: z.int(),
  changedAt: z.int(),
  /** When its process was first in doubt, and how long it counts as running from then. */
  doubtedAt: z.int().nullable(),
  staleMinutes: z.int(),
  /** Its agent is active, its host not retired, and its schedule neither paused nor deleted. */
  handedOut: flag,
  /** Its schedule, its agent and its host are still there. */
  mayReturn: flag,
});
export type JobRow = z.output<typeof job>;

const row = z.object({
  id: z.int(),
  jobId: z.int(),
  at: z.int(),
  attempt: z.int(),
  from: z.string(),
  to: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
});
export type HistoryRow = z.output<typeof row>;

const schedule = z.object({
  id: z.int(),
  agentId: z.int(),
  hostId: z.int(),
  cron: z.string().nullable(),
  startAt: z.int().nullable(),
  endAt: z.int().nullable(),
  maxRuns: z.int().nullable(),
  runsPlanned: z.int(),
  missed: z.string(),
  paused: flag,
  pausedAt: z.int().nullable(),
  /** Its agent is there and active, on a host that is there. */
  served: flag,
  /** Its agent is there, on a host that is there. */
  resumable: flag,
});
export type ScheduleRow = z.output<typeof schedule>;

/** The rows in D1 of the hosts' jobs, and of their schedules that are not deleted. */
export interface Stored {
  jobs: JobRow[];
  schedules: ScheduleRow[];
  /** Only the rows after those read before. */
  rows: HistoryRow[];
  /** The host's own token is revoked. */
  revoked: boolean;
  /** All that a request may change, to be compared: of a host not when it was heard. */
  whole: string;
}

/** What to read: the jobs of these hosts (a JSON list) in a project, and the history after a row that was read before. */
interface Asked {
  hostIds: string;
  projectId: number;
  tokenId: number;
  seen: number;
}

export const readStored = async ({ hostIds, projectId, tokenId, seen }: Asked): Promise<Stored> => {
  const [jobs, rows, token, schedules, agents, hosts] = await env.DB.batch([
    env.DB.prepare(
      `SELECT j.id, j.status, j.attempt, j.holder, j.status_reason AS reason, j.scheduled_at AS dueAt,
           j.cancel_requested_at AS cancelRequestedAt, j.schedule_id AS scheduleId, j.host_id AS hostId, j.overlap,
           j.started_at AS startedAt, j.expires_at AS expiresAt, j.creation_key IS NULL AS planned,
           j.run_until AS runUntil, j.snapshot_id AS snapshotId, j.status_changed_at AS changedAt,
           j.doubted_at AS doubtedAt, s.stale_minutes AS staleMinutes,
           s.on_lost = 'requeue' AS requeues, s.max_attempts AS maxAttempts,
           (SELECT COUNT(*) FROM job_history b WHERE b.job_id = j.id AND b.to_status = 'RUNNING'
             AND b.from_status <> 'RUNNING') AS begun,
           a.active AND a.deleted_at IS NULL AND h.retired_at IS NULL AND s.paused_at IS NULL
             AND s.deleted_at IS NULL AS handedOut,
           a.deleted_at IS NULL AND h.retired_at IS NULL AND s.deleted_at IS NULL AS mayReturn
         FROM jobs j JOIN schedules s ON s.id = j.schedule_id JOIN agents a ON a.id = j.agent_id
           JOIN hosts h ON h.id = j.host_id
         WHERE j.host_id IN (SELECT value FROM json_each(?1)) AND j.project_id = ?2 ORDER BY j.id`,
    ).bind(hostIds, projectId),
    env.DB.prepare(
      `SELECT h.id, h.job_id AS jobId, h.at, h.attempt, h.from_status AS "from", h.to_status AS "to", h.by, h.reason
         FROM jobs j JOIN job_history h ON h.job_id = j.id
         WHERE j.host_id IN (SELECT value FROM json_each(?1)) AND j.project_id = ?2 AND h.id > ?3 ORDER BY h.id`,
    ).bind(hostIds, projectId, seen),
    env.DB.prepare("SELECT id FROM tokens WHERE id = ?1 AND revoked_at IS NOT NULL").bind(tokenId),
    env.DB.prepare(
      `SELECT s.id, s.agent_id AS agentId, a.host_id AS hostId, s.cron, s.start_at AS startAt, s.end_at AS endAt,
           s.max_runs AS maxRuns, s.runs_planned AS runsPlanned, s.missed, s.paused_at IS NOT NULL AS paused, s.paused_at AS pausedAt,
           s.planned_until AS plannedUntil, s.plan_due_at AS planDueAt, s.snapshot_id AS snapshotId, s.overlap,
           a.active AND a.deleted_at IS NULL AND h.retired_at IS NULL AS served,
           a.deleted_at IS NULL AND h.retired_at IS NULL AS resumable
         FROM agents a JOIN schedules s ON s.agent_id = a.id JOIN hosts h ON h.id = a.host_id
         WHERE a.host_id IN (SELECT value FROM json_each(?1)) AND s.deleted_at IS NULL ORDER BY s.id`,
    ).bind(hostIds),
    env.DB.prepare(
      "SELECT * FROM agents WHERE host_id IN (SELECT value FROM json_each(?1)) ORDER BY id",
    ).bind(hostIds),
    env.DB.prepare(
      `SELECT id, guid, name, retired_at, registered_at FROM hosts
         WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id`,
    ).bind(hostIds),
  ]);
  return {
    jobs: z.array(job).parse(jobs?.results),
    schedules: z.array(schedule).parse(schedules?.results),
    rows: z.array(row).parse(rows?.results),
    revoked: token?.results.length === 1,
    whole: JSON.stringify([jobs, schedules, agents, hosts].map((found) => found?.results)),
  };
};
