import { and, eq, getTableColumns, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { tokens } from "../database/schema.ts";

export type TokenRow = typeof tokens.$inferSelect;

/** The token of a secret. `replacedAt`: until when an earlier secret is valid; null for the current one. */
export const readTokenByDigest = async (
  db: Database,
  digest: string,
): Promise<(TokenRow & { replacedAt: number | null }) | undefined> => {
  const former = (column: SQL) =>
    sql`(SELECT ${column} FROM former_secrets former WHERE former.digest = ${digest})`;
  const [rows] = await db.batch([
    db.build
      .select({
        ...getTableColumns(tokens),
        replacedAt: sql<number | null>`${former(sql`former.good_until`)}`.as("replaced_at"),
      })
      .from(tokens)
      .where(or(eq(tokens.digest, digest), sql`${tokens.id} = ${former(sql`former.token_id`)}`)),
  ]);
  return rows[0];
};

/** Records the use of a token, unless a use after `before` is recorded. */
export const noteUse = async (
  db: Database,
  id: number,
  { now, before }: { now: number; before: number },
): Promise<void> => {
  await db.batch([useNoted(db, id, { now, before })]);
};

/** Statement: the same, for a larger batch. */
export const useNoted = (db: Database, id: number, { now, before }: { now: number; before: number }) =>
  db.build
    .update(tokens)
    .set({ lastUsedAt: now })
    .where(and(eq(tokens.id, id), or(isNull(tokens.lastUsedAt), lte(tokens.lastUsedAt, before))));
