import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts, projects } from "../database/schema.ts";
import type { Actor } from "./permissions.ts";

/** The limits that decide which hosts a token may access. */
export type Knower = Pick<Actor, "tokenId" | "projectIds" | "hostId">;

/**
 * The hosts that a token may access: its own host; with a limit to projects, those that it registered or that
 * have an agent in these projects.
 */
export const knownTo = ({ tokenId, projectIds, hostId }: Knower): SQL | undefined => {
  if (hostId !== null) return eq(hosts.id, hostId);
  if (projectIds === null) return undefined;
  return sql`(${hosts.registeredBy} = ${tokenId} OR EXISTS (SELECT 1 FROM ${agents}
    WHERE ${agents.hostId} = ${hosts.id} AND ${agents.deletedAt} IS NULL
    AND ${isOneOf(agents.projectId, projectIds)}))`;
};

export type HostRow = typeof hosts.$inferSelect;

/** Whether a token that is limited to projects may access a host. */
export const readKnownHost = async (
  db: Database,
  id: number,
  { tokenId, projectIds }: Pick<Knower, "tokenId" | "projectIds">,
): Promise<boolean> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(eq(hosts.id, id), knownTo({ tokenId, projectIds, hostId: null }))),
  ]);
  return rows.length > 0;
};

export const readHost = async (db: Database, id: number): Promise<HostRow | undefined> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(hosts)
      .where(and(eq(hosts.id, id), isNull(hosts.retiredAt))),
  ]);
  return rows[0];
};

/** The condition that a project exists. */
export const isProject = (id: number): SQL | undefined =>
  and(eq(projects.id, id), isNull(projects.deletedAt));

export const readProject = async (db: Database, id: number): Promise<ProjectRow | undefined> => {
  const [rows] = await db.batch([db.build.select().from(projects).where(isProject(id))]);
  return rows[0];
};

export type ProjectRow = typeof projects.$inferSelect;
