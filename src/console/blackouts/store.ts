import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";

/** How many spans of a blackout the list shows. */
const MAX_SHOWN = 3;

interface ListedBlackout {
  id: number;
  name: string;
  createdAt: number;
  createdBy: string;
  /** How many of its spans are still to come, or going on. */
  ahead: number;
  /** JSON: the first of those. */
  next: string;
}

/** A project's name and blackouts, those that come first in front; one round trip. */
export const readBlackoutPage = async (db: Database, projectId: number, now: number) => {
  const [project, rows] = await db.batch([
    db.read<{ name: string }>(sql`SELECT name FROM projects WHERE id = ${projectId} AND deleted_at IS NULL`),
    db.read<ListedBlackout>(sql`
      SELECT id, name, created_at AS createdAt, created_by AS createdBy,
        (SELECT COUNT(*) FROM json_each(spans) WHERE value ->> 'until' > ${now}) AS ahead,
        (SELECT json_group_array(json(value)) FROM (SELECT value FROM json_each(spans)
          WHERE value ->> 'until' > ${now} LIMIT ${MAX_SHOWN})) AS next
      FROM blackouts INDEXED BY blackouts_by_project WHERE project_id = ${projectId} AND deleted_at IS NULL
      ORDER BY id DESC`),
  ]);
  return { projectName: project[0]?.name, rows };
};
