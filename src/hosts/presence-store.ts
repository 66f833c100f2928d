import { and, eq, gt, gte, isNotNull, isNull, lt, notExists, or, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import type { Presence } from "../database/enums.ts";
import { hosts, presenceHistory, site } from "../database/schema.ts";

/** The most hosts that one statement of the presence check may move. */
const PRESENCE_BATCH = 1250;

/**
 * One batch of the presence check at `tickAt`, the end of the window that is judged: moves the hosts that must
 * change, with a row of history each, and nothing where a newer check was begun. A host that pinged after `tickAt`
 * is judged by the ping before. Each statement reads, of the hosts of one presence, a range of last pings: one
 * that looked at both ranges would read all of them. Gives how many changed each way and whether more must.
 */
export const turnPresences = async (db: Database, tickAt: number, windowMs: number) => {
  const from = tickAt - windowMs;
  const since = gte(hosts.lastPingAt, from);
  const later = gte(hosts.lastPingAt, tickAt);
  const notNewer = notExists(db.build.select({ id: site.id }).from(site).where(gt(site.checkedAt, tickAt)));
  const turning = (presence: Presence, where: SQL | undefined) =>
    db.build
      .select({
        hostId: hosts.id,
        at: sql<number>`${tickAt}`.as("at"),
        presence: sql<Presence>`${presence}`.as("to"),
      })
      .from(hosts)
      .where(
        and(
          eq(hosts.presence, presence === "Online" ? "Offline" : "Online"),
          isNull(hosts.retiredAt),
          where,
          notNewer,
        ),
      )
      .orderBy(hosts.lastPingAt, hosts.id)
      .limit(PRESENCE_BATCH);
  const turn = (presence: Presence, where: SQL | undefined) =>
    [
      db.build
        .insert(presenceHistory)
        .select(turning(presence, where))
        .onConflictDoUpdate({
          target: [presenceHistory.hostId, presenceHistory.at],
          set: { presence: sql`excluded.presence` },
        }),
      db.build
        .update(hosts)
        .set({ presence, presenceChangedAt: tickAt })
        .where(sql`${hosts.id} IN (SELECT "id" FROM (${turning(presence, where)}))`),
    ] as const;
  const previousIn = and(gte(hosts.previousPingAt, from), lt(hosts.previousPingAt, tickAt));
  const previousBefore = or(isNull(hosts.previousPingAt), lt(hosts.previousPingAt, from));
  const [, , online, , offline, , offlineSince] = await db.batch([
    db.build
      .insert(site)
      .values({ id: 1, checkedAt: tickAt })
      .onConflictDoUpdate({
        target: site.id,
        set: { checkedAt: tickAt },
        setWhere: lt(site.checkedAt, tickAt),
      }),
    ...turn("Online", and(since, or(lt(hosts.lastPingAt, tickAt), previousIn))),
    ...turn("Offline", and(lt(hosts.lastPingAt, from), isNull(hosts.connectedAt))),
    ...turn("Offline", and(later, previousBefore, isNull(hosts.connectedAt))),
  ]);
  const turned = [online, offline, offlineSince].map(({ meta }) => meta.changes);
  const [on = 0, ...off] = turned;
  return {
    online: on,
    offline: off.reduce((sum, count) => sum + count, 0),
    more: turned.some((count) => count === PRESENCE_BATCH),
  };
};

/** The most hosts with a socket that one check reads. */
const MAX_CONNECTED = 5000;

/** The hosts that D1 has as connected and that did not ping since `from`, with their presence. */
export const readConnected = async (db: Database, from: number) => {
  const [rows] = await db.batch([
    db.build
      .select({ id: hosts.id, presence: hosts.presence })
      .from(hosts)
      .where(and(isNotNull(hosts.connectedAt), lt(hosts.lastPingAt, from), isNull(hosts.retiredAt)))
      .orderBy(hosts.id)
      .limit(MAX_CONNECTED),
  ]);
  return rows;
};

/** Takes in what objects said of their hosts at `at`: those heard from count as having pinged just before, of those silent the connection is gone, unless they connected since. */
export const settleConnections = async (
  db: Database,
  { heard, silent }: { heard: readonly number[]; silent: readonly number[] },
  at: number,
): Promise<void> => {
  if (heard.length + silent.length === 0) return;
  await db.batch([
    db.build
      .update(hosts)
      .set({ previousPingAt: hosts.lastPingAt, lastPingAt: at - 1 })
      .where(and(isOneOf(hosts.id, heard), lt(hosts.lastPingAt, at - 1))),
    db.build
      .update(hosts)
      .set({ connectedAt: null })
      .where(and(isOneOf(hosts.id, silent), lt(hosts.connectedAt, at))),
  ]);
};

/** Removes at most `most` rows of presence history of before `before` (epoch milliseconds), oldest first. Gives how many. */
export const prunePresences = async (db: Database, before: number, most: number): Promise<number> => {
  const [pruned] = await db.batch([
    db.write(sql`DELETE FROM presence_history WHERE rowid IN
      (SELECT rowid FROM presence_history WHERE at < ${before} ORDER BY at LIMIT ${most})`),
  ]);
  return pruned.meta.changes;
};
