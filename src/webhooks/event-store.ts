import { and, eq, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts, jobs, projects, schedules } from "../database/schema.ts";

/** How many earlier jobs of a schedule are looked through for one with results. */
const MAX_EARLIER = 50;

/** A job with what events tell of it. */
export type EventJob = Awaited<ReturnType<typeof readFacts>>["jobs"][number];

/**
 * The job with results before one of the same schedule: its id and the attempt that has them, with a full stop between.
 * Plain SQL: Drizzle names the columns of the outer statement without their table.
 */
const comparedWith = sql<string | null>`(SELECT id || '.' || results_attempt FROM (
    SELECT earlier.id, earlier.results, earlier.results_attempt FROM jobs earlier
    WHERE earlier.schedule_id = jobs.schedule_id AND earlier.scheduled_at < jobs.scheduled_at
    ORDER BY earlier.scheduled_at DESC LIMIT ${sql.raw(String(MAX_EARLIER))})
  WHERE results IS NOT NULL LIMIT 1)`;

/** Reads what events tell of things besides their own facts: by the ids of jobs, hosts and schedules, in one round trip. */
export const readFacts = async (
  db: Database,
  projectId: number,
  ids: { jobs: readonly number[]; hosts: readonly number[]; schedules: readonly number[] },
) => {
  const [project, jobRows, hostRows, scheduleRows] = await db.batch([
    db.build.select({ name: projects.name }).from(projects).where(eq(projects.id, projectId)),
    db.build
      .select({
        id: jobs.id,
        attempt: jobs.attempt,
        scheduledAt: jobs.scheduledAt,
        startedAt: jobs.startedAt,
        exitCode: jobs.exitCode,
        commitSha: jobs.commitSha,
        traceContext: jobs.traceContext,
        runUrl: jobs.runUrl,
        results: jobs.results,
        resultsAttempt: jobs.resultsAttempt,
        scheduleId: jobs.scheduleId,
        hostId: jobs.hostId,
        agentId: jobs.agentId,
        scheduleName: sql<string>`${schedules.name}`.as("name_of_schedule"),
        hostName: sql<string>`${hosts.name}`.as("name_of_host"),
        agentName: sql<string>`${agents.name}`.as("name_of_agent"),
        comparedWith: comparedWith.as("compared_with"),
      })
      .from(jobs)
      .innerJoin(schedules, eq(schedules.id, jobs.scheduleId))
      .innerJoin(hosts, eq(hosts.id, jobs.hostId))
      .innerJoin(agents, eq(agents.id, jobs.agentId))
      .where(and(isOneOf(jobs.id, ids.jobs), eq(jobs.projectId, projectId))),
    db.build.select({ id: hosts.id, name: hosts.name }).from(hosts).where(isOneOf(hosts.id, ids.hosts)),
    db.build
      .select({ id: schedules.id, name: schedules.name })
      .from(schedules)
      .where(isOneOf(schedules.id, ids.schedules)),
  ]);
  return {
    projectName: project[0]?.name ?? null,
    jobs: jobRows,
    hosts: hostRows,
    schedules: scheduleRows,
  };
};
