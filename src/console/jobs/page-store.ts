import { eq, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { jobHistory, snapshots } from "../../database/schema.ts";
import { jobAhead, needsAttention, runAhead } from "../../jobs/store.ts";
import { readsBeside } from "./run-store.ts";
import type { ListedJob } from "./store.ts";

const MAX_MATERIALS = 200;
const MAX_HISTORY = 200;

export interface JobPageRow extends ListedJob {
  clientNumber: string;
  cancelRequestedAt: number | null;
  runUntil: number | null;
  expiresAt: number | null;
  repeatsJobId: number | null;
  agentActive: number;
  /** When its schedule was paused; null if it is not. */
  pausedAt: number | null;
  /** The running job and the earlier waiting job of its schedule that it must wait for, if overlap is not allowed. */
  runAhead: number | null;
  jobAhead: number | null;
  testRuns: number;
  /** The result counts as JSON and their attempt; null without a report. */
  results: string | null;
  resultsAttempt: number | null;
  /** All its test runs as JSON if some are missing in the reports. */
  dueTestRuns: string | null;
  /** 1 if a request made it, and not its schedule's plan. */
  isAdded: number;
  /** The parameters of its run as JSON; null: none. */
  parameters: string | null;
  commitSha: string | null;
  /** The trace that its run belongs to as JSON; null: none. */
  traceContext: string | null;
  /** As the last report of the run's end said. */
  exitCode: number | null;
  runUrl: string | null;
}

/** Everything on a job's page, in one round trip. */
export const readJobPage = async (
  db: Database,
  { projectId, jobId, now }: { projectId: number; jobId: number; now: number },
) => {
  const [rows, history, materials, runs, before, after, passed, reruns, maker] = await db.batch([
    db.read<JobPageRow>(sql`
      SELECT jobs.id, jobs.project_id AS projectId, p.name AS projectName, jobs.status,
        jobs.scheduled_at AS scheduledAt, jobs.started_at AS startedAt, jobs.offered_at AS offeredAt, jobs.begun_at AS begunAt, jobs.status_changed_at AS statusChangedAt,
        jobs.status_reason AS statusReason, jobs.attempt, jobs.host_id AS hostId, hosts.name AS hostName,
        a.name AS agentName, iif(a.deleted_at IS NULL, a.id, NULL) AS agentId, a.client_number AS clientNumber, a.active AS agentActive,
        jobs.schedule_id AS scheduleId, s.schedule_name AS scheduleName, jobs.scheduled_at AS place,
        jobs.cancel_requested_at AS cancelRequestedAt, jobs.run_until AS runUntil, jobs.expires_at AS expiresAt,
        jobs.repeats_job_id AS repeatsJobId, ${needsAttention} AS needsAttention,
        s.paused_at AS pausedAt, ${runAhead(now)} AS runAhead, ${jobAhead(now)} AS jobAhead,
        json_array_length(snapshots.materials) AS testRuns,
        iif(jobs.results ->> 'missing' > 0, snapshots.materials, NULL) AS dueTestRuns,
        jobs.results, jobs.results_attempt AS resultsAttempt, jobs.parameters,
        jobs.commit_sha AS commitSha, jobs.trace_context AS traceContext, jobs.exit_code AS exitCode,
        jobs.run_url AS runUrl, (jobs.creation_key IS NOT NULL) AS isAdded
      FROM jobs CROSS JOIN projects p ON p.id = jobs.project_id CROSS JOIN hosts ON hosts.id = jobs.host_id
      CROSS JOIN agents a ON a.id = jobs.agent_id CROSS JOIN schedules s ON s.id = jobs.schedule_id
      CROSS JOIN snapshots ON snapshots.id = jobs.snapshot_id
      WHERE jobs.id = ${jobId} AND jobs.project_id = ${projectId}`),
    db.build
      .select()
      .from(jobHistory)
      .where(eq(jobHistory.jobId, jobId))
      .orderBy(jobHistory.id)
      .limit(MAX_HISTORY),
    db.read<{ name: string; content: string; id: number }>(sql`
      SELECT material.value ->> 'test_run_id' AS id, material.value ->> 'test_case_name' AS name,
        material.value ->> 'automation_content' AS content
      FROM ${snapshots}, json_each(${snapshots.materials}) material
      WHERE ${snapshots.id} = (SELECT snapshot_id FROM jobs WHERE id = ${jobId} AND project_id = ${projectId})
      LIMIT ${MAX_MATERIALS}`),
    ...readsBeside(db, { projectId, jobId, now }),
  ]);
  return {
    ...{ job: rows[0], history, materials, runs, reruns },
    ...{ before: before[0], after: after[0], passed: passed[0], maker: maker[0] },
  };
};
