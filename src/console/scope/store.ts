import { sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { inScope } from "../project-store.ts";

const MAX_SCANNED = 1000;
const MAX_SHOWN = 50;

/** The first projects that the actor may see whose name has this part, or that have this id. */
export const readProjectsNamed = async (db: Database, actor: Actor, search: string) => {
  const named = sql`instr(lower(name), lower(${search})) > 0 OR '#' || id = ${search} OR CAST(id AS TEXT) = ${search}`;
  const [rows] = await db.batch([
    db.read<{ id: number; name: string }>(sql`
      SELECT id, name FROM (SELECT * FROM projects ORDER BY id LIMIT ${MAX_SCANNED}) projects WHERE deleted_at IS NULL
        AND ${inScope(actor, "id")} AND (${search === "" ? sql`true` : named}) LIMIT ${MAX_SHOWN}`),
  ]);
  return rows;
};
