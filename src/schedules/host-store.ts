import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts, jobs, schedules } from "../database/schema.ts";
import { closedSpansOf } from "./blackout-store.ts";
import type { Span } from "./closed-spans.ts";
import type { Place } from "./control-store.ts";

/**
 * The host of an agent, deleted or not; it never changes. Empty if there is no such agent. And the closed spans of the
 * project that touch `within`.
 */
export const readHostAndBlackouts = async (
  db: Database,
  { agentId, projectId }: { agentId: number; projectId: number },
  within: Span,
) => {
  const [rows, closed] = await db.batch([
    db.build.select({ id: agents.hostId }).from(agents).where(eq(agents.id, agentId)),
    closedSpansOf(db, projectId, within),
  ]);
  return { hosts: rows.map(({ id }) => id), closed };
};

/** The host of a schedule's agent. Empty if there is no such schedule. */
export const readHostOf = async (db: Database, { projectId, id }: Place): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: agents.hostId })
      .from(schedules)
      .innerJoin(agents, eq(agents.id, schedules.agentId))
      .where(and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt))),
  ]);
  return rows.map(({ id: host }) => host);
};

/** The hosts of a schedule's open jobs: those of the agents that it has had. */
export const readHostsOfJobs = async (db: Database, { id }: Place): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: jobs.hostId })
      .from(jobs)
      .where(
        and(
          eq(jobs.scheduleId, id),
          sql`${jobs.status} IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND ${jobs.status} IN ('PLANNED', 'NOT_RUN')`,
        ),
      ),
  ]);
  return rows.map(({ id: host }) => host);
};

/** The hosts of these agents that have a socket, at most `most`. */
export const readConnectedHosts = async (
  db: Database,
  agentIds: readonly number[],
  most: number,
): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(
        and(
          sql`${hosts.id} IN (SELECT ${agents.hostId} FROM ${agents} WHERE ${isOneOf(agents.id, agentIds)})`,
          isNotNull(hosts.connectedAt),
        ),
      )
      .limit(most),
  ]);
  return rows.map(({ id }) => id);
};

/** Whether an agent was deleted, and its host retired. */
export const readAgentOf = async (db: Database, agentId: number) => {
  const [rows] = await db.batch([
    db.build
      .select({
        hostId: agents.hostId,
        active: agents.active,
        deletedAt: agents.deletedAt,
        retiredAt: hosts.retiredAt,
      })
      .from(agents)
      .innerJoin(hosts, eq(hosts.id, agents.hostId))
      .where(eq(agents.id, agentId)),
  ]);
  return rows[0];
};
