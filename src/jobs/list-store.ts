import { and, desc, eq, gt, gte, inArray, lt, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { isProject } from "../access/known-store.ts";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import type { Bound } from "../database/prepared.ts";
import { agents, jobHistory, jobs, projects, snapshots } from "../database/schema.ts";
import { reading } from "../database/statement.ts";
import type { Page } from "../wire/list-pages.ts";
import type { AnswerBounds } from "./answer-bounds.ts";
import { runRulesOf } from "./run-rules-store.ts";
import { JOB_KEYS, needsAttention } from "./store.ts";

/** Oldest first, or newest first. */
export const JOB_ORDERS = ["asc", "desc"] as const;
type JobOrder = (typeof JOB_ORDERS)[number];

/** The largest size of a job's fields in an answer without its materials, in bytes. */
const JOB_BYTES = 700;

const optional = <Value>(value: Value | undefined, condition: (value: Value) => SQL | undefined) =>
  value === undefined ? undefined : condition(value);

const NO_RULES = sql<string | null>`NULL`;

/** No job is behind another. */
const NOTHING_AHEAD = sql<number>`0`;

/**
 * Why a job waits behind another of its schedule: one that runs, or one that waits. `shown`: it waits, but
 * will replace the other, so it is listed.
 */
export const BEHIND = { run: 1, waiting: 2, shown: -1 } as const;

export const factsOf = (db: Database, behind: SQL<number> = NOTHING_AHEAD) =>
  db.build
    .select({
      ...JOB_KEYS,
      cancelRequestedAt: jobs.cancelRequestedAt,
      repeatsJobId: jobs.repeatsJobId,
      statusReason: jobs.statusReason,
      results: jobs.results,
      resultsAttempt: jobs.resultsAttempt,
      parameters: jobs.parameters,
      commitSha: jobs.commitSha,
      exitCode: jobs.exitCode,
      runUrl: jobs.runUrl,
      traceContext: jobs.traceContext,
      needsAttention: needsAttention.as("needs_attention"),
      clientNumber: agents.clientNumber,
      snapshotId: jobs.snapshotId,
      materialsBytes: snapshots.materialsBytes,
      behind: behind.as("behind"),
    })
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(snapshots, eq(snapshots.id, jobs.snapshotId));

/**
 * The jobs that `query` finds, by time and id or by id (also newest first), cut to `bounds`. Materials stand
 * only at the first of the jobs that share them; the others have null. `total` counts the jobs before the
 * cut. The first job behind another is kept, so that a row has the count of those. The first `rulesOf` jobs have the
 * rules of their runs. The result is scanned once in its order, and once by its materials.
 */
export const boundedJobs = (
  db: Database,
  query: Pick<ReturnType<typeof factsOf>, "as">,
  {
    by,
    bounds,
    rulesOf,
  }: {
    by: "time" | "id" | "newest";
    bounds: { [Name in keyof AnswerBounds]: Bound<number> };
    rulesOf?: Bound<number>;
  },
) => {
  const found = query.as("found");
  const order = (of: { scheduledAt: SQLWrapper; id: SQLWrapper }): SQL =>
    by === "time" ? sql`${of.scheduledAt}, ${of.id}` : by === "id" ? sql`${of.id}` : sql`${of.id} DESC`;
  const ordered = sql`ORDER BY ${order(found)}`;
  const running = sql`OVER (${ordered} ROWS UNBOUNDED PRECEDING)`;
  const ranked = db.build
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
      statusReason: found.statusReason,
      results: found.results,
      resultsAttempt: found.resultsAttempt,
      parameters: found.parameters,
      commitSha: found.commitSha,
      exitCode: found.exitCode,
      runUrl: found.runUrl,
      traceContext: found.traceContext,
      needsAttention: found.needsAttention,
      clientNumber: found.clientNumber,
      behind: found.behind,
      total: sql<number>`SUM(${found.behind} <= 0) OVER ()`.as("total"),
      held: sql<number>`SUM(${found.behind} > 0) OVER ()`.as("held"),
      waiting: sql<number>`SUM(${found.behind} IN (${BEHIND.waiting}, ${BEHIND.shown})) OVER ()`.as(
        "waiting",
      ),
      place: sql<number>`SUM(${found.behind} <= 0) ${running}`.as("place"),
      heldSoFar: sql<number>`SUM(${found.behind} > 0) ${running}`.as("held_so_far"),
      bytes:
        sql<number>`SUM(CASE WHEN ${found.behind} <= 0 THEN ${found.materialsBytes} + ${JOB_BYTES} + COALESCE(LENGTH(${found.traceContext}), 0) ELSE 0 END) ${running}`.as(
          "bytes",
        ),
      use: sql<number>`SUM(${found.behind} <= 0) OVER (PARTITION BY ${found.snapshotId} ${ordered} ROWS UNBOUNDED PRECEDING)`.as(
        "use",
      ),
    })
    .from(found)
    .as("ranked");
  const { place, heldSoFar, bytes, use, ...facts } = ranked._.selectedFields;
  const selection = {
    ...facts,
    materials: sql<string | null>`CASE WHEN ${use} = 1 THEN
      (SELECT ${snapshots.materials} FROM ${snapshots} WHERE ${snapshots.id} = ${ranked.snapshotId}) END`.as(
      "materials",
    ),
    rules: (rulesOf === undefined
      ? NO_RULES
      : sql<
          string | null
        >`CASE WHEN ${ranked.behind} <= 0 AND ${place} <= ${rulesOf} THEN ${runRulesOf("ranked")} END`
    ).as("rules"),
  };
  const statement = db.build
    .select(selection)
    .from(ranked)
    .where(
      sql`CASE WHEN ${ranked.behind} <= 0 THEN ${place} <= ${bounds.jobs} AND (${bytes} <= ${bounds.bytes} OR ${place} = 1)
        ELSE ${heldSoFar} = 1 END`,
    )
    .orderBy(order(ranked));
  return reading(statement, selection);
};

/** Statement: at most `bounds` of a schedule's jobs that `where` picks, by id. */
export const jobsOfSchedule = (db: Database, where: SQL, bounds: AnswerBounds) =>
  boundedJobs(db, factsOf(db).where(where), { by: "id", bounds });

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

/** The jobs of an agent, read by its host: there is no index by agent. */
const ofAgent = (agentId: number) =>
  and(
    eq(jobs.agentId, agentId),
    sql`${jobs.hostId} = (SELECT ${agents.hostId} FROM ${agents} WHERE ${agents.id} = ${agentId})`,
  );

/** The jobs of a schedule, read by the schedule's index instead of the project's. */
const ofSchedule = (db: Database, scheduleId: number) => {
  const own = alias(jobs, "own");
  return inArray(jobs.id, db.build.select({ id: own.id }).from(own).where(eq(own.scheduleId, scheduleId)));
};

/** The jobs after the last one of the previous page; 0: this is the first page. */
const behind = (after: number, order: JobOrder): SQL | undefined =>
  order === "asc" ? gt(jobs.id, after) : after === 0 ? undefined : lt(jobs.id, after);

/** A page of a project's jobs by id, in either order, cut to `bytes` too. `more`: there are jobs after it. */
export const readJobs = async (
  db: Database,
  { projectId, filter }: { projectId: number; filter: JobFilter },
  { after, limit, order, bytes }: Page & { order: JobOrder; bytes: number },
) => {
  const found = factsOf(db)
    .where(
      and(
        eq(jobs.projectId, projectId),
        behind(after, order),
        optional(filter.status, (status) => eq(jobs.status, status)),
        optional(filter.hostId, (hostId) => eq(jobs.hostId, hostId)),
        optional(filter.agentId, ofAgent),
        optional(filter.scheduleId, (scheduleId) => ofSchedule(db, scheduleId)),
        optional(filter.from, (from) => gte(jobs.scheduledAt, from)),
        optional(filter.to, (to) => lt(jobs.scheduledAt, to)),
      ),
    )
    .orderBy(order === "asc" ? jobs.id : desc(jobs.id))
    .limit(limit + 1);
  const pageOf = found.as("page");
  const [project, rows, history] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    boundedJobs(db, found, { by: order === "asc" ? "id" : "newest", bounds: { jobs: limit, bytes } }),
    db.build
      .select()
      .from(jobHistory)
      .where(inArray(jobHistory.jobId, db.build.select({ id: pageOf.id }).from(pageOf)))
      .orderBy(jobHistory.jobId, jobHistory.id),
  ]);
  return { projectExists: project.length > 0, rows, history, more: (rows[0]?.total ?? 0) > rows.length };
};
