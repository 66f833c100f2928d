import { and, eq, gt, sql } from "drizzle-orm";
import type { ProjectRow } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordMade } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import { projects } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";

/** Makes a project under `id`, or under a new id where none is given; one that is there already stays as it is. */
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
/** A page of the projects by id; only of `among` where it is given. */
export const readProjects = async (
  db: Database,
  among: readonly number[] | null,
  { after, limit }: Page,
): Promise<ProjectRow[]> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(projects)
      .where(and(gt(projects.id, after), among === null ? undefined : isOneOf(projects.id, among)))
      .orderBy(projects.id)
      .limit(limit + 1),
  ]);
  return rows;
};
