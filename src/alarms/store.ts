import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Database } from "../database/database.ts";
import { ALARM_KINDS, type AlarmKind, SIGN_KINDS, type SignKind } from "../database/enums.ts";
import { alarms, projects } from "../database/schema.ts";
import { addEvents } from "../outbox/store.ts";
import type { Page } from "../wire/list-pages.ts";
import { conditionOf, type Judging, moveOn, type Watched } from "./condition-store.ts";

export type AlarmRow = typeof alarms.$inferSelect;

/** How many alarms of a kind one batch raises, and ends. */
const MAX_CHANGES = 1000;

/** In place of whether its event was added: it ends in this batch. */
const ENDING = sql.raw("2");

const time = (column: string) =>
  sql.raw(`strftime('%Y-%m-%dT%H:%M:%S+00:00', ${column} / 1000, 'unixepoch')`);

/** What an event tells of the alarm `a`. */
const TOLD = sql`json_patch(a.facts, json_object('id', a.id, 'kind', a.kind, 'since', ${time("a.since")},
  'raised_at', ${time("a.raised_at")}))`;

const ofAlarm = { projectId: sql.raw("a.project_id"), subject: sql.raw("'alarm:' || a.id"), facts: TOLD };

/** Of two ticks, the older one changes nothing once the newer one has begun. */
const notNewer = (at: number): SQL => sql`NOT EXISTS (SELECT 1 FROM site WHERE checked_at > ${at})`;

const guardOf = ({ at, hostId }: Judging): SQL => (hostId === undefined ? notNewer(at) : sql`true`);

/**
 * Statements for a batch: end the alarms of a kind that no longer hold, each with its event. The last one changes them.
 * Of a host that says so, only those that were raised a while ago: what comes and goes ends with a tick.
 */
export const clearKind = (db: Database, kind: AlarmKind, judging: Judging) => {
  const { at, windowMs, hostId } = judging;
  const only =
    hostId === undefined ? sql`true` : sql`a.subject_id = ${hostId} AND a.raised_at <= ${at - windowMs}`;
  // They are marked first, so that what holds is judged once.
  const ending = sql`kind = ${kind} AND told = ${ENDING}`;
  return [
    db.write(sql`UPDATE alarms SET told = ${ENDING} WHERE id IN (SELECT a.id FROM alarms a
      WHERE a.kind = ${kind} AND ${only} AND ${guardOf(judging)} AND NOT (${conditionOf(kind, judging).holds})
      ORDER BY a.subject_id, a.id LIMIT ${MAX_CHANGES})`),
    addEvents(db, { type: "alarm.cleared", at, from: sql`alarms a`, where: sql`a.${ending}`, ...ofAlarm }),
    db.write(sql`DELETE FROM alarms WHERE ${ending}`),
  ] as const;
};

/** Statements for a batch: raise the alarms of a kind that are wanted, each with its event. The first one adds them. */
export const raiseKind = (db: Database, kind: AlarmKind, judging: Judging) => {
  const { at } = judging;
  const untold = sql`kind = ${kind} AND told = 0`;
  return [
    db.write(sql`INSERT INTO alarms (project_id, kind, subject_id, since, raised_at, facts)
      SELECT w.project_id, ${kind}, w.subject_id, w.since, ${at}, w.facts FROM (${conditionOf(kind, judging).wanted}) w
      WHERE ${guardOf(judging)} AND NOT EXISTS (SELECT 1 FROM alarms known
          WHERE known.project_id = w.project_id AND known.kind = ${kind} AND known.subject_id = w.subject_id)
      LIMIT ${MAX_CHANGES} ON CONFLICT DO NOTHING`),
    addEvents(db, { type: "alarm.raised", at, from: sql`alarms a`, where: sql`a.${untold}`, ...ofAlarm }),
    db.write(sql`UPDATE alarms SET told = 1 WHERE ${untold}`),
  ] as const;
};

/** The kinds of which alarms are open, and of which hosts say something. */
export const readKinds = async (db: Database): Promise<{ open: AlarmKind[]; signs: SignKind[] }> => {
  const [open, signs] = await db.batch([
    db.read<{
      kind: AlarmKind;
    }>(sql`SELECT named.value AS kind FROM json_each(${JSON.stringify(ALARM_KINDS)}) named
      WHERE EXISTS (SELECT 1 FROM alarms WHERE kind = named.value)`),
    db.read<{
      kind: SignKind;
    }>(sql`SELECT named.value AS kind FROM json_each(${JSON.stringify(SIGN_KINDS)}) named
      WHERE EXISTS (SELECT 1 FROM host_signs WHERE kind = named.value)`),
  ]);
  return { open: open.map(({ kind }) => kind), signs: signs.map(({ kind }) => kind) };
};

/** Ends the alarms of a kind that are over. Returns how many. */
export const clearAlarms = async (db: Database, kind: AlarmKind, judging: Judging): Promise<number> => {
  const [, , cleared] = await db.batch(clearKind(db, kind, judging));
  return cleared.meta.changes;
};

/** Raises the alarms of a kind; those about agents and schedules by those whose turn it is. Returns how many. */
export const raiseAlarms = async (db: Database, kind: AlarmKind, judging: Judging): Promise<number> => {
  const [raised] = await db.batch(raiseKind(db, kind, judging));
  return raised.meta.changes;
};

/** Gives the next agents or schedules their turn, or the first ones again. Returns whether there are others in this round. */
export const watchNext = async (db: Database, watched: Watched, at: number): Promise<boolean> => {
  const [, places] = await db.batch(moveOn(db, watched, notNewer(at)));
  return (places[0]?.at ?? 0) > 0;
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
