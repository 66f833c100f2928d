import { and, eq, exists, gt, inArray, isNull, lt, notExists, or, sql } from "drizzle-orm";
import { type HostRow, type Knower, knownTo } from "../access/known-store.ts";
import { useNoted } from "../access/token-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { agents, hostSigns, hosts, jobs } from "../database/schema.ts";
import { statusIn } from "../jobs/store.ts";
import { cancelOpenJobs } from "../jobs/transition-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { pauseSchedulesOf } from "../schedules/pause-store.ts";
import type { Page } from "../wire/list-pages.ts";

export const readHosts = async (db: Database, knower: Knower, { after, limit }: Page): Promise<HostRow[]> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(hosts)
      .where(and(gt(hosts.id, after), isNull(hosts.retiredAt), knownTo(knower)))
      .orderBy(hosts.id)
      .limit(limit + 1),
  ]);
  return rows;
};

/**
 * Records the first ping of the window that starts at `windowStartAt`; the last ping becomes the previous one. Never
 * moves back, and writes once per window, as does the token's last use. Returns the updated host; undefined if it does
 * not exist.
 */
export const recordPing = async (
  db: Database,
  {
    id,
    guid,
    now,
    windowStartAt,
    tokenId,
  }: { id: number; guid: string; now: number; windowStartAt: number; tokenId: number },
) => {
  const [, rows] = await db.batch([
    db.build
      .update(hosts)
      .set({ previousPingAt: hosts.lastPingAt, lastPingAt: now })
      .where(
        and(
          eq(hosts.id, id),
          eq(hosts.guid, guid),
          isNull(hosts.retiredAt),
          or(isNull(hosts.lastPingAt), lt(hosts.lastPingAt, windowStartAt)),
        ),
      ),
    db.build
      .select({ guid: hosts.guid })
      .from(hosts)
      .where(and(eq(hosts.id, id), isNull(hosts.retiredAt))),
    ...(tokenId === 0 ? [] : [useNoted(db, tokenId, { now, before: windowStartAt - 1 })]),
  ]);
  return rows[0];
};

/** Retires a host and cancels its open jobs in one batch, once per key. Changes nothing while one of its jobs runs. */
export const retireHost = async (
  db: Database,
  id: number,
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { now } = author;
  const running = db.build
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.hostId, id), statusIn(["RUNNING"])));
  const unanswered = unclaimed(db, creation);
  const retirable = and(eq(hosts.id, id), isNull(hosts.retiredAt), notExists(running), unanswered);
  const ofHost = sql`(SELECT ${agents.id} FROM ${agents}
    WHERE ${agents.hostId} = ${id} AND ${exists(db.build.select({ id: hosts.id }).from(hosts).where(retirable))})`;
  const retired = { retiredAt: now };
  const done = and(eq(hosts.id, id), sql`(${hosts.retiredAt} = ${now} OR NOT ${unanswered})`);
  const isDone = db.build
    .select({ id: hosts.id })
    .from(hosts)
    .where(and(eq(hosts.id, id), eq(hosts.retiredAt, now)));
  const [, , , , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    ...cancelOpenJobs(db, author, {
      reason: "host_retired",
      where: and(
        inArray(jobs.agentId, db.build.select({ id: agents.id }).from(agents).where(eq(agents.hostId, id))),
        exists(db.build.select({ id: hosts.id }).from(hosts).where(retirable)),
      ),
    }),
    ...pauseSchedulesOf(db, ofHost, { note: `host ${id} was retired`, author }),
    recordChange(db, author, { name: "host", changes: retired, where: retirable }),
    db.build.update(hosts).set(retired).where(retirable),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${hosts} WHERE ${done})`),
    readClaim(db, creation),
    db.build.select().from(hosts).where(done),
    // Its object forgets them too: when it is back, nothing is known of it.
    db.build.delete(hostSigns).where(and(eq(hostSigns.hostId, id), exists(isDone))),
  ]);
  return { claim: claim[0], host: rows[0] };
};

/** The claim of a request's key, and the host even if retired. */
export const readAnswered = async (db: Database, id: number, creation: Creation) => {
  const [claim, rows] = await db.batch([
    readClaim(db, creation),
    db.build.select().from(hosts).where(eq(hosts.id, id)),
  ]);
  return { claim: claim[0], host: rows[0] };
};
