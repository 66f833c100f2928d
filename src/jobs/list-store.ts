import { and, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Bound } from "../database/built.ts";
import type { Database } from "../database/database.ts";
import { agents, jobHistory, jobs, projects, snapshots } from "../database/schema.ts";
import type { Page } from "../http/pages.ts";
import type { JobStatus } from "./status.ts";
import { needsAttention } from "./store.ts";

/** How much one answer may hold: so many jobs, and so many bytes of materials and job fields, but always one job. */
export interface AnswerBounds {
  jobs: number;
  bytes: number;
}

/** What a job takes in an answer beside its materials, in bytes: all its fields at their longest. */
const JOB_BYTES = 700;

const optional = <Value>(value: Value | undefined, condition: (value: Value) => SQL | undefined) =>
  value === undefined ? undefined : condition(value);

export const factsOf = (db: Database) =>
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
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

type Facts = ReturnType<typeof factsOf>["_"]["selectedFields"];

/** The jobs that a query finds, by time and id or by id alone, for several parts of a statement. */
export const asFound = (
  db: Database,
  query: { _: { selectedFields: Facts; result: unknown }; getSQL: () => SQL },
) => db.build.$with("found").as(query);

/**
 * The jobs found, by time and id or by id alone, cut to `bounds`. Materials come once, with the first of the jobs that
 * have them, and are null with the others; `total` counts what was found before the cut. The sums over what was
 * found stand in subqueries of its rows, so that finding nothing costs nothing more.
 */
export const boundedJobs = (
  db: Database,
  found: ReturnType<typeof asFound>,
  by: "time" | "id",
  bounds: { [Name in keyof AnswerBounds]: Bound<number> },
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

/** Statement: at most `bounds` of the jobs of a schedule that `where` picks, by id. */
export const jobsOfSchedule = (db: Database, where: SQL, bounds: AnswerBounds) =>
  boundedJobs(db, asFound(db, factsOf(db).where(where).orderBy(jobs.id).limit(UNLIMITED)), "id", bounds);

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
