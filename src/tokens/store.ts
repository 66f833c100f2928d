import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { tokens } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Scope } from "./access.ts";

export type TokenRow = typeof tokens.$inferSelect;

export const readTokenByDigest = async (db: Database, digest: string): Promise<TokenRow | undefined> => {
  const [rows] = await db.batch([db.build.select().from(tokens).where(eq(tokens.digest, digest))]);
  return rows[0];
};

export const insertToken = async (
  db: Database,
  token: { name: string; scope: Scope; digest: string; expiresAt: number | null },
  creation: Creation,
) => {
  const made = db.build.select().from(tokens).where(madeBy(tokens.creationKey, creation));
  const [, , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(tokens)
      .select(
        db.build
          .select({
            id: sql<number>`NULL`.as("id"),
            name: sql<string>`${token.name}`.as("name"),
            scope: sql<Scope>`${token.scope}`.as("scope"),
            digest: sql<string>`${token.digest}`.as("digest"),
            createdAt: sql<number>`${creation.now}`.as("created_at"),
            expiresAt: sql<number | null>`${token.expiresAt}`.as("expires_at"),
            revokedAt: sql<number | null>`NULL`.as("revoked_at"),
            creationKey: sql<string>`${creation.creationKey}`.as("creation_key"),
          })
          .from(sql`(SELECT 1)`)
          .where(unclaimed(db, creation)),
      )
      .onConflictDoNothing(),
    releaseKey(
      db,
      creation,
      sql`(SELECT 1 FROM ${tokens} WHERE ${eq(tokens.creationKey, creation.creationKey)})`,
    ),
    readClaim(db, creation),
    made,
  ]);
  return { claim: claim[0], token: rows[0] };
};

/** Revokes a token; one revoked before stays as it was. Gives the token, undefined where there is none. */
export const revokeToken = async (db: Database, id: number, now: number): Promise<TokenRow | undefined> => {
  const [, rows] = await db.batch([
    db.build
      .update(tokens)
      .set({ revokedAt: now })
      .where(and(eq(tokens.id, id), isNull(tokens.revokedAt))),
    db.build.select().from(tokens).where(eq(tokens.id, id)),
  ]);
  return rows[0];
};
