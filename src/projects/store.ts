import { and, eq, gt, isNotNull, isNull, notExists, sql } from "drizzle-orm";
import { isProject, type ProjectRow } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import {
  agents,
  alarms,
  blackouts,
  jobHistory,
  jobs,
  outcomes,
  projects,
  schedules,
  testRuns,
  webhooks,
} from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";

/** Creates a project under `id`, or under a new id if undefined. An existing one is unchanged. */
export const insertProject = async (
  db: Database,
  { id, name }: { id: number | undefined; name: string },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const made = id === undefined ? madeBy(projects.creationKey, creation) : eq(projects.id, id);
  const project = db.build.select().from(projects).where(made);
  const [, , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(projects)
      .select(
        db.build
          .select({
            id: sql<number>`${id ?? null}`.as("id"),
            name: sql<string>`${name}`.as("name"),
            createdAt: sql<number>`${creation.now}`.as("created_at"),
            deletedTestRunId: sql<number>`0`.as("deleted_test_run_id"),
            creationKey: sql<string>`${creation.creationKey}`.as("creation_key"),
            deletedAt: sql<number | null>`NULL`.as("deleted_at"),
            removedAt: sql<number | null>`NULL`.as("removed_at"),
            sweepAt: sql<number>`${creation.now}`.as("sweep_at"),
          })
          .from(sql`(SELECT 1)`)
          .where(unclaimed(db, creation)),
      )
      .onConflictDoNothing(),
    recordMade(db, author, { name: "project", where: eq(projects.creationKey, creation.creationKey) }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${projects} WHERE ${and(made, eq(projects.name, name))})`),
    readClaim(db, creation),
    project,
  ]);
  return { claim: claim[0], project: rows[0] };
};
/** A page of projects by id, only those in `among` if given. */
export const readProjects = async (
  db: Database,
  among: readonly number[] | null,
  { after, limit }: Page,
): Promise<ProjectRow[]> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(projects)
      .where(
        and(
          gt(projects.id, after),
          isNull(projects.deletedAt),
          among === null ? undefined : isOneOf(projects.id, among),
        ),
      )
      .orderBy(projects.id)
      .limit(limit + 1),
  ]);
  return rows;
};

/** Renames a project. Returns its row afterwards. */
export const renameProject = async (
  db: Database,
  id: number,
  { name, author }: { name: string; author: Author },
): Promise<ProjectRow | undefined> => {
  const living = isProject(id);
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "project", changes: { name }, where: living }),
    db.build.update(projects).set({ name }).where(living),
    db.build.select().from(projects).where(living),
  ]);
  return rows[0];
};

/** What prevents a project's deletion: the number of each. */
export interface InUse {
  agents: number;
  schedules: number;
  jobs: number;
}

/** Deletes a project without agents, schedules and unended jobs. Returns its row afterwards and those numbers. */
export const deleteProject = async (db: Database, id: number, author: Author) => {
  const deleting = { deletedAt: author.now };
  const unended = sql`${jobs.status} IN ('PLANNED', 'NOT_RUN', 'RUNNING')`;
  const agentsOf = and(eq(agents.projectId, id), isNull(agents.deletedAt));
  const schedulesOf = and(eq(schedules.projectId, id), isNull(schedules.deletedAt));
  const jobsOf = sql`EXISTS (SELECT 1 FROM schedules s JOIN jobs ON jobs.schedule_id = s.id AND ${unended}
    WHERE s.project_id = ${id})`;
  const deletable = and(
    eq(projects.id, id),
    isNull(projects.deletedAt),
    notExists(db.build.select({ id: agents.id }).from(agents).where(agentsOf)),
    notExists(db.build.select({ id: schedules.id }).from(schedules).where(schedulesOf)),
    sql`NOT ${jobsOf}`,
  );
  const [, , rows, inUse] = await db.batch([
    recordChange(db, author, { name: "project", changes: deleting, where: deletable }),
    db.build.update(projects).set(deleting).where(deletable),
    db.build.select().from(projects).where(eq(projects.id, id)),
    db.read<InUse>(sql`SELECT (SELECT COUNT(*) FROM ${agents} WHERE ${agentsOf}) AS agents,
      (SELECT COUNT(*) FROM ${schedules} WHERE ${schedulesOf}) AS schedules, ${jobsOf} AS jobs`),
  ]);
  return { project: rows[0], inUse: inUse[0] };
};

/** The maximum of rows of one kind removed in one batch. */
const MAX_ROWS_OF_A_KIND = 2500;

/** Up to `limit` deleted projects, oldest deletion first. */
export const readDeleted = async (db: Database, limit: number): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: projects.id })
      .from(projects)
      .where(sql`deleted_at IS NOT NULL AND removed_at IS NULL`)
      .orderBy(projects.deletedAt)
      .limit(limit),
  ]);
  return rows.map(({ id }) => id);
};

/** Removes rows of a deleted project, a limited number at once. Returns how many. */
export const removeRows = async (db: Database, id: number): Promise<number> => {
  const some = sql`(SELECT own.id FROM jobs own WHERE own.project_id = ${id} ORDER BY own.id LIMIT ${MAX_ROWS_OF_A_KIND})`;
  const results = await db.batch([
    db.build.delete(jobHistory).where(sql`${jobHistory.jobId} IN ${some}`),
    db.build.delete(jobs).where(sql`${jobs.id} IN ${some}`),
    db.build
      .delete(testRuns)
      .where(
        and(
          eq(testRuns.projectId, id),
          sql`${testRuns.id} IN (SELECT own.id FROM test_runs own WHERE own.project_id = ${id} LIMIT ${MAX_ROWS_OF_A_KIND})`,
        ),
      ),
    db.build
      .delete(schedules)
      .where(
        and(
          eq(schedules.projectId, id),
          notExists(db.build.select({ id: jobs.id }).from(jobs).where(eq(jobs.scheduleId, schedules.id))),
        ),
      ),
    db.build.delete(outcomes).where(eq(outcomes.projectId, id)),
    db.build.delete(blackouts).where(eq(blackouts.projectId, id)),
    db.build.delete(alarms).where(eq(alarms.projectId, id)),
    // What was sent to them goes first, by webhooks/prune-webhooks.ts.
    db.build
      .update(webhooks)
      .set({ deletedAt: sql`created_at` })
      .where(and(eq(webhooks.projectId, id), isNull(webhooks.deletedAt))),
  ]);
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
};

/** Marks a deleted project as removed: only its row and its agents' rows are left. */
export const markRemoved = async (db: Database, id: number, removedAt: number): Promise<void> => {
  await db.batch([
    db.build
      .update(projects)
      .set({ removedAt })
      .where(and(eq(projects.id, id), isNotNull(projects.deletedAt), isNull(projects.removedAt))),
  ]);
};
