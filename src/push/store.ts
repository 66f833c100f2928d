import { and, eq, isNull, lte, type SQL, sql } from "drizzle-orm";
import { useNoted } from "../access/token-store.ts";
import type { Database } from "../database/database.ts";
import { hosts } from "../database/schema.ts";

/** When, and in which window; epoch milliseconds. */
export interface Moment {
  now: number;
  windowStartAt: number;
}

/** A window that has no ping yet gets one of `at`; `before` is what is known of the one before. */
const pinged = ({ now, windowStartAt }: Moment, before: SQL<number | null>) => {
  const isNew = sql`(${hosts.lastPingAt} IS NULL OR ${hosts.lastPingAt} < ${windowStartAt})`;
  return {
    previousPingAt: sql<number | null>`CASE WHEN ${isNew} THEN ${before} ELSE ${hosts.previousPingAt} END`,
    lastPingAt: sql<number | null>`CASE WHEN ${isNew} THEN ${now} ELSE ${hosts.lastPingAt} END`,
  };
};

/**
 * Records that a host connects, which counts as the ping of its window. Gives its guid and the highest id that a host
 * has, by which a fleet's return is spread; undefined where the host is gone.
 */
export const recordConnection = async (db: Database, id: number, moment: Moment, tokenId: number) => {
  const there = and(eq(hosts.id, id), isNull(hosts.retiredAt));
  const [, rows] = await db.batch([
    db.build
      .update(hosts)
      .set({ ...pinged(moment, sql<number | null>`${hosts.lastPingAt}`), connectedAt: moment.now })
      .where(there),
    db.build
      .select({ guid: hosts.guid, fleet: sql<number>`(SELECT MAX(id) FROM hosts)`.as("fleet") })
      .from(hosts)
      .where(there),
    ...(tokenId === 0 ? [] : [useNoted(db, tokenId, { now: moment.now, before: moment.windowStartAt - 1 })]),
  ]);
  return rows[0];
};

/** Records that a host has no socket since `now`, unless it connected again. Until then it was there, so in the window before too where it was connected then. */
export const recordDisconnection = async (db: Database, id: number, moment: Moment): Promise<void> => {
  const { now, windowStartAt } = moment;
  const before = sql<number | null>`CASE WHEN ${hosts.connectedAt} < ${windowStartAt}
    THEN ${windowStartAt - 1} ELSE ${hosts.lastPingAt} END`;
  await db.batch([
    db.build
      .update(hosts)
      .set({ ...pinged(moment, before), connectedAt: null })
      .where(and(eq(hosts.id, id), lte(hosts.connectedAt, now))),
  ]);
};
