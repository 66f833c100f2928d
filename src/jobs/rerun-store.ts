import { and, eq, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { hosts, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { takersReady } from "./hand-out-store.ts";
import { COLUMNS, nextRun } from "./plan-store.ts";
import { ENDED } from "./status.ts";
import { statusIn, viewOf } from "./store.ts";

/** What may keep a job from running again: a paused or deleted schedule, or a retired host. */
export const readRerunObstacles = async (db: Database, jobId: number) => {
  const [rows] = await db.batch([
    db.build
      .select({
        pausedAt: schedules.pausedAt,
        deletedAt: schedules.deletedAt,
        retiredAt: hosts.retiredAt,
      })
      .from(jobs)
      .innerJoin(schedules, eq(schedules.id, jobs.scheduleId))
      .innerJoin(hosts, eq(hosts.id, jobs.hostId))
      .where(eq(jobs.id, jobId)),
  ]);
  return rows[0];
};

/** The time of a new run and its trace; its materials (JSON), parameters and commit, if they differ. */
export interface Repeat {
  scheduledAt: number;
  materials: string | null;
  parameters: string | null;
  commitSha: string | null;
  traceContext: string | null;
}

/** Creates a job of the same schedule that runs an ended job again, now. All or nothing; nothing if it could not be handed out. */
export const insertRepeat = async (
  { db }: Change,
  { projectId, jobId }: { projectId: number; jobId: number },
  {
    repeat: { scheduledAt, materials, parameters, commitSha, traceContext },
    author,
    creation,
  }: { repeat: Repeat; author: Author; creation: Creation },
) => {
  const mine = eq(jobs.creationKey, creation.creationKey);
  const repeatable = and(
    eq(jobs.id, jobId),
    eq(jobs.projectId, projectId),
    statusIn(ENDED),
    takersReady("jobs"),
    unclaimed(db, creation),
  );
  const [, , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.write(sql`
      INSERT INTO snapshots (materials, materials_bytes, creation_key)
      SELECT ${materials}, LENGTH(CAST(${materials} AS BLOB)), ${creation.creationKey} FROM ${jobs}
      WHERE ${materials} IS NOT NULL AND ${repeatable} ON CONFLICT DO NOTHING`),
    db.write(sql`
      INSERT INTO jobs (${COLUMNS}, repeats_job_id)
      SELECT ${jobs.projectId}, ${jobs.hostId}, ${jobs.agentId}, ${jobs.scheduleId},
        COALESCE((SELECT own.id FROM snapshots own WHERE own.creation_key = ${creation.creationKey}), ${jobs.snapshotId}),
        ${scheduledAt}, ${nextRun(sql`${jobs.scheduleId}`, sql`${scheduledAt}`)}, 'PLANNED', 1, 'allow', NULL,
        ${creation.now}, ${creation.creationKey}, COALESCE(${parameters}, ${jobs.parameters}),
        COALESCE(${commitSha}, ${jobs.commitSha}), ${traceContext}, ${jobs.id}
      FROM ${jobs} WHERE ${repeatable}
      ON CONFLICT DO NOTHING`),
    recordMade(db, author, { name: "job", where: mine }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${jobs} WHERE ${mine})`),
    readClaim(db, creation),
    viewOf(db).where(madeBy(jobs.creationKey, creation)),
  ]);
  return { claim: claim[0], job: rows[0] };
};
