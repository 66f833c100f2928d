import { and, eq, gt, gte, isNull, lt, type Placeholder, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, jobs, schedules } from "../database/schema.ts";
import { type AnswerBounds, boundedJobs, factsOf } from "./list-store.ts";
import { livingHost } from "./quiet-store.ts";
import { OPEN } from "./status.ts";
import { blockedByOther, statusIn } from "./store.ts";

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

const jobIds = z.array(z.int());

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
    rows,
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
  const found = factsOf(db).where(
    and(
      eq(agents.hostId, hostId),
      eq(agents.active, true),
      isNull(agents.deletedAt),
      statusIn(OPEN),
      gte(jobs.scheduledAt, of.from),
      lt(jobs.scheduledAt, of.to),
      sql`(${jobs.expiresAt} IS NULL OR ${jobs.expiresAt} > ${of.now})`,
      notPaused,
      sql`NOT (${jobs.overlap} = 'skip' AND ${jobs.scheduledAt} < ${of.dueBefore} AND ${blockedByOther})`,
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
