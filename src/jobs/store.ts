import { and, eq, gt, gte, inArray, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { agents, hosts, jobHistory, jobs, projects, schedules } from "../database/schema.ts";
import type { Page } from "../http/pages.ts";
import { type JobStatus, OPEN } from "./status.ts";

/** A condition on a job's status, in literals: a partial index is used only where the statement repeats its condition so. */
export const statusIn = (statuses: readonly JobStatus[]): SQL =>
  sql`${jobs.status} IN (${sql.raw(statuses.map((status) => `'${status}'`).join(", "))})`;

/** A move of the jobs that `where` picks, out of the statuses of `from`. `now` is epoch milliseconds. */
export interface Move {
  from: readonly JobStatus[];
  to: JobStatus;
  by: string;
  now: number;
  reason: string | null;
  where: SQL | undefined;
  /** Who runs the job from here on; only with RUNNING. */
  holder?: string;
}

/**
 * The two statements of a move, for a batch: its history, then the guarded UPDATE, both under the same
 * condition, so that what the guard leaves alone has no history of having moved.
 */
export const moveJobs = (db: Database, { from, to, by, now, reason, where, holder }: Move) => {
  const guard = and(statusIn(from), where);
  return [
    db.build.insert(jobHistory).select(
      db.build
        .select({
          id: sql<number>`NULL`.as("id"),
          jobId: jobs.id,
          at: sql<number>`${now}`.as("at"),
          attempt: jobs.attempt,
          from: jobs.status,
          to: sql<JobStatus>`${to}`.as("to"),
          by: sql<string>`${by}`.as("by"),
          reason: sql<string | null>`${reason}`.as("reason"),
        })
        .from(jobs)
        .where(guard),
    ),
    db.build
      .update(jobs)
      .set({ status: to, statusChangedAt: now, ...(holder === undefined ? {} : { holder }) })
      .where(guard),
  ] as const;
};

/** A job with what its wire form takes from its agent and its schedule; no two columns of one name, which a batch would merge. */
const viewOf = (db: Database) =>
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
      holder: jobs.holder,
      clientNumber: agents.clientNumber,
      materials: schedules.materials,
    })
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(schedules, eq(schedules.id, jobs.scheduleId));

const oneView = (db: Database, projectId: number, jobId: number) =>
  viewOf(db).where(and(eq(jobs.id, jobId), eq(jobs.projectId, projectId)));

/** Statement: the jobs of the schedules that `where` picks, by id. */
export const jobsOfSchedules = (db: Database, where: SQL) => viewOf(db).where(where).orderBy(jobs.id);

/** Statement: the job of each single-run schedule that `where` picks, once, however often it runs. */
export const planSingleRuns = (db: Database, where: SQL, now: number) =>
  db.build
    .insert(jobs)
    .select(
      db.build
        .select({
          id: sql<number>`NULL`.as("id"),
          projectId: schedules.projectId,
          hostId: agents.hostId,
          agentId: schedules.agentId,
          scheduleId: sql<number>`${schedules.id}`.as("schedule_id"),
          scheduledAt: schedules.startAt,
          runNumber: sql<number>`1`.as("run_number"),
          status: sql<JobStatus>`'PLANNED'`.as("status"),
          attempt: sql<number>`1`.as("attempt"),
          holder: sql<string | null>`NULL`.as("holder"),
          statusChangedAt: sql<number>`${now}`.as("status_changed_at"),
        })
        .from(schedules)
        .innerJoin(agents, eq(agents.id, schedules.agentId))
        .where(where),
    )
    .onConflictDoNothing();

export type JobView = NonNullable<Awaited<ReturnType<typeof readJob>>>;

export const readJob = async (db: Database, projectId: number, jobId: number) => {
  const [rows] = await db.batch([oneView(db, projectId, jobId)]);
  return rows[0];
};

export type JobHistoryRow = typeof jobHistory.$inferSelect;

export const readJobWithHistory = async (db: Database, projectId: number, jobId: number) => {
  const [rows, history] = await db.batch([
    oneView(db, projectId, jobId),
    db.build.select().from(jobHistory).where(eq(jobHistory.jobId, jobId)).orderBy(jobHistory.id),
  ]);
  return rows[0] && { job: rows[0], history };
};

/** Tries one move of one attempt and reads the job back: whoever asked judges by what it now is. */
export const moveJob = async (
  db: Database,
  { projectId, id, attempt }: Pick<JobView, "projectId" | "id" | "attempt">,
  move: Omit<Move, "where">,
) => {
  const where = and(eq(jobs.id, id), eq(jobs.attempt, attempt));
  const [, , rows] = await db.batch([...moveJobs(db, { ...move, where }), oneView(db, projectId, id)]);
  return rows[0];
};

/** How much one answer may hold: so many jobs, and so many bytes of materials and job fields, but always one job. */
export interface AnswerBounds {
  jobs: number;
  bytes: number;
}

/** What a job takes in an answer beside its materials, in bytes: all its fields at their longest. */
const JOB_BYTES = 700;

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
      clientNumber: agents.clientNumber,
      materialsBytes: schedules.materialsBytes,
    })
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(schedules, eq(schedules.id, jobs.scheduleId));

const asFound = (query: Pick<ReturnType<typeof factsOf>, "as">) => query.as("found");

/**
 * The jobs found, by time and id or by id alone, cut to `bounds`. A schedule's materials come once, with the first of its jobs, and
 * are null with the others; `total` counts what was found before the cut.
 */
const boundedJobs = (
  db: Database,
  found: ReturnType<typeof asFound>,
  by: "time" | "id",
  bounds: AnswerBounds,
) => {
  const order = by === "time" ? sql`ORDER BY ${found.scheduledAt}, ${found.id}` : sql`ORDER BY ${found.id}`;
  const ranked = db.build
    .select({
      id: found.id,
      projectId: found.projectId,
      hostId: found.hostId,
      agentId: found.agentId,
      scheduleId: found.scheduleId,
      scheduledAt: found.scheduledAt,
      status: found.status,
      attempt: found.attempt,
      clientNumber: found.clientNumber,
      place: sql<number>`ROW_NUMBER() OVER (${order})`.as("place"),
      placeInSchedule: sql<number>`ROW_NUMBER() OVER (PARTITION BY ${found.scheduleId} ${order})`.as(
        "place_in_schedule",
      ),
      bytes: sql<number>`SUM(${found.materialsBytes} + ${JOB_BYTES}) OVER (${order})`.as("bytes"),
      total: sql<number>`COUNT(*) OVER ()`.as("total"),
    })
    .from(found)
    .as("ranked");
  return db.build
    .select({
      id: ranked.id,
      projectId: ranked.projectId,
      hostId: ranked.hostId,
      agentId: ranked.agentId,
      scheduleId: ranked.scheduleId,
      scheduledAt: ranked.scheduledAt,
      status: ranked.status,
      attempt: ranked.attempt,
      clientNumber: ranked.clientNumber,
      total: ranked.total,
      materials: sql<string | null>`CASE ${ranked.placeInSchedule} WHEN 1 THEN
        (SELECT ${schedules.materials} FROM ${schedules} WHERE ${schedules.id} = ${ranked.scheduleId}) END`.as(
        "materials",
      ),
    })
    .from(ranked)
    .where(
      sql`${ranked.place} <= ${bounds.jobs} AND (${ranked.bytes} <= ${bounds.bytes} OR ${ranked.place} = 1)`,
    )
    .orderBy(sql`${ranked.place}`);
};

export type BoundedJob = Awaited<ReturnType<typeof readOpenJobs>>["rows"][number];

/**
 * The host, and the open jobs of its active agents scheduled in [from, to), by time and id; one round trip.
 * Reads one row of each agent and the jobs found, however many there are in the table.
 */
export const readOpenJobs = async (
  db: Database,
  hostId: number,
  window: { from: number; to: number },
  bounds: AnswerBounds,
) => {
  const found = factsOf(db).where(
    and(
      eq(agents.hostId, hostId),
      eq(agents.active, true),
      isNull(agents.deletedAt),
      statusIn(OPEN),
      gte(jobs.scheduledAt, window.from),
      lt(jobs.scheduledAt, window.to),
    ),
  );
  const [host, rows] = await db.batch([
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(eq(hosts.id, hostId), isNull(hosts.retiredAt))),
    boundedJobs(db, asFound(found), "time", bounds),
  ]);
  return { exists: host.length > 0, rows };
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

const optional = <Value>(value: Value | undefined, condition: (value: Value) => SQL) =>
  value === undefined ? undefined : condition(value);

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
        optional(filter.agentId, (agentId) => eq(jobs.agentId, agentId)),
        optional(filter.scheduleId, (scheduleId) => eq(jobs.scheduleId, scheduleId)),
        optional(filter.from, (from) => gte(jobs.scheduledAt, from)),
        optional(filter.to, (to) => lt(jobs.scheduledAt, to)),
      ),
    )
    .orderBy(jobs.id)
    .limit(page.limit + 1);
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)),
    boundedJobs(db, asFound(found), "id", { jobs: page.limit, bytes }),
  ]);
  return { projectExists: project.length > 0, rows, more: (rows[0]?.total ?? 0) > rows.length };
};

/** The most jobs that one batch of the overdue step may move. */
export const OVERDUE_BATCH = 2500;

/** Moves at most OVERDUE_BATCH planned jobs scheduled at or before `until` to NOT_RUN, oldest first. Gives how many. */
export const moveOverdue = async (db: Database, until: number, now: number): Promise<number> => {
  const overdue = db.build
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(statusIn(["PLANNED"]), lte(jobs.scheduledAt, until)))
    .orderBy(jobs.scheduledAt, jobs.id)
    .limit(OVERDUE_BATCH);
  const [, moved] = await db.batch([
    ...moveJobs(db, {
      from: ["PLANNED"],
      to: "NOT_RUN",
      by: "clock",
      now,
      reason: "overdue",
      where: inArray(jobs.id, overdue),
    }),
  ]);
  return moved.meta.changes;
};
