import { and, eq, isNotNull } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { projects } from "../database/schema.ts";

/** Whether a project was deleted. */
export const wasDeleted = async (db: Database, projectId: number): Promise<boolean> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: projects.id })
      .from(projects)
      .where(and(eq(projects.id, projectId), isNotNull(projects.deletedAt))),
  ]);
  return rows.length > 0;
};
