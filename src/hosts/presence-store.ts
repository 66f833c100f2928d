import { and, eq, gt, gte, isNotNull, isNull, lt, notExists, or, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import type { Presence } from "../database/enums.ts";
import { hosts, presenceHistory, site } from "../database/schema.ts";

/** The maximum of hosts that one statement of the presence check changes. */
const PRESENCE_BATCH = 1250;

/**
 * One batch of the presence check at `tickAt`, the end of the judged window. It changes the hosts whose presence
 * differs, with a history row each, and nothing if a newer check has begun. A host that pinged after `tickAt` is judged
 * by its previous ping. Each statement reads a range of last pings of the hosts with one presence: a statement for both
 * ranges would read all hosts. Returns the number of changes each way and whether more remain.
 */
export const changePresences = async (db: Database, tickAt: number, windowMs: number) => {
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
        .where(sql`${hosts.id} IN (SELECT "id" FROM (${turning(presence, where)}))`)
        // D1's own count of changes has those of triggers in it.
        .returning({ id: hosts.id }),
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
  const turned = [online, offline, offlineSince].map((rows) => rows.length);
  const [on = 0, ...off] = turned;
  return {
    online: on,
    offline: off.reduce((sum, count) => sum + count, 0),
    more: turned.some((count) => count === PRESENCE_BATCH),
  };
};

/** The maximum of connected hosts that one check reads. */
const MAX_CONNECTED = 5000;

/** The connected hosts without a ping since `from`, and their presence. */
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

/**
 * Stores the objects' answers at `at`: a heard host counts as having pinged just before; a silent one is no longer
 * connected, unless it has connected since.
 */
export const storeConnections = async (
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

/**
 * Removes up to `limit` rows of presence history older than `before` (epoch milliseconds), oldest first. Returns how
 * many.
 */
export const prunePresences = async (db: Database, before: number, limit: number): Promise<number> => {
  const [pruned] = await db.batch([
    db.write(sql`DELETE FROM presence_history WHERE rowid IN
      (SELECT rowid FROM presence_history WHERE at < ${before} ORDER BY at LIMIT ${limit})`),
  ]);
  return pruned.meta.changes;
};
