import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { dueWebhooks } from "../outbox/store.ts";
import { takersReady } from "./hand-out-store.ts";
import { HOST_LOST, OPEN } from "./status.ts";
import { runsBegun, statusIn } from "./store.ts";
import { moveJobs, recordWithoutMove } from "./transition-store.ts";

/** One attempt of a job, and its holder. */
interface HeldRun {
  job: number;
  attempt: number;
  holder: string;
}

/** A move of a run under a lease that applies only while it is that run. */
const ofRun = (run: HeldRun, also?: SQL) => ({
  by: "clock" as const,
  from: ["RUNNING"] as const,
  where: and(eq(jobs.id, run.job), eq(jobs.attempt, run.attempt), eq(jobs.holder, run.holder), also),
});

/** Statements: an attempt that was accepted and never begun is over; the job waits for the next attempt. */
const skipAttempt = (db: Database, { job, attempt }: HeldRun, now: number) => {
  const waiting = and(statusIn(OPEN), eq(jobs.id, job), eq(jobs.attempt, attempt));
  return [
    recordWithoutMove(db, { by: "clock", now, reason: "not_begun" }, waiting),
    db.build
      .update(jobs)
      .set({ attempt: attempt + 1 })
      .where(waiting),
  ] as const;
};

/** Statement: the webhooks of the run's project that have something to send. */
const dueOf = (db: Database, { job }: HeldRun, now: number) =>
  dueWebhooks(db, sql`(SELECT project_id FROM jobs WHERE id = ${job})`, now);

const idsIn = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);

/**
 * Cancels a run under a lease whose host did not answer the cancel request. Returns the webhooks that have something to
 * send.
 */
export const cancelRun = async (db: Database, run: HeldRun, now: number): Promise<number[]> => {
  const [, , , , due] = await db.batch([
    ...skipAttempt(db, run, now),
    ...moveJobs(db, { ...ofRun(run), to: "CANCELLED", now, reason: "cancel_unanswered" }),
    dueOf(db, run, now),
  ]);
  return idsIn(due);
};

/**
 * Ends a run under a lease whose host is lost: planned again if its schedule says so, attempts are left and
 * it could be handed out; else failed. Returns the webhooks that have something to send.
 */
export const loseRun = async (change: Change, run: HeldRun, now: number): Promise<number[]> => {
  const { db } = change;
  const again = sql`EXISTS (SELECT 1 FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId}
    AND ${schedules.onLost} = 'requeue' AND ${runsBegun} < ${schedules.maxAttempts})
    AND ${takersReady("jobs")}`;
  const planned = { attempt: sql<number>`${jobs.attempt} + 1`, holder: null, runUntil: sql<null>`NULL` };
  const [, , , , , , due] = await db.batch([
    ...skipAttempt(db, run, now),
    ...moveJobs(db, { ...ofRun(run, again), to: "PLANNED", change, now, reason: HOST_LOST, set: planned }),
    ...moveJobs(db, { ...ofRun(run), to: "FAILED", now, reason: HOST_LOST }),
    dueOf(db, run, now),
  ]);
  return idsIn(due);
};
