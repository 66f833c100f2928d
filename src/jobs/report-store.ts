import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { StatusReason } from "../database/enums.ts";
import { type Bound, settable } from "../database/prepared.ts";
import { jobs, schedules } from "../database/schema.ts";
import { reading } from "../database/statement.ts";
import { dueWebhooks } from "../outbox/store.ts";
import { canBeHandedOut } from "./hand-out-store.ts";
import type { RunOutcome } from "./note.ts";
import { UNDER_LEASE } from "./run-holder.ts";
import { HOST_LOST, LATE, OPEN } from "./status.ts";
import {
  countsAsRunning,
  type JobKey,
  type JobView,
  oneView,
  runsBeside,
  statusIn,
  unended,
} from "./store.ts";
import { type Move, movedBy, moveJobs } from "./transition-store.ts";

/** A reported move. */
export interface ReportedMove extends Pick<Move, "from" | "to"> {
  by: string;
  now: number;
  /** The reporter's note. */
  note: string | null;
  /** For a RUNNING: who holds the run, its time limit if the schedule has none, and when it was offered. */
  begins?: { holder: string; limitMinutes: number; offeredAt: number | null };
  /**
   * For a host's end: the holder mark of its lease (null: no lease), how long after its RUNNING the tests
   * began, and what the run reports.
   */
  ends?: { holder: string | null; begunAfterMs: number | null } & RunOutcome;
  /** Who cancels it, if not the host that runs it. */
  author?: Author;
  /** Corrects the assumed failure of a silent host. */
  late: boolean;
  /** Why the status differs from the reported one, or why the run failed by its host. */
  because: StatusReason | null;
  barring: Barring;
}

/**
 * When a run that begins at `now` must end: after its schedule's limit, else after `limitMinutes`; 0: never.
 */
const runUntil = (now: Bound<number>, limitMinutes: Bound<number>): SQL<number | null> => {
  const minutes = sql`COALESCE((SELECT ${schedules.allocatedMinutes} FROM ${schedules}
    WHERE ${schedules.id} = ${jobs.scheduleId}), ${limitMinutes})`;
  return sql`CASE ${minutes} WHEN 0 THEN NULL ELSE ${now} + 60000 * ${minutes} END`;
};

/** The run is under this lease, or under none if there is no holder. */
const heldBy = (holder: Bound<string> | null): SQL =>
  holder === null
    ? sql`(${jobs.holder} IS NULL OR ${jobs.holder} NOT LIKE ${`${UNDER_LEASE}%`})`
    : eq(jobs.holder, holder);

/** Statements before the end of a run: skips the schedule's jobs that may not overlap and came due while it ran. */
const skipOverlapped = (db: Database, { id, attempt, now }: ReportPlaces) =>
  moveJobs(db, {
    from: OPEN,
    to: "CANCELLED",
    by: "clock",
    now,
    reason: "overlap",
    where: sql`${unended} AND ${jobs.overlap} = 'skip' AND ${canBeHandedOut("jobs", now)} AND EXISTS (SELECT 1 FROM jobs run WHERE run.id = ${id}
      AND run.attempt = ${attempt} AND run.status = 'RUNNING' AND run.schedule_id = ${jobs.scheduleId}
      AND ${jobs.scheduledAt} > run.started_at AND ${jobs.scheduledAt} <= ${now} AND ${countsAsRunning("run", now)})
      AND ${jobs.scheduleId} = (SELECT schedule_id FROM jobs run WHERE run.id = ${id})`,
  });

/** Statements before the start of a run that replaces its schedule's running jobs: cancels those, if `starting` still picks the run. */
const makeRoom = (db: Database, starting: SQL | undefined, now: Bound<number>) =>
  moveJobs(db, {
    from: ["RUNNING"],
    to: "CANCELLED",
    by: "clock",
    now,
    reason: "overlap",
    where: and(
      unended,
      inArray(
        jobs.scheduleId,
        db.build
          .select({ id: jobs.scheduleId })
          .from(jobs)
          .where(and(starting, eq(jobs.overlap, "cancel_running"))),
      ),
    ),
  });

/** A run that was replaced by another of its schedule. */
export type DisplacedRun = Pick<JobView, "id" | "hostId" | "scheduleId" | "attempt" | "holder">;

/**
 * The bound values of a reported move: the job's attempt, who and when, and the run that it begins or ends.
 */
interface ReportPlaces {
  id: Bound<number>;
  projectId: Bound<number>;
  attempt: Bound<number>;
  by: Bound<string>;
  now: Bound<number>;
  holder: Bound<string>;
  limitMinutes: Bound<number>;
  offeredAt: Bound<number | null>;
  begunAfterMs: Bound<number | null>;
  note: Bound<string | null>;
  exitCode: Bound<number | null>;
  runUrl: Bound<string | null>;
}

/** What distinguishes the prepared statements of one kind of move from another. */
type Form = Pick<Move, "from" | "to" | "reason"> &
  Pick<ReportedMove, "late" | "barring"> & { ends: "lease" | "no lease" | null };

/** What in the results of its attempt keeps a run from being COMPLETED. */
export type Barring = "failed and missing" | "failed" | "nothing";

const RED: Record<Barring, SQL> = {
  "failed and missing": sql`(${jobs.results} ->> 'failed') + (${jobs.results} ->> 'errors') + (${jobs.results} ->> 'missing')`,
  failed: sql`(${jobs.results} ->> 'failed') + (${jobs.results} ->> 'errors')`,
  nothing: sql`0`,
};

const isRed = (barring: Barring): SQL =>
  sql`(${jobs.resultsAttempt} = ${jobs.attempt} AND ${jobs.results} IS NOT NULL AND ${RED[barring]} > 0)`;

const placeOf = ({ from, to, late, ends, reason, barring }: Form, of: ReportPlaces) => {
  const holder = ends === "lease" ? of.holder : null;
  const where = and(
    eq(jobs.id, of.id),
    eq(jobs.attempt, of.attempt),
    ends === null ? undefined : heldBy(holder),
    late ? eq(jobs.statusReason, HOST_LOST) : undefined,
    to === "COMPLETED" ? sql`NOT COALESCE(${isRed(barring)}, false)` : undefined,
  );
  const outcome = ends === null ? {} : { set: { exitCode: sql`${of.exitCode}`, runUrl: sql`${of.runUrl}` } };
  return { from, to, by: of.by, now: of.now, reason, note: of.note, where, ...outcome };
};

/** When the ending run's tests began, by its host's report; at most now. */
const begunAt = ({ begunAfterMs, now }: ReportPlaces): SQL<number | null> =>
  sql`COALESCE(MIN(${jobs.startedAt} + ${begunAfterMs}, ${now}), ${jobs.begunAt})`;

/** The statements of a move that begins no run. The last two read the job, and which webhooks have something to send. */
const ending = (db: Database, form: Form, of: ReportPlaces) => {
  const reported = placeOf(form, of);
  const set = form.ends === null ? {} : { set: { ...reported.set, begunAt: begunAt(of) } };
  return [
    ...skipOverlapped(db, of),
    ...moveJobs(db, { ...reported, ...set }),
    oneView(db, of.projectId, of.id),
    dueWebhooks(db, of.projectId, of.now),
  ] as const;
};

const DISPLACED = {
  id: jobs.id,
  hostId: jobs.hostId,
  scheduleId: jobs.scheduleId,
  attempt: jobs.attempt,
  holder: jobs.holder,
};

/**
 * The statements of a move that begins a run. The second returns the displaced runs, the last two as above.
 */
const beginning = (db: Database, form: Form, of: ReportPlaces) => {
  const reported = placeOf(form, of);
  const { holder, now } = of;
  const set = {
    holder: settable(holder),
    startedAt: settable(now),
    runUntil: runUntil(now, of.limitMinutes),
    offeredAt: sql<number | null>`${of.offeredAt}`,
    begunAt: null,
    doubtedAt: null,
  };
  const alone = sql`NOT (${jobs.overlap} = 'skip' AND ${runsBeside(now)})`;
  const [roomHistory, room] = makeRoom(db, and(reported.where, statusIn(form.from)), now);
  return [
    roomHistory,
    reading(room.returning(DISPLACED), DISPLACED),
    ...moveJobs(db, { ...reported, where: and(reported.where, alone), set }),
    oneView(db, of.projectId, of.id),
    dueWebhooks(db, of.projectId, of.now),
  ] as const;
};

const idsIn = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);

/**
 * Tries to move one attempt, then reads the job, by which the caller judges the outcome, and the webhooks that have
 * something to send.
 */
export const moveJob = async (
  db: Database,
  { projectId, id, attempt }: JobKey,
  { begins, ends, late, because, barring, author, from, to, by, now, note }: ReportedMove,
): Promise<{ job: JobView | undefined; displaced: DisplacedRun[]; due: number[] }> => {
  const { exitCode = null, runUrl = null } = ends ?? {};
  const holder = begins?.holder ?? ends?.holder ?? "";
  const values = {
    ...{ id, projectId, attempt, by, now, holder, note, exitCode, runUrl },
    limitMinutes: begins?.limitMinutes ?? 0,
    offeredAt: begins?.offeredAt ?? null,
    begunAfterMs: ends?.begunAfterMs ?? null,
  };
  const reason = late ? LATE : because;
  const form: Form = {
    ...{ from, to, late, reason, barring },
    ends: ends ? (ends.holder === null ? "no lease" : "lease") : null,
  };
  const name = `move ${JSON.stringify(form)}`;
  if (begins) {
    const [, displaced, , , rows, due] = await db.batch(
      db.prepared(name, values, (of) => beginning(db, form, of)),
    );
    return { job: rows[0], displaced, due: idsIn(due) };
  }
  if (!author) {
    const [, , , , rows, due] = await db.batch(db.prepared(name, values, (of) => ending(db, form, of)));
    return { job: rows[0], displaced: [], due: idsIn(due) };
  }
  const { where, ...moved } = placeOf(form, values);
  const [, , , , , rows, due] = await db.batch([
    recordChange(db, author, { name: "job", changes: movedBy(moved), where: and(statusIn(from), where) }),
    ...ending(db, form, values),
  ]);
  return { job: rows[0], displaced: [], due: idsIn(due) };
};
