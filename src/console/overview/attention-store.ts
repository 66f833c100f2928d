import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import type { AlarmKind } from "../../database/enums.ts";
import { alarms, hosts, schedules } from "../../database/schema.ts";
import { KNOWN_CONTACT } from "../hosts/contact-store.ts";
import { inScope } from "../project-store.ts";
import { type Scope, scanned } from "./scope-store.ts";

/** How far back failures ask for attention. */
export const ATTENTION_DAYS = 7;
/** The latest failures, and the oldest waiting jobs of each status, that are looked through. */
const MAX_LOOKED_AT = 200;
/** Groups of each kind that are read; the overview shows fewer. */
const MAX_GROUPS = 12;
/** The last runs of a schedule that say how often it failed. */
export const MAX_RUNS = 20;

/** When somebody acknowledged it, and until when; epoch milliseconds, null if nobody did. */
interface Acknowledged {
  until: number | null;
  by: string | null;
}

/** A schedule with a job that failed in the last days. */
export interface FailingRow extends Acknowledged {
  scheduleId: number;
  scheduleName: string;
  projectId: number;
  projectName: string;
  hostId: number;
  hostName: string;
  /** Its last failed job, and why that failed. */
  jobId: number;
  reason: string | null;
  failedAt: number;
  /** The last job that runs that one again. */
  rerunId: number | null;
  /** JSON: the status and the time of it of its last runs, newest first. */
  runs: string;
}

/** A host with jobs that wait past their time. */
export interface WaitingRow extends Acknowledged {
  hostId: number;
  hostName: string;
  /** 1 if it is Offline and was not heard from since. */
  isOffline: number;
  jobs: number;
  /** When the oldest of them was due, and which it is. */
  at: number;
  jobId: number;
  projectId: number;
  scheduleName: string;
}

/** The alarms that nothing else in the list says: jobs that wait, and silent hosts for which they do, are there already. */
const SHOWN_ALARMS = [
  "schedule_never_ran",
  "disk_low",
  "clock_off",
  "reports_waiting",
] as const satisfies AlarmKind[];

/** An alarm, once for all projects of its host. */
export interface AlarmRow extends Acknowledged {
  alarmId: number;
  kind: (typeof SHOWN_ALARMS)[number];
  projectId: number;
  /** The id of a schedule that never ran, else of a host. */
  subjectId: number;
  subjectName: string;
  since: number;
  /** A JSON object; alarms/wire.ts reads it. */
  facts: string;
}

/** Statement: the open alarms, those that are acknowledged with their host or schedule last. */
const alarmsRead = (db: Database, { actor, times: { now } }: Scope, groups: number) => {
  const ofSchedule = sql`a.kind = 'schedule_never_ran'`;
  const of = (schedule: SQL, host: SQL) => sql`iif(${ofSchedule}, (SELECT ${schedule} FROM ${schedules}
    WHERE ${schedules.id} = a.subject_id), (SELECT ${host} FROM ${hosts} WHERE ${hosts.id} = a.subject_id))`;
  const each = sql.join(
    SHOWN_ALARMS.map(
      (kind) => sql`SELECT * FROM (SELECT id, kind, project_id, subject_id, since, facts FROM ${alarms}
        WHERE kind = ${kind} AND ${inScope(actor, "project_id")} ORDER BY subject_id, id LIMIT ${MAX_LOOKED_AT})`,
    ),
    sql` UNION ALL `,
  );
  return db.read<AlarmRow>(sql`
    SELECT * FROM (SELECT MIN(a.id) AS alarmId, a.kind, a.project_id AS projectId, a.subject_id AS subjectId, a.since, a.facts,
        ${of(sql`${schedules.name}`, sql`${hosts.name}`)} AS subjectName,
        ${of(sql`${schedules.acknowledgedUntil}`, sql`${hosts.acknowledgedUntil}`)} AS until,
        ${of(sql`${schedules.acknowledgedBy}`, sql`${hosts.acknowledgedBy}`)} AS by
      FROM (${each}) a GROUP BY a.kind, a.subject_id)
    WHERE subjectName IS NOT NULL ORDER BY COALESCE(until > ${now}, 0), since LIMIT ${groups}`);
};

/** Statements: the schedules that fail, those that failed last first; the hosts for which jobs wait, offline ones first; the alarms. What is acknowledged comes last. */
export const attentionReads = (db: Database, scope: Scope, groups = MAX_GROUPS) => {
  const { now, weekAgo, heardAfter } = scope.times;
  const failures = scanned(scope, {
    columns: sql`id, schedule_id, project_id, host_id, status_changed_at, status_reason`,
    matching: sql`status = 'FAILED' AND status_changed_at > ${weekAgo}`,
    order: sql`status_changed_at DESC, id DESC`,
    index: "jobs_failed",
    limit: MAX_LOOKED_AT,
  });
  const failing = sql`SELECT g.*, s.schedule_name, s.acknowledged_until, s.acknowledged_by FROM (
      SELECT schedule_id, MAX(status_changed_at) AS failed_at, id, project_id, host_id, status_reason
      FROM (${failures}) GROUP BY schedule_id) g
    CROSS JOIN schedules s ON s.id = g.schedule_id AND s.deleted_at IS NULL
    ORDER BY COALESCE(s.acknowledged_until > ${now}, 0), failed_at DESC LIMIT ${groups}`;
  const runs = sql`(SELECT json_group_array(json_array(status, status_changed_at)) FROM (
    SELECT status, status_changed_at FROM jobs INDEXED BY jobs_by_schedule
    WHERE schedule_id = f.schedule_id AND scheduled_at <= ${now}
    ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_RUNS}))`;
  const waiting = sql`SELECT host_id, MIN(scheduled_at) AS due_at, id, project_id, schedule_id, COUNT(*) AS jobs,
      SUM(status = 'NOT_RUN') AS overdue FROM (
      SELECT * FROM (${scanned(scope, {
        columns: sql`id, project_id, host_id, schedule_id, scheduled_at, status`,
        matching: sql`status = 'NOT_RUN'`,
        order: sql`scheduled_at, id`,
        index: "jobs_not_run",
        limit: MAX_LOOKED_AT,
      })})
      UNION ALL SELECT * FROM (${scanned(scope, {
        columns: sql`id, project_id, host_id, schedule_id, scheduled_at, status`,
        matching: sql`status = 'PLANNED' AND scheduled_at <= ${now}`,
        order: sql`scheduled_at`,
        index: "jobs_planned",
        limit: MAX_LOOKED_AT,
      })})) GROUP BY host_id`;
  return [
    db.read<FailingRow>(sql`
      SELECT f.schedule_id AS scheduleId, f.schedule_name AS scheduleName, f.project_id AS projectId,
        p.name AS projectName, f.host_id AS hostId, h.name AS hostName, f.id AS jobId, f.status_reason AS reason, f.failed_at AS failedAt,
        f.acknowledged_until AS until, f.acknowledged_by AS by,
        (SELECT id FROM jobs again WHERE again.repeats_job_id = f.id ORDER BY id DESC LIMIT 1) AS rerunId,
        ${runs} AS runs
      FROM (${failing}) f CROSS JOIN projects p ON p.id = f.project_id CROSS JOIN hosts h ON h.id = f.host_id`),
    db.read<WaitingRow>(sql`
      SELECT w.host_id AS hostId, w.name AS hostName, w.isOffline, iif(w.isOffline, w.jobs, w.overdue) AS jobs,
        w.due_at AS at, w.id AS jobId, w.project_id AS projectId, s.schedule_name AS scheduleName,
        w.acknowledged_until AS until, w.acknowledged_by AS by
      FROM (SELECT w.*, hosts.name, hosts.acknowledged_until, hosts.acknowledged_by, (hosts.presence = 'Offline'
          AND IFNULL(${KNOWN_CONTACT}, 0) <= ${heardAfter}) AS isOffline
        FROM (${waiting}) w CROSS JOIN hosts ON hosts.id = w.host_id) w CROSS JOIN schedules s ON s.id = w.schedule_id
      WHERE w.isOffline OR w.overdue > 0
      ORDER BY COALESCE(w.acknowledged_until > ${now}, 0), w.isOffline DESC, w.due_at LIMIT ${groups}`),
    alarmsRead(db, scope, groups),
  ] as const;
};
