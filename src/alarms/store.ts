import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Database } from "../database/database.ts";
import type { AlarmKind } from "../database/enums.ts";
import { alarms, projects } from "../database/schema.ts";
import { addEvents } from "../outbox/store.ts";
import type { Page } from "../wire/list-pages.ts";
import { conditionOf, type Judging, MAX_SCHEDULES, scheduleSlice } from "./condition-store.ts";

export type AlarmRow = typeof alarms.$inferSelect;

/** How many alarms of a kind one batch raises, and ends; and how many are open at most, so that an outage is no flood. */
const MAX_CHANGES = 200;
const MAX_OPEN = 1000;

const time = (column: string) =>
  sql.raw(`strftime('%Y-%m-%dT%H:%M:%S+00:00', ${column} / 1000, 'unixepoch')`);

/** What an event tells of the alarm `a`. */
const TOLD = sql`json_patch(a.facts, json_object('id', a.id, 'kind', a.kind, 'since', ${time("a.since")},
  'raised_at', ${time("a.raised_at")}))`;

const ofAlarm = { projectId: sql.raw("a.project_id"), subject: sql.raw("'alarm:' || a.id"), facts: TOLD };

/** Of two ticks, the older one changes nothing once the newer one has begun. */
const notNewer = (at: number): SQL => sql`NOT EXISTS (SELECT 1 FROM site WHERE checked_at > ${at})`;

/**
 * Statements for a batch: end the alarms of a kind that no longer hold, then raise those that do, each with its event.
 * The second and the fourth change rows. Safe to run twice.
 */
export const settleKind = (db: Database, kind: AlarmKind, judging: Judging) => {
  const { at, hostId } = judging;
  const { wanted, holds } = conditionOf(kind, judging);
  const only = hostId === undefined ? notNewer(at) : sql`a.subject_id = ${hostId}`;
  const over = sql`(SELECT * FROM alarms a WHERE a.kind = ${kind} AND ${only} AND NOT (${holds})
    ORDER BY a.subject_id, a.id LIMIT ${MAX_CHANGES})`;
  const untold = sql`kind = ${kind} AND told = 0`;
  return [
    addEvents(db, { type: "alarm.cleared", at, from: sql`${over} a`, where: undefined, ...ofAlarm }),
    db.write(sql`DELETE FROM alarms WHERE id IN (SELECT id FROM ${over})`),
    db.write(sql`INSERT INTO alarms (project_id, kind, subject_id, since, raised_at, facts)
      SELECT w.project_id, ${kind}, w.subject_id, w.since, ${at}, w.facts FROM (${wanted}) w
      WHERE ${hostId === undefined ? notNewer(at) : sql`true`} AND NOT EXISTS (SELECT 1 FROM alarms known
          WHERE known.project_id = w.project_id AND known.kind = ${kind} AND known.subject_id = w.subject_id)
        AND (SELECT COUNT(*) FROM alarms known WHERE known.kind = ${kind}) < ${MAX_OPEN}
      LIMIT ${MAX_CHANGES} ON CONFLICT DO NOTHING`),
    addEvents(db, { type: "alarm.raised", at, from: sql`alarms a`, where: sql`a.${untold}`, ...ofAlarm }),
    db.write(sql`UPDATE alarms SET told = 1 WHERE ${untold}`),
  ] as const;
};

/** How many statements `settleAlarms` runs. */
export const SETTLING_QUERIES = 6;

/** Ends and raises the alarms of a kind. Returns how many of each. */
export const settleAlarms = async (
  db: Database,
  kind: AlarmKind,
  judging: Judging,
): Promise<{ raised: number; cleared: number }> => {
  const [, cleared, raised] = await db.batch(settleKind(db, kind, judging));
  return { raised: raised.meta.changes, cleared: cleared.meta.changes };
};

/** The same for the next schedules in turn; `more`: there are others in this round. */
export const settleSchedules = async (
  db: Database,
  judging: Judging,
): Promise<{ raised: number; cleared: number; more: boolean }> => {
  const [, cleared, raised, , , , slices] = await db.batch([
    ...settleKind(db, "schedule_never_ran", judging),
    db.write(sql`UPDATE site SET watched_schedule_id = COALESCE((SELECT MAX(id) FROM ${scheduleSlice}
        HAVING COUNT(*) = ${MAX_SCHEDULES}), 0) WHERE id = 1 AND ${notNewer(judging.at)}`),
    db.read<{ at: number }>(sql`SELECT watched_schedule_id AS at FROM site WHERE id = 1`),
  ]);
  const more = (slices[0]?.at ?? 0) > 0;
  return { raised: raised.meta.changes, cleared: cleared.meta.changes, more };
};

/** A page of a project's alarms by id, and whether the project exists. */
export const readAlarms = async (db: Database, projectId: number, { after, limit }: Page) => {
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.build
      .select()
      .from(alarms)
      .where(and(eq(alarms.projectId, projectId), gt(alarms.id, after)))
      .orderBy(alarms.id)
      .limit(limit + 1),
  ]);
  return { projectExists: project.length > 0, rows };
};
