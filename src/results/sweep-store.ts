import { gt, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { projects, site } from "../database/schema.ts";

/** The next projects in rotation by id, up to `limit`; after the last one it starts again. */
export const nextProjects = async (db: Database, limit: number): Promise<number[]> => {
  const swept = sql`COALESCE((SELECT ${site.sweptProjectId} FROM ${site} WHERE ${site.id} = 1), 0)`;
  const next = db.build
    .select({ id: projects.id })
    .from(projects)
    .where(gt(projects.id, swept))
    .orderBy(projects.id)
    .limit(limit);
  const last = sql`(SELECT MAX(id) FROM (${next}) HAVING COUNT(*) = ${limit})`;
  const [rows] = await db.batch([
    next,
    db.write(sql`UPDATE site SET swept_project_id = COALESCE(${last}, 0)
      WHERE id = 1 AND swept_project_id <> COALESCE(${last}, 0)`),
  ]);
  return rows.map(({ id }) => id);
};
