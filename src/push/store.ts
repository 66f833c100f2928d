import { and, eq, isNull, lte, type SQL, sql } from "drizzle-orm";
import { useNoted } from "../access/token-store.ts";
import type { Database } from "../database/database.ts";
import { hosts } from "../database/schema.ts";

/** A time and the start of its window; epoch milliseconds. */
export interface Moment {
  now: number;
  windowStartAt: number;
}

/** Counts as the ping of a window without one. `before`: the last ping known of the window before. */
const pinged = ({ now, windowStartAt }: Moment, before: SQL<number | null>) => {
  const isNew = sql`(${hosts.lastPingAt} IS NULL OR ${hosts.lastPingAt} < ${windowStartAt})`;
  return {
    previousPingAt: sql<number | null>`CASE WHEN ${isNew} THEN ${before} ELSE ${hosts.previousPingAt} END`,
    lastPingAt: sql<number | null>`CASE WHEN ${isNew} THEN ${now} ELSE ${hosts.lastPingAt} END`,
  };
};

/**
 * Records that a host connects, which counts as the ping of its window. Returns the host's guid and the
 * highest id of any host, which spreads a fleet's reconnects; undefined if the host was retired.
 */
export const recordConnection = async (
  db: Database,
  { id, tokenId }: { id: number; tokenId: number },
  moment: Moment,
) => {
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

/**
 * Records that a host has no socket since `now`, unless it has connected again. Until then it was online; if
 * it was connected in the window before, also then.
 */
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
