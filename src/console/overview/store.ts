import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import { type Database, isOneOf } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts, jobs, outcomes, projects, site } from "../../database/schema.ts";
import { uncounted } from "../../jobs/outcome-store.ts";
import { needsAttention } from "../../jobs/store.ts";
import { DAY_MS } from "../../wire/durations.ts";
import type { HostJob } from "../hosts/store.ts";
import { inScope } from "../project-store.ts";

/** The maximum of a count; above it the page says "more than". */
export const MAX_COUNTED = 1000;
/** The maximum of rows scanned for a token with limits. */
const MAX_SCANNED = 3 * MAX_COUNTED;
const MAX_LISTED = 5;

const asCounts = z.array(z.int());

/** A job of a short list. */
export interface ListedJob extends HostJob {
  hostId: number;
  hostName: string;
}

const listedJobs = (found: SQL): SQL => sql`
  SELECT jobs.id, jobs.project_id AS projectId, jobs.status, jobs.scheduled_at AS scheduledAt,
    jobs.started_at AS startedAt, jobs.status_changed_at AS statusChangedAt, jobs.status_reason AS statusReason,
    jobs.host_id AS hostId, hosts.name AS hostName, schedules.schedule_name AS scheduleName
  FROM ${found} found CROSS JOIN jobs ON jobs.id = found.id
  CROSS JOIN hosts ON hosts.id = jobs.host_id CROSS JOIN schedules ON schedules.id = jobs.schedule_id`;

/**
 * Everything on the overview, in one round trip. `chartFrom` is the start of a UTC day. Of the latest jobs that
 * came due in the last day, counts those that began less than each of `edges` (milliseconds) after their time.
 */
export const readOverview = async (
  db: Database,
  actor: Actor,
  { now, chartFrom, edges }: { now: number; chartFrom: number; edges: readonly number[] },
) => {
  const { projectIds } = actor;
  const scoped = projectIds === null ? sql`true` : isOneOf(jobs.projectId, projectIds);
  const limit = projectIds === null ? MAX_COUNTED + 1 : MAX_SCANNED;
  const counted = (matching: SQL) => sql`SELECT COUNT(*) AS rows FROM (
    SELECT 1 FROM (SELECT * FROM jobs WHERE ${matching} LIMIT ${limit}) jobs WHERE ${scoped} LIMIT ${MAX_COUNTED + 1})`;
  const countedHosts = (matching: SQL) => sql`SELECT COUNT(*) AS rows FROM (
    SELECT 1 FROM (SELECT * FROM hosts WHERE ${matching} LIMIT ${limit}) hosts
    WHERE ${hosts.retiredAt} IS NULL AND ${knownTo(actor) ?? sql`true`} LIMIT ${MAX_COUNTED + 1})`;
  const failedSince = sql`status = 'FAILED' AND status_changed_at > ${now - DAY_MS}`;
  const first = (matching: SQL, order: SQL) =>
    listedJobs(sql`(SELECT id FROM
    (SELECT * FROM jobs WHERE ${matching} ORDER BY ${order} LIMIT ${limit}) jobs WHERE ${scoped} LIMIT ${MAX_LISTED})`);
  const counts = sql`(SELECT project_id, day, status, jobs FROM ${outcomes}
    WHERE day >= ${chartFrom} AND ${projectIds === null ? sql`project_id = 0` : isOneOf(outcomes.projectId, projectIds)}
    UNION ALL SELECT * FROM ${uncounted(MAX_COUNTED)}
    WHERE ${inScope(actor, "project_id")})`;
  const due = sql`SELECT * FROM (SELECT * FROM jobs INDEXED BY jobs_by_time
    WHERE scheduled_at >= ${now - DAY_MS} AND scheduled_at <= ${now} ORDER BY scheduled_at DESC LIMIT ${limit}) jobs
    WHERE ${scoped} LIMIT ${MAX_COUNTED}`;
  const under = sql.join(
    edges.map((edge) => sql`COUNT(CASE WHEN started_at - scheduled_at < ${edge} THEN 1 END)`),
    sql`, `,
  );
  const [checked, anyProject, online, known, running, notRun, failed, doubtful, late, failures, days, waits] =
    await db.batch([
      db.build.select({ checkedAt: site.checkedAt }).from(site),
      db.build.select({ id: projects.id }).from(projects).limit(1),
      db.read<{ rows: number }>(countedHosts(sql`presence = 'Online'`)),
      db.read<{ rows: number }>(countedHosts(sql`true`)),
      db.read<{ rows: number }>(counted(sql`status = 'RUNNING'`)),
      db.read<{ rows: number }>(counted(sql`status = 'NOT_RUN'`)),
      db.read<{ rows: number }>(counted(failedSince)),
      db.read<ListedJob>(
        listedJobs(sql`(SELECT id FROM (SELECT * FROM jobs WHERE status = 'RUNNING' LIMIT ${limit}) jobs
          WHERE ${scoped} AND ${needsAttention} LIMIT ${MAX_LISTED})`),
      ),
      db.read<ListedJob>(first(sql`status = 'NOT_RUN'`, sql`scheduled_at, id`)),
      db.read<ListedJob>(first(failedSince, sql`status_changed_at DESC, id DESC`)),
      db.read<{ day: number; status: JobStatus; jobs: number }>(sql`
        SELECT day, status, SUM(jobs) AS jobs FROM ${counts} WHERE day >= ${chartFrom} GROUP BY day, status`),
      db.read<{ due: number; began: number; under: string }>(sql`
        SELECT COUNT(*) AS due, COUNT(started_at) AS began, json_array(${under}) AS under FROM (${due})`),
    ]);
  const { due: cameDue = 0, began = 0, under: counted24 = "[]" } = waits[0] ?? {};
  return {
    checkedAt: checked[0]?.checkedAt ?? null,
    isEmpty: anyProject.length === 0,
    online: online[0]?.rows ?? 0,
    hosts: known[0]?.rows ?? 0,
    running: running[0]?.rows ?? 0,
    notRun: notRun[0]?.rows ?? 0,
    failed: failed[0]?.rows ?? 0,
    doubtful,
    late,
    failures,
    days,
    waits: { due: cameDue, began, under: asCounts.parse(JSON.parse(counted24)) },
  };
};
