import { and, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { tokens } from "../../database/schema.ts";

const PAGE = 30;
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
  const behind = after === undefined ? sql`true` : isNewest ? lt(tokens.id, after) : gt(tokens.id, after);
  const direction = isNewest ? sql`DESC` : sql`ASC`;
  const scanned = sql`SELECT id, name FROM ${tokens} WHERE ${behind} ORDER BY ${tokens.id} ${direction} LIMIT ${MAX_SCANNED}`;
  const named = inArray(
    tokens.id,
    sql`(SELECT id FROM (${scanned}) WHERE instr(lower(name), lower(${search})) > 0 LIMIT ${PAGE + 1})`,
  );
  const matching = id === undefined ? named : or(named, after === undefined ? eq(tokens.id, id) : undefined);
  const [rows, last] = await db.batch([
    db.build
      .select()
      .from(tokens)
      .where(search === "" ? behind : and(matching))
      .orderBy(isNewest ? sql`${tokens.id} DESC` : tokens.id)
      .limit(PAGE + 1),
    db.read<{ id: number }>(
      sql`SELECT id FROM (${scanned}) LIMIT 1 OFFSET ${search === "" ? MAX_SCANNED : MAX_SCANNED - 1}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  return { rows: shown, next: rows.length > PAGE ? shown.at(-1)?.id : last[0]?.id };
};
