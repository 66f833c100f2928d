import { desc, gt, inArray, lt, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { tokens } from "../../database/schema.ts";

const PAGE = 25;
/** The maximum of tokens that one page scans for matches. */
const MAX_SCANNED = 1000;

export interface TokenFilter {
  /** A part of the name; an id is searched among names too. */
  search: string;
  id: number | undefined;
  order: "newest" | "oldest";
  /** The last token of the page before. */
  after: number | undefined;
}

/** A page of tokens by when they were made, and its last row, in one round trip. */
export const readTokenList = async (db: Database, { search, id, order, after }: TokenFilter) => {
  const isNewest = order === "newest";
  const behind = isNewest ? lt(tokens.id, after ?? Number.MAX_SAFE_INTEGER) : gt(tokens.id, after ?? 0);
  const direction = isNewest ? sql`DESC` : sql`ASC`;
  const scanned = sql`SELECT id, name FROM ${tokens} WHERE ${behind} ORDER BY ${tokens.id} ${direction}`;
  // Only the first page has the token of the searched id.
  const ofId = after === undefined ? (id ?? 0) : 0;
  const matching = sql`(SELECT id FROM ${tokens} WHERE id = ${ofId}
    UNION ALL SELECT id FROM (${scanned} LIMIT ${MAX_SCANNED}) WHERE instr(lower(name), lower(${search})) > 0
    AND id <> ${ofId} LIMIT ${PAGE + 1})`;
  const [rows, last] = await db.batch([
    db.build
      .select()
      .from(tokens)
      .where(search === "" ? behind : inArray(tokens.id, matching))
      .orderBy(isNewest ? desc(tokens.id) : tokens.id)
      .limit(PAGE + 1),
    db.read<{ id: number }>(
      sql`SELECT id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1}) WHERE ${search !== ""}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  return { rows: shown, next: rows.length > PAGE ? shown.at(-1)?.id : last[0]?.id };
};
