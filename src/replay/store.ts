import { and, eq, inArray, lte, ne, notExists, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { replays } from "../database/schema.ts";
import { type Creation, REPLAY_MS } from "./replay.ts";

/** The digest of the client's key; without a key, a value that no row has. */
const scopeOf = ({ claim }: Creation): string => claim?.scopeDigest ?? "";

/** First statement of the guarded batch: claims the key for this request unless another request has it. */
export const claimKey = (db: Database, { creationKey, claim, now }: Creation) =>
  db.build
    .insert(replays)
    .select(
      db.build
        .select({
          scopeDigest: sql<string>`${claim?.scopeDigest ?? ""}`.as("scope_digest"),
          bodyDigest: sql<string>`${claim?.bodyDigest ?? ""}`.as("body_digest"),
          madeBy: sql<string>`${creationKey}`.as("made_by"),
          at: sql<number>`${now}`.as("at"),
        })
        .from(sql`(SELECT 1)`)
        .where(sql`${claim ? 1 : 0}`),
    )
    .onConflictDoUpdate({
      target: replays.scopeDigest,
      set: { bodyDigest: sql`excluded.body_digest`, madeBy: sql`excluded.made_by`, at: sql`excluded.at` },
      setWhere: lte(replays.at, now - REPLAY_MS),
    });

/** Condition: no other request has this key. */
export const unclaimed = (db: Database, creation: Creation): SQL =>
  notExists(
    db.build
      .select({ madeBy: replays.madeBy })
      .from(replays)
      .where(and(eq(replays.scopeDigest, scopeOf(creation)), ne(replays.madeBy, creation.creationKey))),
  );

/** The creation key of the request that claimed this key, or this request's own. */
export const madeKey = (creation: Creation): SQL => sql`COALESCE((SELECT ${replays.madeBy} FROM ${replays}
  WHERE ${replays.scopeDigest} = ${scopeOf(creation)}), ${creation.creationKey})`;

/** Condition: the row was created under this key, by any request. */
export const madeBy = (column: SQLiteColumn | SQL, creation: Creation): SQL =>
  sql`${column} = ${madeKey(creation)}`;

/** After the write: releases the key if nothing was created, so that a corrected request may use it. */
export const releaseKey = (db: Database, creation: Creation, made: SQL) =>
  db.build
    .delete(replays)
    .where(
      and(
        eq(replays.scopeDigest, scopeOf(creation)),
        eq(replays.madeBy, creation.creationKey),
        sql`NOT EXISTS ${made}`,
      ),
    );

/** Last statement of the batch: reads who has the key. */
export const readClaim = (db: Database, creation: Creation) =>
  db.build
    .select()
    .from(replays)
    .where(eq(replays.scopeDigest, scopeOf(creation)));

/** Statement: removes up to `limit` expired keys, oldest first. */
export const replaysPruned = (db: Database, now: number, limit: number) => {
  const old = db.build
    .select({ scopeDigest: replays.scopeDigest })
    .from(replays)
    .where(lte(replays.at, now - REPLAY_MS))
    .orderBy(replays.at)
    .limit(limit);
  return db.build.delete(replays).where(inArray(replays.scopeDigest, old));
};
