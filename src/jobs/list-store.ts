import { and, eq, gt, gte, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { alias, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, jobHistory, jobs, projects, schedules, snapshots } from "../database/schema.ts";
import type { Page } from "../http/pages.ts";
import { type Ahead, livingHost } from "./quiet-store.ts";
import { type JobStatus, OPEN } from "./status.ts";
import { blockedByOther, needsAttention, statusIn } from "./store.ts";

/** How much one answer may hold: so many jobs, and so many bytes of materials and job fields, but always one job. */
export interface AnswerBounds {
  jobs: number;
  bytes: number;
}

/** What a job takes in an answer beside its materials, in bytes: all its fields at their longest. */
const JOB_BYTES = 700;

const optional = <Value>(value: Value | undefined, condition: (value: Value) => SQL | undefined) =>
  value === undefined ? undefined : condition(value);

const factsOf = (db: Database) =>
  db.build
    .select({
      id: jobs.id,
      projectId: jobs.projectId,
      hostId: jobs.hostId,
      agentId: jobs.agentId,
      scheduleId: jobs.scheduleId,
      scheduledAt: jobs.scheduledAt,
      status: jobs.status,
      attempt: jobs.attempt,
      cancelRequestedAt: jobs.cancelRequestedAt,
      repeatsJobId: jobs.repeatsJobId,
      needsAttention: needsAttention.as("needs_attention"),
      clientNumber: agents.clientNumber,
      snapshotId: jobs.snapshotId,
      materialsBytes: snapshots.materialsBytes,
    })
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(snapshots, eq(snapshots.id, jobs.snapshotId));

/** No limit; but what has one is found once, though several parts of a statement look at it. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

type Facts = ReturnType<typeof factsOf>["_"]["selectedFields"];

/** The jobs that a query finds, by time and id or by id alone, for several parts of a statement. */
const asFound = (db: Database, query: { _: { selectedFields: Facts; result: unknown }; getSQL: () => SQL }) =>
  db.build.$with("found").as(query);

/**
 * The jobs found, by time and id or by id alone, cut to `bounds`. Materials come once, with the first of the jobs that
 * have them, and are null with the others; `total` counts what was found before the cut. The sums over what was
 * found stand in subqueries of its rows, so that finding nothing costs nothing more.
 */
const boundedJobs = (
  db: Database,
  found: ReturnType<typeof asFound>,
  by: "time" | "id",
  bounds: AnswerBounds,
) => {
  const order = by === "time" ? [found.scheduledAt, found.id] : [found.id];
  const running = sql`OVER (ORDER BY ${sql.join(order, sql`, `)} ROWS UNBOUNDED PRECEDING)`;
  const ranked = db.build
    .select({
      id: found.id,
      snapshotId: found.snapshotId,
      place: sql<number>`ROW_NUMBER() ${running}`.as("place"),
      bytes: sql<number>`SUM(${found.materialsBytes} + ${JOB_BYTES}) ${running}`.as("bytes"),
    })
    .from(found)
    .as("ranked");
  const kept = db.build
    .$with("kept")
    .as(
      db.build
        .select()
        .from(ranked)
        .where(
          sql`${ranked.place} <= ${bounds.jobs} AND (${ranked.bytes} <= ${bounds.bytes} OR ${ranked.place} = 1)`,
        ),
    );
  const firsts = sql`(SELECT id FROM (SELECT id, MIN(place) FROM ${kept} GROUP BY snapshot_id))`;
  return db.build
    .with(found, kept)
    .select({
      id: found.id,
      projectId: found.projectId,
      hostId: found.hostId,
      agentId: found.agentId,
      scheduleId: found.scheduleId,
      snapshotId: found.snapshotId,
      scheduledAt: found.scheduledAt,
      status: found.status,
      attempt: found.attempt,
      cancelRequestedAt: found.cancelRequestedAt,
      repeatsJobId: found.repeatsJobId,
      needsAttention: found.needsAttention,
      clientNumber: found.clientNumber,
      total: sql<number>`(SELECT COUNT(*) FROM ${found})`.as("total"),
      materials: sql<string | null>`CASE WHEN ${found.id} IN ${firsts} THEN
        (SELECT ${snapshots.materials} FROM ${snapshots} WHERE ${snapshots.id} = ${found.snapshotId}) END`.as(
        "materials",
      ),
    })
    .from(found)
    .where(sql`${found.id} IN (SELECT id FROM ${kept})`)
    .orderBy(...order);
};

/** What a poll asks for; epoch milliseconds. */
export interface PollWindow {
  /** Scheduled at or after. */
  from: number;
  /** Scheduled before. */
  to: number;
  now: number;
  /** A job scheduled before this counts as due. */
  dueBefore: number;
}

const notPaused = sql`NOT EXISTS (SELECT 1 FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId}
  AND ${schedules.pausedAt} IS NOT NULL)`;

/** Statement: at most `bounds` of the jobs of a schedule that `where` picks, by id. */
export const jobsOfSchedule = (db: Database, where: SQL, bounds: AnswerBounds) =>
  boundedJobs(db, asFound(db, factsOf(db).where(where).orderBy(jobs.id).limit(UNLIMITED)), "id", bounds);

export type BoundedJob = Awaited<ReturnType<typeof readOpenJobs>>["rows"][number];

/**
 * The host, its runs that someone asked to cancel, and the open jobs of its active agents scheduled in [from,
 * to), by time and id; one round trip. `among` picks some of the agents and projects. `ahead` asks how long it stays
 * so where nothing is found. Reads one row of each agent and the jobs found, however many there are in the table.
 */
export const readOpenJobs = async (
  db: Database,
  hostId: number,
  window: PollWindow,
  bounds: AnswerBounds,
  among: { agentIds?: readonly number[] | undefined; projectIds: readonly number[] | null },
  ahead: Ahead | null,
) => {
  const { now, dueBefore } = window;
  const inProjects = (column: SQLiteColumn) =>
    among.projectIds === null ? undefined : isOneOf(column, among.projectIds);
  const found = factsOf(db)
    .where(
      and(
        eq(agents.hostId, hostId),
        eq(agents.active, true),
        isNull(agents.deletedAt),
        statusIn(OPEN),
        gte(jobs.scheduledAt, window.from),
        lt(jobs.scheduledAt, window.to),
        sql`(${jobs.expiresAt} IS NULL OR ${jobs.expiresAt} > ${now})`,
        notPaused,
        sql`NOT (${jobs.overlap} = 'skip' AND ${jobs.scheduledAt} < ${dueBefore} AND ${blockedByOther})`,
        optional(among.agentIds, (ids) => isOneOf(agents.id, ids)),
        inProjects(agents.projectId),
      ),
    )
    .orderBy(jobs.scheduledAt, jobs.id)
    .limit(UNLIMITED);
  const [host, cancels, rows] = await db.batch([
    livingHost(db, hostId, ahead),
    db.build
      .select({ id: jobs.id })
      .from(jobs)
      .where(
        and(
          eq(jobs.hostId, hostId),
          statusIn(["RUNNING"]),
          gt(jobs.cancelRequestedAt, 0),
          inProjects(jobs.projectId),
        ),
      )
      .orderBy(jobs.id),
    boundedJobs(db, asFound(db, found), "time", bounds),
  ]);
  return {
    exists: host.length > 0,
    cancelRequested: cancels.map(({ id }) => id),
    rows,
    quietUntil: host[0]?.quietUntil ?? null,
  };
};

export interface JobFilter {
  status: JobStatus | undefined;
  hostId: number | undefined;
  agentId: number | undefined;
  scheduleId: number | undefined;
  /** Scheduled at or after; epoch milliseconds. */
  from: number | undefined;
  /** Scheduled before. */
  to: number | undefined;
}

/** The jobs of an agent, found by its host's: no index has them by agent. */
const ofAgent = (agentId: number) =>
  and(
    eq(jobs.agentId, agentId),
    sql`${jobs.hostId} = (SELECT ${agents.hostId} FROM ${agents} WHERE ${agents.id} = ${agentId})`,
  );

/** The jobs of a schedule, found by it and not by going through its project's. */
const ofSchedule = (db: Database, scheduleId: number) => {
  const own = alias(jobs, "own");
  return inArray(jobs.id, db.build.select({ id: own.id }).from(own).where(eq(own.scheduleId, scheduleId)));
};

/** A page of a project's jobs by id, cut to `bounds` too; `more` tells whether jobs are behind it. */
export const readJobs = async (
  db: Database,
  projectId: number,
  filter: JobFilter,
  page: Page,
  bytes: number,
) => {
  const found = factsOf(db)
    .where(
      and(
        eq(jobs.projectId, projectId),
        gt(jobs.id, page.after),
        optional(filter.status, (status) => eq(jobs.status, status)),
        optional(filter.hostId, (hostId) => eq(jobs.hostId, hostId)),
        optional(filter.agentId, ofAgent),
        optional(filter.scheduleId, (scheduleId) => ofSchedule(db, scheduleId)),
        optional(filter.from, (from) => gte(jobs.scheduledAt, from)),
        optional(filter.to, (to) => lt(jobs.scheduledAt, to)),
      ),
    )
    .orderBy(jobs.id)
    .limit(page.limit + 1);
  const pageOf = asFound(db, found);
  const [project, rows, history] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)),
    boundedJobs(db, pageOf, "id", { jobs: page.limit, bytes }),
    db.build
      .with(pageOf)
      .select()
      .from(jobHistory)
      .where(inArray(jobHistory.jobId, db.build.select({ id: pageOf.id }).from(pageOf)))
      .orderBy(jobHistory.jobId, jobHistory.id),
  ]);
  return { projectExists: project.length > 0, rows, history, more: (rows[0]?.total ?? 0) > rows.length };
};
