import { and, eq, gt, gte, lt, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Database, isOneOf } from "../database/database.ts";
import type { Bound } from "../database/prepared.ts";
import { agents, hosts, jobs } from "../database/schema.ts";
import { reading } from "../database/statement.ts";
import type { AnswerBounds } from "./answer-bounds.ts";
import { agentReady, hostReady, scheduleOfJobReady, unexpired } from "./hand-out-store.ts";
import { BEHIND, boundedJobs, factsOf } from "./list-store.ts";
import { OPEN } from "./status.ts";
import { runsBeside, statusIn, waitsBehind } from "./store.ts";

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

const jobIds = z.array(z.int());

/** The most jobs outside of its window that a poll counts. */
const MAX_OUTSIDE = 100;

/** Whether jobs that are due may lie outside of a window: it does not begin with the first, or ends before now. */
const mayMiss = ({ from, to, now }: PollWindow): boolean => from > Number.MIN_SAFE_INTEGER || to <= now;

export type BoundedJob = Awaited<ReturnType<typeof readOpenJobs>>["rows"][number];

/**
 * The host, its runs that someone asked to cancel, and the open jobs of its active agents scheduled in [from,
 * to) that it can be handed, by time and id, with how many are `held` behind another job of their schedule, `waiting` of
 * them behind one of these, how many are `left` for the next answer, and how many are due `outside` of the window (at most 100 are counted); one round trip. `among` picks some of the agents and projects. `ahead` asks how long it stays
 * so where nothing is found. Reads one row of each agent and the jobs found, however many there are in the table.
 */
export const readOpenJobs = async (
  db: Database,
  hostId: number,
  window: PollWindow,
  bounds: AnswerBounds,
  among: { agentIds?: readonly number[] | undefined; projectIds: readonly number[] | null },
  ahead: { from: number; most: number } | null,
) => {
  const { agentIds, projectIds } = among;
  const values = {
    hostId,
    ...window,
    ...bounds,
    agentIds: agentIds ? JSON.stringify(agentIds) : null,
    projectIds: projectIds ? JSON.stringify(projectIds) : null,
    aheadFrom: ahead?.from ?? null,
    aheadMost: ahead?.most ?? null,
  };
  const asked: Asked = {
    agents: agentIds !== undefined,
    projects: projectIds !== null,
    ahead: ahead !== null,
    outside: mayMiss(window),
  };
  const [[host], rows] = await db.batch(
    db.prepared(`open jobs ${JSON.stringify(asked)}`, values, (of) => openJobs(db, asked, of)),
  );
  return {
    exists: host !== undefined,
    cancelRequested: host ? jobIds.parse(JSON.parse(host.cancelling)).sort((one, other) => one - other) : [],
    rows: rows.filter(({ behind }) => behind <= 0),
    left: Math.max(0, (rows[0]?.total ?? 0) - rows.filter(({ behind }) => behind <= 0).length),
    held: rows[0]?.held ?? 0,
    waiting: rows[0]?.waiting ?? 0,
    outside: host?.outside ?? 0,
    quietUntil: host?.quietUntil ?? null,
  };
};

/** What a poll's statements ask for beside the host's jobs. */
interface Asked {
  agents: boolean;
  projects: boolean;
  ahead: boolean;
  outside: boolean;
}

type OpenJobsPlaces = Record<
  keyof PollWindow | keyof AnswerBounds | "hostId" | "agentIds" | "projectIds" | "aheadFrom" | "aheadMost",
  Placeholder
>;

/** The statements of a poll. */
const openJobs = (db: Database, asked: Asked, of: OpenJobsPlaces) => {
  const { hostId } = of;
  const inProjects = (column: SQLiteColumn) => (asked.projects ? isOneOf(column, of.projectIds) : undefined);
  const among = (agentId: SQL) =>
    asked.agents ? sql`${agentId} IN (SELECT value FROM json_each(${of.agentIds}))` : undefined;
  const behind = sql<number>`CASE
    WHEN ${jobs.overlap} = 'allow' OR ${jobs.scheduledAt} >= ${of.dueBefore} THEN 0
    WHEN ${jobs.overlap} = 'skip' AND ${runsBeside(of.now)} THEN ${BEHIND.run}
    WHEN ${waitsBehind({ hostId, from: of.from, now: of.now, among })}
      THEN CASE ${jobs.overlap} WHEN 'skip' THEN ${BEHIND.waiting} ELSE ${BEHIND.shown} END
    ELSE 0 END`;
  const found = factsOf(db, behind).where(
    and(
      eq(agents.hostId, hostId),
      agentReady("agents"),
      statusIn(OPEN),
      gte(jobs.scheduledAt, of.from),
      lt(jobs.scheduledAt, of.to),
      unexpired("jobs", of.now),
      scheduleOfJobReady("jobs"),
      asked.agents ? isOneOf(agents.id, of.agentIds) : undefined,
      inProjects(agents.projectId),
    ),
  );
  const inScope = asked.projects
    ? sql`a.project_id IN (SELECT value FROM json_each(${of.projectIds}))`
    : undefined;
  const outside = sql`SELECT 1 FROM agents a CROSS JOIN jobs due ON due.agent_id = a.id
    WHERE a.host_id = ${hostId} AND due.status IN ('PLANNED', 'NOT_RUN') AND due.scheduled_at <= ${of.now}
    AND (due.scheduled_at < ${of.from} OR due.scheduled_at >= ${of.to})
    AND ${and(agentReady("a"), unexpired("due", of.now), scheduleOfJobReady("due"), among(sql`a.id`), inScope)}
    LIMIT ${MAX_OUTSIDE}`;
  const cancelling = and(
    eq(jobs.hostId, hostId),
    statusIn(["RUNNING"]),
    gt(jobs.cancelRequestedAt, 0),
    inProjects(jobs.projectId),
  );
  return [
    livingHost(db, hostId, {
      cancelling,
      ahead: asked.ahead ? { from: of.aheadFrom, most: of.aheadMost } : null,
      outside: asked.outside ? outside : null,
    }),
    boundedJobs(db, found, "time", of),
  ] as const;
};

/** What a poll that may teach the host's object wants to know beside its jobs: is anything from `from` on, up to `most`. Epoch milliseconds. */
interface Ahead {
  from: Bound<number>;
  most: Bound<number>;
}

/**
 * Before which time, from `from` on, no job of a host can be handed out until it is changed: that of its first open
 * job, those counted that something hides but a pause or an inactive agent, or the time up to which all of its
 * schedules are planned; at most `most`. Reads one row each of an agent, its jobs and its schedules, and its paused jobs.
 */
const quietUntil = (hostId: Bound<number>, { from, most }: Ahead): SQL<number> => sql`COALESCE((
  SELECT MIN(MIN(
    COALESCE((SELECT job.scheduled_at FROM jobs job WHERE job.agent_id = a.id
      AND job.status IN ('PLANNED', 'NOT_RUN') AND job.scheduled_at >= ${from} AND job.scheduled_at < ${most}
      AND ${scheduleOfJobReady("job")}
      ORDER BY job.scheduled_at LIMIT 1), ${most}),
    COALESCE((SELECT s.planned_until FROM schedules s WHERE s.agent_id = a.id AND s.plan_due_at IS NOT NULL
      ORDER BY s.planned_until LIMIT 1), ${most})))
  FROM agents a WHERE a.host_id = ${hostId} AND ${agentReady("a")}), ${most})`;

const NOT_ASKED = sql<null>`NULL`.as("quiet_until");

const NONE_OUTSIDE = sql<number>`0`;

/** Statement: a host that is there, its jobs that `cancelling` picks (a list in JSON), how many rows `outside` has, and until when it is quiet, where these are asked. */
const livingHost = (
  db: Database,
  hostId: Bound<number>,
  { cancelling, ahead, outside }: { cancelling: SQL | undefined; ahead: Ahead | null; outside: SQL | null },
) => {
  const selection = {
    id: hosts.id,
    cancelling: sql<string>`(SELECT json_group_array(${jobs.id}) FROM ${jobs} WHERE ${cancelling})`.as(
      "cancelling",
    ),
    outside: (outside ? sql<number>`(SELECT COUNT(*) FROM (${outside}))` : NONE_OUTSIDE).as("outside"),
    quietUntil: ahead ? quietUntil(hostId, ahead).as("quiet_until") : NOT_ASKED,
  };
  const statement = db.build
    .select(selection)
    .from(hosts)
    .where(and(eq(hosts.id, hostId), hostReady("hosts")));
  return reading(statement, selection);
};
