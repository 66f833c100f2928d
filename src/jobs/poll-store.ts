import { and, eq, gt, gte, lt, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Database, isOneOf } from "../database/database.ts";
import type { Bound } from "../database/prepared.ts";
import { agents, hosts, jobs } from "../database/schema.ts";
import { reading } from "../database/statement.ts";
import type { AnswerBounds } from "./answer-bounds.ts";
import { agentReady, hostReady, hostTakesJobs, scheduleOfJobReady, unexpired } from "./hand-out-store.ts";
import { BEHIND, boundedJobs, factsOf } from "./list-store.ts";
import { OPEN } from "./status.ts";
import { runsBeside, statusIn, waitsBehind } from "./store.ts";

/** The window of a poll; epoch milliseconds. */
interface PollWindow {
  /** Scheduled at or after. */
  from: number;
  /** Scheduled before. */
  to: number;
  now: number;
  /** Jobs scheduled before this are due. */
  dueBefore: number;
}

/** A poll of a host: for all its agents, or only some. */
export interface HostPoll {
  hostId: number;
  window: PollWindow;
  agentIds?: readonly number[] | undefined;
  /** Of how many of the first jobs to read the rules of their runs; none by default. */
  rulesOf?: number;
}

const jobIds = z.array(z.int());

/** A poll counts at most this many jobs outside its window. */
const MAX_OUTSIDE = 100;

/** Whether due jobs may lie outside the window: it has a start, or it ends before now. */
const mayMiss = ({ from, to, now }: PollWindow): boolean => from > Number.MIN_SAFE_INTEGER || to <= now;

export type BoundedJob = Awaited<ReturnType<typeof readOpenJobs>>["rows"][number];

/**
 * Reads what a poll answers, in one round trip: the host, its runs with a cancel request, and the open jobs
 * of its active agents in [from, to) that can be handed out, by time and id. Also counts: jobs `held` behind
 * another of their schedule, jobs `waiting` behind an open one, jobs `left` for the next answer, and due jobs
 * `outside` the window (at most 100). `among` limits agents and projects. `ahead` also reads until when
 * nothing comes if nothing is found. A host in maintenance is answered no job, and `quietUntil` is its end. Reads
 * one row of each agent and the jobs found, whatever the size of the table.
 */
export const readOpenJobs = async (
  db: Database,
  { hostId, window, agentIds, rulesOf }: HostPoll,
  {
    bounds,
    projectIds,
    ahead,
  }: {
    bounds: AnswerBounds;
    projectIds: readonly number[] | null;
    ahead: { from: number; most: number } | null;
  },
) => {
  const values = {
    hostId,
    ...window,
    ...bounds,
    agentIds: agentIds ? JSON.stringify(agentIds) : null,
    projectIds: projectIds ? JSON.stringify(projectIds) : null,
    aheadFrom: ahead?.from ?? null,
    aheadMost: ahead?.most ?? null,
    rulesOf: rulesOf ?? null,
  };
  const parts: PollParts = {
    agents: agentIds !== undefined,
    projects: projectIds !== null,
    ahead: ahead !== null,
    outside: mayMiss(window),
    rules: rulesOf !== undefined,
  };
  const [[host], rows] = await db.batch(
    db.prepared(`open jobs ${JSON.stringify(parts)}`, values, (of) => openJobs(db, parts, of)),
  );
  const known = {
    exists: host !== undefined,
    cancelRequested: host ? jobIds.parse(JSON.parse(host.cancelling)).sort((one, other) => one - other) : [],
    /** When the host's last maintenance ends, or ended; null if it had none, or nobody said. */
    maintenanceUntil: host?.maintenanceUntil ?? null,
    inMaintenance: host?.takesJobs === 0,
  };
  if (known.inMaintenance) {
    const until = Math.min(known.maintenanceUntil ?? Infinity, ahead?.most ?? Infinity);
    return { ...known, rows: [], left: 0, held: 0, waiting: 0, outside: 0, quietUntil: ahead && until };
  }
  return {
    ...known,
    rows: rows.filter(({ behind }) => behind <= 0),
    left: Math.max(0, (rows[0]?.total ?? 0) - rows.filter(({ behind }) => behind <= 0).length),
    held: rows[0]?.held ?? 0,
    waiting: rows[0]?.waiting ?? 0,
    outside: host?.outside ?? 0,
    quietUntil: host?.quietUntil ?? null,
  };
};

/** Which optional parts a poll's statements have. */
interface PollParts {
  agents: boolean;
  projects: boolean;
  ahead: boolean;
  outside: boolean;
  rules: boolean;
}

type OpenJobsPlaces = Record<
  | keyof PollWindow
  | keyof AnswerBounds
  | ("hostId" | "agentIds" | "projectIds" | "aheadFrom" | "aheadMost" | "rulesOf"),
  Placeholder
>;

const openJobs = (db: Database, parts: PollParts, of: OpenJobsPlaces) => {
  const { hostId } = of;
  const inProjects = (column: SQLiteColumn) => (parts.projects ? isOneOf(column, of.projectIds) : undefined);
  const among = (agentId: SQL) =>
    parts.agents ? sql`${agentId} IN (SELECT value FROM json_each(${of.agentIds}))` : undefined;
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
      parts.agents ? isOneOf(agents.id, of.agentIds) : undefined,
      inProjects(agents.projectId),
    ),
  );
  const inScope = parts.projects
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
      now: of.now,
      cancelling,
      ahead: parts.ahead ? { from: of.aheadFrom, most: of.aheadMost } : null,
      outside: parts.outside ? outside : null,
    }),
    boundedJobs(db, found, { by: "time", bounds: of, ...(parts.rules ? { rulesOf: of.rulesOf } : {}) }),
  ] as const;
};

/** A question for the object's cache: does any job come from `from` on, up to `most`? Epoch milliseconds. */
interface Ahead {
  from: Bound<number>;
  most: Bound<number>;
}

/**
 * The time before which no job from `from` on can be handed out, unless there is a change: the time of the
 * host's first open job (a hidden one counts, unless a pause or an inactive agent hides it), or the time up
 * to which all its schedules are planned; at most `most`. Reads one row for each agent, with its jobs and
 * schedules, and its paused jobs.
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

const NOT_READ = sql<null>`NULL`.as("quiet_until");

const NONE_OUTSIDE = sql<number>`0`;

/**
 * Statement: a host that is not retired, whether it takes jobs at `now`, its jobs that `cancelling` picks (a JSON
 * list), the number of rows of `outside`, and until when it is quiet, if these are wanted.
 */
const livingHost = (
  db: Database,
  hostId: Bound<number>,
  {
    now,
    cancelling,
    ahead,
    outside,
  }: { now: Bound<number>; cancelling: SQL | undefined; ahead: Ahead | null; outside: SQL | null },
) => {
  const selection = {
    id: hosts.id,
    takesJobs: sql<number>`${hostTakesJobs("hosts", now)}`.as("takes_jobs"),
    maintenanceUntil: hosts.maintenanceUntil,
    cancelling: sql<string>`(SELECT json_group_array(${jobs.id}) FROM ${jobs} WHERE ${cancelling})`.as(
      "cancelling",
    ),
    outside: (outside ? sql<number>`(SELECT COUNT(*) FROM (${outside}))` : NONE_OUTSIDE).as("outside"),
    quietUntil: ahead ? quietUntil(hostId, ahead).as("quiet_until") : NOT_READ,
  };
  const statement = db.build
    .select(selection)
    .from(hosts)
    .where(and(eq(hosts.id, hostId), hostReady("hosts")));
  return reading(statement, selection);
};
