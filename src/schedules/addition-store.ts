import { and, eq, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { agentReady, hostReady, scheduleReady } from "../jobs/hand-out-store.ts";
import { type Added, addedBy, addJobs, isFree, isNotified } from "../jobs/plan-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Place } from "./control-store.ts";

/** Jobs outside a schedule's plan. `now`: at each time, refused for a paused schedule. `backfill`: at each time that is free. */
export interface Addition extends Added {
  form: "now" | "backfill";
}

const added = (db: Database, creation: Creation) =>
  db.build.select({ id: jobs.id, scheduledAt: jobs.scheduledAt }).from(jobs).where(addedBy(creation));

const byTime = (
  one: { id: number; scheduledAt: number },
  other: { id: number; scheduledAt: number },
): number => one.scheduledAt - other.scheduledAt || one.id - other.id;

/** What the first request with this key created, and its claim. */
export const readAdded = async (db: Database, creation: Creation) => {
  const [claim, rows] = await db.batch([readClaim(db, creation), added(db, creation)]);
  return { claim: claim[0], jobs: rows.sort(byTime) };
};

/**
 * Adds jobs outside a schedule's plan, all or none. `fit` is false, and none is added, if the agent is
 * inactive, it or its host is gone, or the host was not notified of the change. Returns their ids.
 */
export const insertJobsAt = async (
  change: Change,
  { projectId, id }: Place,
  {
    addition: { form, ...wanted },
    author,
    creation,
  }: { addition: Addition; author: Author; creation: Creation },
) => {
  const { db } = change;
  const made = sql`(SELECT json_group_array(${jobs.id}) FROM ${jobs} WHERE ${addedBy(creation)})`;
  const ready = form === "now" ? scheduleReady("s") : sql`s.deleted_at IS NULL`;
  const fit = sql`s.id = ${id} AND s.project_id = ${projectId} AND ${ready} AND ${agentReady("a")}
    AND EXISTS (SELECT 1 FROM hosts h WHERE h.id = a.host_id AND ${hostReady("h")}) AND ${unclaimed(db, creation)}`;
  const fitting = sql`SELECT 1 AS fit FROM schedules s JOIN agents a ON a.id = s.agent_id
    WHERE ${fit} AND ${isNotified(change)}`;
  const [, , , , claim, fits, rows] = await db.batch([
    claimKey(db, creation),
    addJobs(change, wanted, { creation, where: form === "backfill" ? sql`${fit} AND ${isFree}` : fit }),
    recordDone(db, author, {
      name: "schedule",
      values: { after: sql`json_object('added_jobs', json(${made}))` },
      where: and(
        eq(schedules.id, id),
        unclaimed(db, creation),
        sql`EXISTS (SELECT 1 FROM ${jobs} WHERE ${addedBy(creation)})`,
      ),
    }),
    releaseKey(db, creation, sql`(${fitting})`),
    readClaim(db, creation),
    db.read<{ fit: number }>(fitting),
    added(db, creation),
  ]);
  return { claim: claim[0], fit: fits.length > 0, jobs: rows.sort(byTime) };
};
