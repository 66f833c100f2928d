import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Bound } from "../../database/prepared.ts";
import { inScope } from "../project-store.ts";

/** The times that the statements compare with; epoch milliseconds. */
type Times = Record<"now" | "dayAgo" | "weekAgo" | "hourAhead" | "heardAfter" | "chartFrom", Bound<number>>;

/** Who looks, and when. */
export interface Scope {
  actor: Actor;
  times: Times;
}

/** The maximum of rows looked through for a token with limits. */
export const MAX_SCANNED = 3000;

interface Scanned {
  columns: SQL;
  /** In the words of a partial index. */
  matching: SQL;
  order?: SQL;
  index?: string;
  limit: number;
}

/** The first `limit` matching jobs that the actor may see. For a token with limits, of the first `MAX_SCANNED`. */
export const scanned = ({ actor }: Scope, { columns, matching, order, index, limit }: Scanned): SQL => {
  const ordered = order === undefined ? sql`` : sql`ORDER BY ${order}`;
  const jobs = index === undefined ? sql`jobs` : sql`jobs INDEXED BY ${sql.raw(index)}`;
  if (actor.projectIds === null)
    return sql`SELECT ${columns} FROM ${jobs} WHERE ${matching} ${ordered} LIMIT ${limit}`;
  return sql`SELECT ${columns} FROM (SELECT * FROM ${jobs} WHERE ${matching} ${ordered} LIMIT ${MAX_SCANNED}) jobs
    WHERE ${inScope(actor, "project_id")} LIMIT ${limit}`;
};
