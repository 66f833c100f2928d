import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { hosts } from "../../database/schema.ts";

/** The names of these hosts, retired ones too. */
export const readHostNames = async (
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  if (ids.length === 0) return new Map();
  const [rows] = await db.batch([
    db.build
      .select({ id: hosts.id, name: hosts.name })
      .from(hosts)
      .where(sql`${hosts.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`),
  ]);
  return new Map(rows.map(({ id, name }) => [id, name]));
};
