import { eq, type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts, jobHistory, projects, snapshots } from "../../database/schema.ts";
import { jobAhead, needsAttention, runAhead } from "../../jobs/store.ts";

const PAGE = 30;
/** How many jobs one page looks through for those that it is asked for. */
const LOOKED_THROUGH = 1000;
const MAX_PROJECTS = 200;
const MAX_MATERIALS = 200;
const MAX_HISTORY = 200;

/** Which jobs a page of the list shows; epoch milliseconds. */
export interface JobFilter {
  projectId: number | undefined;
  hostId: number | undefined;
  agentId: number | undefined;
  scheduleId: number | undefined;
  status: JobStatus | undefined;
  /** Scheduled at or after. */
  from: number | undefined;
  /** Scheduled before. */
  to: number | undefined;
  /** Moved to its status after. */
  changedAfter: number | undefined;
  /** Newest first, or what comes next first. */
  order: "newest" | "next";
  /** Where the last page ended. */
  after: { at: number; id: number } | undefined;
}

export interface ListedJob {
  id: number;
  projectId: number;
  projectName: string;
  status: JobStatus;
  scheduledAt: number;
  startedAt: number | null;
  /** When the process that took it was told of it, and when it began with the tests, where that is known. */
  offeredAt: number | null;
  begunAt: number | null;
  statusChangedAt: number;
  statusReason: string | null;
  attempt: number;
  hostId: number;
  hostName: string;
  agentName: string;
  scheduleId: number;
  scheduleName: string;
  /** 1 where the process that runs it may be gone. */
  needsAttention: number;
  /** What the list is ordered by. */
  place: number;
}

/** The way through an index that a filter is looked up by: the rows of it are looked through in its order. */
interface Way {
  index: string;
  from: SQL;
  within: SQL;
  by: "scheduled_at" | "status_changed_at";
}

const through = (index: string, within: SQL, by: Way["by"] = "scheduled_at"): Way => ({
  index,
  from: sql`jobs job INDEXED BY ${sql.raw(index)}`,
  within,
  by,
});

const when = (value: number | undefined, condition: (value: number) => SQL): SQL =>
  value === undefined ? sql`true` : condition(value);

/** Each way is one index, in whose order the page comes: what it reads is bounded whatever the tables hold. */
const wayOf = (filter: JobFilter): Way => {
  const { scheduleId, hostId, agentId, projectId, status, from, to, changedAfter } = filter;
  if (scheduleId !== undefined) return through("jobs_by_schedule", sql`job.schedule_id = ${scheduleId}`);
  if (status === "RUNNING") {
    const running = sql`(SELECT * FROM jobs INDEXED BY jobs_running WHERE status = 'RUNNING' LIMIT ${LOOKED_THROUGH}) job`;
    return { ...through("jobs_running", sql`true`), from: running };
  }
  if (agentId !== undefined) {
    const host = sql`(SELECT host_id FROM agents WHERE agents.id = ${agentId})`;
    return through("jobs_by_host_time", sql`job.host_id = ${host}`);
  }
  if (hostId !== undefined) return through("jobs_by_host_time", sql`job.host_id = ${hostId}`);
  if (status === "NOT_RUN") return through("jobs_not_run", sql`job.status = 'NOT_RUN'`);
  if (status === "FAILED" && from === undefined && to === undefined)
    return through(
      "jobs_failed",
      sql`job.status = 'FAILED' AND ${when(changedAfter, (after) => sql`job.status_changed_at > ${after}`)}`,
      "status_changed_at",
    );
  if (projectId !== undefined) return through("jobs_by_project_time", sql`job.project_id = ${projectId}`);
  return through("jobs_by_time", sql`true`);
};

/** What else is asked for, beside the way; undefined where nothing is. */
const restOf = (filter: JobFilter, way: Way): SQL | undefined => {
  const { projectId, agentId, hostId, status, changedAfter } = filter;
  const rest = [
    ...(projectId === undefined || way.index === "jobs_by_project_time"
      ? []
      : [sql`job.project_id = ${projectId}`]),
    ...(agentId === undefined ? [] : [sql`job.agent_id = ${agentId}`]),
    ...(hostId === undefined ? [] : [sql`job.host_id = ${hostId}`]),
    ...(status === undefined || ["jobs_failed", "jobs_not_run", "jobs_running"].includes(way.index)
      ? []
      : [sql`job.status = ${status}`]),
    ...(changedAfter === undefined || way.by === "status_changed_at"
      ? []
      : [sql`job.status_changed_at > ${changedAfter}`]),
  ];
  return rest.length === 0 ? undefined : sql.join(rest, sql` AND `);
};

/** A page of the jobs, where it ends, and what the filter names. */
export const readJobList = async (db: Database, actor: Actor, filter: JobFilter) => {
  const way = wayOf(filter);
  const inScope =
    actor.projectIds === null
      ? sql`true`
      : sql`project_id IN (SELECT value FROM json_each(${JSON.stringify(actor.projectIds)}))`;
  const by = sql.raw(way.by);
  const [direction, behind] = filter.order === "newest" ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`];
  const within = sql.join(
    [
      way.within,
      when(filter.from, (from) => sql`job.scheduled_at >= ${from}`),
      when(filter.to, (to) => sql`job.scheduled_at < ${to}`),
      filter.after ? sql`(job.${by}, job.id) ${behind} (${filter.after.at}, ${filter.after.id})` : sql`true`,
    ],
    sql` AND `,
  );
  const rest = restOf(filter, way);
  const looked = sql`SELECT job.* FROM ${way.from} WHERE ${within}
    ORDER BY job.${by} ${direction}, job.id ${direction}`;
  const most = rest === undefined ? PAGE + 1 : LOOKED_THROUGH;
  const found = sql`SELECT * FROM (${looked} LIMIT ${most}) job WHERE ${rest ?? sql`true`} LIMIT ${PAGE + 1}`;
  const [rows, last, known, host, agent, schedule] = await db.batch([
    db.read<ListedJob>(sql`
      SELECT job.id, job.project_id AS projectId, p.name AS projectName, job.status,
        job.scheduled_at AS scheduledAt, job.started_at AS startedAt, job.offered_at AS offeredAt, job.begun_at AS begunAt, job.status_changed_at AS statusChangedAt,
        job.status_reason AS statusReason, job.attempt, job.host_id AS hostId, h.name AS hostName,
        a.name AS agentName, job.schedule_id AS scheduleId, s.schedule_name AS scheduleName, job.${by} AS place,
        (job.status = 'RUNNING' AND job.doubted_at IS NOT NULL) AS needsAttention
      FROM (${found}) job
      CROSS JOIN projects p ON p.id = job.project_id CROSS JOIN hosts h ON h.id = job.host_id
      CROSS JOIN agents a ON a.id = job.agent_id CROSS JOIN schedules s ON s.id = job.schedule_id
      ORDER BY job.${by} ${direction}, job.id ${direction}`),
    db.read<{ place: number; id: number }>(sql`
      SELECT ${by} AS place, id FROM (${looked} LIMIT 1 OFFSET ${LOOKED_THROUGH - 1})
      WHERE ${rest !== undefined} AND (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
    readableProjects(db, actor),
    db.read<{ name: string }>(
      sql`SELECT name FROM ${hosts} WHERE id = ${filter.hostId ?? 0} AND ${knownTo(actor) ?? sql`true`}`,
    ),
    db.read<{ name: string }>(sql`SELECT name FROM agents WHERE id = ${filter.agentId ?? 0} AND ${inScope}`),
    db.read<{ name: string }>(
      sql`SELECT schedule_name AS name FROM schedules WHERE id = ${filter.scheduleId ?? 0} AND ${inScope}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  return {
    rows: shown,
    next: rows.length > PAGE ? shown.at(-1) : last[0],
    projects: known,
    names: { host: host[0]?.name, agent: agent[0]?.name, schedule: schedule[0]?.name },
  };
};

/** Statement: the projects that the actor may know of, to choose from. */
const readableProjects = (db: Database, { projectIds }: Actor) =>
  db.read<{ id: number; name: string }>(sql`
    SELECT id, name FROM ${projects} WHERE deleted_at IS NULL AND ${
      projectIds === null
        ? sql`true`
        : sql`id IN (SELECT value FROM json_each(${JSON.stringify(projectIds)}))`
    } ORDER BY id LIMIT ${MAX_PROJECTS}`);

export interface JobPageRow extends ListedJob {
  clientNumber: string;
  cancelRequestedAt: number | null;
  runUntil: number | null;
  expiresAt: number | null;
  repeatsJobId: number | null;
  agentActive: number;
  /** Since when its schedule is paused; null where it is not. */
  pausedAt: number | null;
  /** The job of its schedule that it waits for, where it may not overlap: one that runs, and one that comes first. */
  runAhead: number | null;
  jobAhead: number | null;
  testRuns: number;
  /** The counts of its results as JSON, and of which attempt; null where no report came. */
  results: string | null;
  resultsAttempt: number | null;
}

/** A job with what its page says of it, in one round trip. */
export const readJobPage = async (
  db: Database,
  { projectId, jobId, now }: { projectId: number; jobId: number; now: number },
) => {
  const [rows, history, materials] = await db.batch([
    db.read<JobPageRow>(sql`
      SELECT jobs.id, jobs.project_id AS projectId, p.name AS projectName, jobs.status,
        jobs.scheduled_at AS scheduledAt, jobs.started_at AS startedAt, jobs.offered_at AS offeredAt, jobs.begun_at AS begunAt, jobs.status_changed_at AS statusChangedAt,
        jobs.status_reason AS statusReason, jobs.attempt, jobs.host_id AS hostId, hosts.name AS hostName,
        a.name AS agentName, a.client_number AS clientNumber, a.active AS agentActive,
        jobs.schedule_id AS scheduleId, s.schedule_name AS scheduleName, jobs.scheduled_at AS place,
        jobs.cancel_requested_at AS cancelRequestedAt, jobs.run_until AS runUntil, jobs.expires_at AS expiresAt,
        jobs.repeats_job_id AS repeatsJobId, ${needsAttention} AS needsAttention,
        s.paused_at AS pausedAt, ${runAhead(now)} AS runAhead, ${jobAhead(now)} AS jobAhead,
        json_array_length(snapshots.materials) AS testRuns,
        jobs.results, jobs.results_attempt AS resultsAttempt
      FROM jobs CROSS JOIN projects p ON p.id = jobs.project_id CROSS JOIN hosts ON hosts.id = jobs.host_id
      CROSS JOIN agents a ON a.id = jobs.agent_id CROSS JOIN schedules s ON s.id = jobs.schedule_id
      CROSS JOIN snapshots ON snapshots.id = jobs.snapshot_id
      WHERE jobs.id = ${jobId} AND jobs.project_id = ${projectId}`),
    db.build
      .select()
      .from(jobHistory)
      .where(eq(jobHistory.jobId, jobId))
      .orderBy(jobHistory.id)
      .limit(MAX_HISTORY),
    db.read<{ name: string; content: string; id: number }>(sql`
      SELECT material.value ->> 'test_run_id' AS id, material.value ->> 'test_case_name' AS name,
        material.value ->> 'automation_content' AS content
      FROM ${snapshots}, json_each(${snapshots.materials}) material
      WHERE ${snapshots.id} = (SELECT snapshot_id FROM jobs WHERE id = ${jobId} AND project_id = ${projectId})
      LIMIT ${MAX_MATERIALS}`),
  ]);
  return { job: rows[0], history, materials };
};
