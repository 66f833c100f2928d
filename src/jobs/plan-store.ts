import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { agents, hosts, jobs, schedules } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { ENDED, type JobStatus } from "./status.ts";
import { statusIn, viewOf } from "./store.ts";

/** What no new job has yet; the columns in the schema's order, as INSERT ... SELECT takes them. */
const NEW_JOB = {
  statusReason: sql<string | null>`NULL`.as("status_reason"),
  runUntil: sql<number | null>`NULL`.as("run_until"),
  cancelRequestedAt: sql<number | null>`NULL`.as("cancel_requested_at"),
  repeatsJobId: sql<number | null>`NULL`.as("repeats_job_id"),
  creationKey: sql<string | null>`NULL`.as("creation_key"),
};

/** Statement: the job of each single-run schedule that `where` picks, once, however often it runs. */
export const planSingleRuns = (db: Database, where: SQL, now: number) =>
  db.build
    .insert(jobs)
    .select(
      db.build
        .select({
          id: sql<number>`NULL`.as("id"),
          projectId: schedules.projectId,
          hostId: agents.hostId,
          agentId: schedules.agentId,
          scheduleId: sql<number>`${schedules.id}`.as("schedule_id"),
          scheduledAt: schedules.startAt,
          runNumber: sql<number>`1`.as("run_number"),
          status: sql<JobStatus>`'PLANNED'`.as("status"),
          attempt: sql<number>`1`.as("attempt"),
          holder: sql<string | null>`NULL`.as("holder"),
          statusChangedAt: sql<number>`${now}`.as("status_changed_at"),
          ...NEW_JOB,
        })
        .from(schedules)
        .innerJoin(agents, eq(agents.id, schedules.agentId))
        .where(where),
    )
    .onConflictDoNothing();

/** Makes a job that runs an ended one again, now: of the same schedule and materials, all or nothing. */
export const insertRepeat = async (
  db: Database,
  projectId: number,
  jobId: number,
  scheduledAt: number,
  creation: Creation,
) => {
  const latest = sql<number>`(SELECT COALESCE(MAX(other.run_number), 0) + 1 FROM jobs other
    WHERE other.schedule_id = ${jobs.scheduleId} AND other.scheduled_at = ${scheduledAt})`;
  const mine = sql`(SELECT 1 FROM ${jobs} WHERE ${eq(jobs.creationKey, creation.creationKey)})`;
  const [, , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(jobs)
      .select(
        db.build
          .select({
            id: sql<number>`NULL`.as("id"),
            projectId: jobs.projectId,
            hostId: jobs.hostId,
            agentId: jobs.agentId,
            scheduleId: jobs.scheduleId,
            scheduledAt: sql<number>`${scheduledAt}`.as("scheduled_at"),
            runNumber: latest.as("run_number"),
            status: sql<JobStatus>`'PLANNED'`.as("status"),
            attempt: sql<number>`1`.as("attempt"),
            holder: sql<string | null>`NULL`.as("holder"),
            statusChangedAt: sql<number>`${creation.now}`.as("status_changed_at"),
            ...NEW_JOB,
            repeatsJobId: sql<number | null>`${jobs.id}`.as("repeats_job_id"),
            creationKey: sql<string | null>`${creation.creationKey}`.as("creation_key"),
          })
          .from(jobs)
          .innerJoin(agents, eq(agents.id, jobs.agentId))
          .innerJoin(hosts, eq(hosts.id, jobs.hostId))
          .where(
            and(
              eq(jobs.id, jobId),
              eq(jobs.projectId, projectId),
              statusIn(ENDED),
              eq(agents.active, true),
              isNull(agents.deletedAt),
              isNull(hosts.retiredAt),
              unclaimed(db, creation),
            ),
          ),
      )
      .onConflictDoNothing(),
    releaseKey(db, creation, mine),
    readClaim(db, creation),
    viewOf(db).where(madeBy(jobs.creationKey, creation)),
  ]);
  return { claim: claim[0], job: rows[0] };
};
