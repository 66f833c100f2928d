import { sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { visibleProjects } from "../project-store.ts";

/** The projects that a filter may name, and the name of the token that it names; one round trip. */
export const readFilterNames = async (
  db: Database,
  actor: Actor,
  { token, project }: { token: number; project: number },
) => {
  const [projects, tokens, ofId] = await db.batch([
    visibleProjects(db, actor),
    db.read<{ name: string }>(sql`SELECT name FROM tokens WHERE id = ${token}`),
    db.read<{ name: string }>(sql`SELECT name FROM projects WHERE id = ${project}`),
  ]);
  return { projects, token: tokens[0]?.name, project: ofId[0]?.name };
};
