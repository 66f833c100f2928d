import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/permissions.ts";
import type { Database } from "../database/database.ts";

const MAX_PROJECTS = 200;

/** Condition: `column` is a project that the actor may see. */
export const inScope = ({ projectIds }: Actor, column: string): SQL =>
  projectIds === null
    ? sql`true`
    : sql`${sql.raw(column)} IN (SELECT value FROM json_each(${JSON.stringify(projectIds)}))`;

/** Statement: the projects that the actor may see, for a choice. */
export const visibleProjects = (db: Database, actor: Actor) =>
  db.read<{ id: number; name: string }>(
    sql`SELECT id, name FROM projects WHERE deleted_at IS NULL AND ${inScope(actor, "id")} ORDER BY id LIMIT ${MAX_PROJECTS}`,
  );
