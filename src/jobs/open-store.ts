import { and, eq, gt, gte, lt, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, jobs } from "../database/schema.ts";
import { agentReady, scheduleOfJobReady, unexpired } from "./hand-out-store.ts";
import { type AnswerBounds, BEHIND, boundedJobs, factsOf } from "./list-store.ts";
import { livingHost } from "./quiet-store.ts";
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

export type BoundedJob = Awaited<ReturnType<typeof readOpenJobs>>["rows"][number];

/**
 * The host, its runs that someone asked to cancel, and the open jobs of its active agents scheduled in [from,
 * to) that it can be handed, by time and id, with how many are `held` behind another job of their schedule, `waiting` of
 * them behind one of these, and how many are `left` for the next answer; one round trip. `among` picks some of the agents and projects. `ahead` asks how long it stays
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
  };
  const [[host], rows] = await db.batch(
    db.once(`open jobs ${JSON.stringify(asked)}`, values, (of) => openJobs(db, asked, of)),
  );
  return {
    exists: host !== undefined,
    cancelRequested: host ? jobIds.parse(JSON.parse(host.cancelling)).sort((one, other) => one - other) : [],
    rows: rows.filter(({ behind }) => behind <= 0),
    left: Math.max(0, (rows[0]?.total ?? 0) - rows.filter(({ behind }) => behind <= 0).length),
    held: rows[0]?.held ?? 0,
    waiting: rows[0]?.waiting ?? 0,
    quietUntil: host?.quietUntil ?? null,
  };
};

/** What a poll's statements ask for beside the host's jobs. */
interface Asked {
  agents: boolean;
  projects: boolean;
  ahead: boolean;
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
    WHEN ${jobs.overlap} = 'skip' AND ${runsBeside} THEN ${BEHIND.run}
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
  const cancelling = and(
    eq(jobs.hostId, hostId),
    statusIn(["RUNNING"]),
    gt(jobs.cancelRequestedAt, 0),
    inProjects(jobs.projectId),
  );
  return [
    livingHost(db, hostId, cancelling, asked.ahead ? { from: of.aheadFrom, most: of.aheadMost } : null),
    boundedJobs(db, found, "time", of),
  ] as const;
};
