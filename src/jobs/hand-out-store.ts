import { type SQL, sql } from "drizzle-orm";
import type { Bound } from "../database/prepared.ts";

/*
 * The condition "this job can be handed out now": its agent is active and not deleted, its host not retired and
 * not in maintenance, its schedule neither paused nor deleted, and it has not expired. Each part takes the name that the
 * statement gives its table. The statement adds whether the job is open and in the window, in the words of
 * the index that it uses.
 */

/** The agent is active and not deleted. */
export const agentReady = (agent: string): SQL =>
  sql.raw(`(${agent}.active AND ${agent}.deleted_at IS NULL)`);

/** The host is not retired. */
export const hostReady = (host: string): SQL => sql.raw(`(${host}.retired_at IS NULL)`);

/** The host is not in maintenance at `now`. */
export const hostTakesJobs = (host: string, now: Bound<number>): SQL =>
  sql`(${sql.raw(`${host}.maintenance_at IS NULL OR (${host}.maintenance_until IS NOT NULL AND ${host}.maintenance_until`)} <= ${now}))`;

/** The schedule is neither paused nor deleted. */
export const scheduleReady = (schedule: string): SQL =>
  sql.raw(`(${schedule}.paused_at IS NULL AND ${schedule}.deleted_at IS NULL)`);

/** The job's schedule is neither paused nor deleted. */
export const scheduleOfJobReady = (job: string): SQL => sql`EXISTS (SELECT 1 FROM schedules ready_schedule
  WHERE ready_schedule.id = ${sql.raw(job)}.schedule_id AND ${scheduleReady("ready_schedule")})`;

/** The job has not expired at `now`. */
export const unexpired = (job: string, now: Bound<number>): SQL => {
  const expiresAt = sql.raw(`${job}.expires_at`);
  return sql`(${expiresAt} IS NULL OR ${expiresAt} > ${now})`;
};

/** The job's agent is active and not deleted, on a host that is not retired and of which `more` holds. */
const agentOfJobReady = (job: string, more: SQL): SQL => sql`EXISTS (SELECT 1
  FROM agents ready_agent CROSS JOIN hosts ready_host ON ready_host.id = ready_agent.host_id
  WHERE ready_agent.id = ${sql.raw(job)}.agent_id AND ${agentReady("ready_agent")} AND ${hostReady("ready_host")} AND ${more})`;

/** The job's agent, host and schedule are ready, whether or not the job has expired or its host is in maintenance. */
export const takersReady = (job: string): SQL =>
  sql`${scheduleOfJobReady(job)} AND ${agentOfJobReady(job, sql`true`)}`;

/** An open job can be handed out at `now`. `job` is its name in the statement. */
export const canBeHandedOut = (job: string, now: Bound<number>): SQL =>
  sql`${unexpired(job, now)} AND ${scheduleOfJobReady(job)}
    AND ${agentOfJobReady(job, hostTakesJobs("ready_host", now))}`;
