import { and, eq, inArray, lte, ne, notExists, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { replays } from "../database/schema.ts";
import { type Creation, REPLAY_MS } from "./replay.ts";

/** The digest to look for; one that no row has where the client sent no key. */
const scopeOf = ({ claim }: Creation): string => claim?.scopeDigest ?? "";

/** First in the batch of the write that it guards: claims the key for this request, unless another has it. */
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

/** The condition under which the batch may make its rows: no other request has this key. */
export const unclaimed = (db: Database, creation: Creation): SQL =>
  notExists(
    db.build
      .select({ madeBy: replays.madeBy })
      .from(replays)
      .where(and(eq(replays.scopeDigest, scopeOf(creation)), ne(replays.madeBy, creation.creationKey))),
  );

/** The creation key of what this request's key made, by whichever request. */
export const madeKey = (creation: Creation): SQL => sql`COALESCE((SELECT ${replays.madeBy} FROM ${replays}
  WHERE ${replays.scopeDigest} = ${scopeOf(creation)}), ${creation.creationKey})`;

/** The rows that this key made, by whichever request. */
export const madeBy = (column: SQLiteColumn | SQL, creation: Creation): SQL =>
  sql`${column} = ${madeKey(creation)}`;

/** After the write: gives the key up again where nothing was made, so that a corrected repeat may try. */
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

/** Last in the batch: who has the key. */
export const readClaim = (db: Database, creation: Creation) =>
  db.build
    .select()
    .from(replays)
    .where(eq(replays.scopeDigest, scopeOf(creation)));

/** Statement: removes at most `most` keys that another request may have from `now` on, oldest first. */
export const replaysPruned = (db: Database, now: number, most: number) => {
  const old = db.build
    .select({ scopeDigest: replays.scopeDigest })
    .from(replays)
    .where(lte(replays.at, now - REPLAY_MS))
    .orderBy(replays.at)
    .limit(most);
  return db.build.delete(replays).where(inArray(replays.scopeDigest, old));
};
