import { and, eq, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import { jobHistory, jobs, projects, testRuns } from "../database/schema.ts";
import { REPORTED_JOB } from "../jobs/status.ts";
import { viewOf } from "../jobs/store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";

/** The newest run of a project whose materials contain one of `values` in a field. */
const newestRun = (
  projectId: number,
  field: "test_run_id" | "automation_content",
  values: readonly unknown[],
) =>
  sql`(SELECT MAX(run.id) FROM agents a CROSS JOIN jobs run ON run.host_id = a.host_id AND run.agent_id = a.id
    WHERE a.project_id = ${projectId} AND run.status = 'RUNNING' AND run.project_id = ${projectId}
    AND EXISTS (SELECT 1 FROM snapshots s CROSS JOIN json_each(s.materials) material
      WHERE s.id = run.snapshot_id AND material.value ->> ${field} IN (SELECT value FROM json_each(${JSON.stringify(values)}))))`;

/** Whether the project exists, its newest run of this test run, and the test run. */
export const readRunOf = async (db: Database, projectId: number, testRunId: number) => {
  const [project, job, testRun] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    viewOf(db).where(eq(jobs.id, newestRun(projectId, "test_run_id", [testRunId]))),
    db.build
      .select({ automationContent: testRuns.automationContent })
      .from(testRuns)
      .where(and(eq(testRuns.projectId, projectId), eq(testRuns.id, testRunId))),
  ]);
  return { exists: project.length > 0, job: job[0], testRun: testRun[0] };
};

/** The same for several tests, by their automation content. */
export const readRunOfContents = async (db: Database, projectId: number, contents: readonly string[]) => {
  const [project, job] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    viewOf(db).where(eq(jobs.id, newestRun(projectId, "automation_content", contents))),
  ]);
  return { exists: project.length > 0, job: job[0] };
};

/**
 * The owners of jobs without a schedule: one hidden host for all, with a hidden agent, schedule and empty materials for
 * each project.
 */
const makeOwners = (db: Database, projectId: number, now: number) => {
  const key = `reported:${projectId}`;
  return [
    db.write(sql`INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, registered_at, retired_at, creation_key)
      VALUES ('reported', 'reported', 'reported', '-', '-', ${now}, ${now}, 'reported') ON CONFLICT DO NOTHING`),
    db.write(sql`INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, deleted_at, creation_key)
      SELECT h.id, p.id, 'reported', 'reported', 'reported', 'reported', 0, ${now}, ${key}
      FROM projects p CROSS JOIN hosts h ON h.guid = 'reported' WHERE p.id = ${projectId} ON CONFLICT DO NOTHING`),
    db.write(sql`INSERT INTO snapshots (materials, materials_bytes, creation_key) VALUES ('[]', 2, ${key})
      ON CONFLICT DO NOTHING`),
    db.write(sql`INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, time_zone, overlap, missed,
        missed_within_minutes, on_lost, max_attempts, planned_until, deleted_at, created_at, creation_key)
      SELECT ${projectId}, a.id, s.id, 'reported', 'UTC', 'allow', 'skip', 0, 'fail', 1, ${now}, ${now}, ${now}, ${key}
      FROM agents a CROSS JOIN snapshots s WHERE a.creation_key = ${key} AND s.creation_key = ${key}
      ON CONFLICT DO NOTHING`),
  ] as const;
};

/** Creates an ended job for results that nobody scheduled; no host receives it. Once per key. */
export const insertReported = async (
  db: Database,
  { projectId, status, startedAt }: { projectId: number; status: JobStatus; startedAt: number },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { now, creationKey } = creation;
  const key = `reported:${projectId}`;
  const mine = eq(jobs.creationKey, creationKey);
  const [, , , , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    ...makeOwners(db, projectId, now),
    db.write(sql`
      INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt,
        status_reason, started_at, status_changed_at, creation_key)
      SELECT s.project_id, a.host_id, a.id, s.id, s.snapshot_id, ${startedAt},
        (SELECT COALESCE(MAX(other.run_number), 0) + 1 FROM jobs other WHERE other.schedule_id = s.id
          AND other.scheduled_at = ${startedAt}),
        ${status}, 1, ${REPORTED_JOB}, ${startedAt}, ${now}, ${creationKey}
      FROM schedules s CROSS JOIN agents a ON a.id = s.agent_id
      WHERE s.creation_key = ${key} AND ${unclaimed(db, creation)} ON CONFLICT DO NOTHING`),
    db.write(sql`
      INSERT INTO job_history (job_id, at, attempt, from_status, to_status, by, reason)
      SELECT id, ${now}, 1, 'PLANNED', status, ${author.by}, ${REPORTED_JOB} FROM ${jobs}
      WHERE ${mine} AND NOT EXISTS (SELECT 1 FROM ${jobHistory} WHERE ${jobHistory.jobId} = ${jobs.id})`),
    recordMade(db, author, { name: "job", where: mine }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${jobs} WHERE ${mine})`),
    readClaim(db, creation),
    viewOf(db).where(madeBy(jobs.creationKey, creation)),
  ]);
  return { claim: claim[0], job: rows[0] };
};

/** A job by its id, with the columns that decide whether the caller may see it. */
export const readJobById = async (db: Database, id: number) => {
  const [rows] = await db.batch([
    db.build
      .select({ id: jobs.id, projectId: jobs.projectId, hostId: jobs.hostId, results: jobs.results })
      .from(jobs)
      .where(eq(jobs.id, id)),
  ]);
  return rows[0];
};
