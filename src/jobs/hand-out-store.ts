import { type SQL, sql } from "drizzle-orm";
import type { Bound } from "../database/prepared.ts";

/*
 * The one condition "can this job be handed out now?": its agent is active and there, its host not retired, its schedule
 * neither paused nor deleted, and it has not expired. It stands here in its parts, each over a table by the name that
 * the statement gives it; whether the job is open and in the window that was asked for is the statement's to add, in
 * the words of the index that it reads by.
 */

/** An agent that is active and there. */
export const agentReady = (agent: string): SQL =>
  sql.raw(`(${agent}.active AND ${agent}.deleted_at IS NULL)`);

/** A host that is not retired. */
export const hostReady = (host: string): SQL => sql.raw(`(${host}.retired_at IS NULL)`);

/** A schedule that is neither paused nor deleted. */
export const scheduleReady = (schedule: string): SQL =>
  sql.raw(`(${schedule}.paused_at IS NULL AND ${schedule}.deleted_at IS NULL)`);

/** The schedule of a job is neither paused nor deleted. */
export const scheduleOfJobReady = (job: string): SQL => sql`EXISTS (SELECT 1 FROM schedules ready_schedule
  WHERE ready_schedule.id = ${sql.raw(job)}.schedule_id AND ${scheduleReady("ready_schedule")})`;

/** A job that has not expired at `now`. */
export const unexpired = (job: string, now: Bound<number>): SQL => {
  const expiresAt = sql.raw(`${job}.expires_at`);
  return sql`(${expiresAt} IS NULL OR ${expiresAt} > ${now})`;
};

/** The agent of a job is active and there, on a host that is not retired. */
const agentOfJobReady = (job: string): SQL => sql`EXISTS (SELECT 1
  FROM agents ready_agent CROSS JOIN hosts ready_host ON ready_host.id = ready_agent.host_id
  WHERE ready_agent.id = ${sql.raw(job)}.agent_id AND ${agentReady("ready_agent")} AND ${hostReady("ready_host")})`;

/** Whoever a job is for can take it, whether or not it has expired: its agent, its host and its schedule are ready. */
export const takersReady = (job: string): SQL => sql`${scheduleOfJobReady(job)} AND ${agentOfJobReady(job)}`;

/** An open job, by this name in the statement, can be handed out at `now`. */
export const canBeHandedOut = (job: string, now: Bound<number>): SQL =>
  sql`${unexpired(job, now)} AND ${takersReady(job)}`;
