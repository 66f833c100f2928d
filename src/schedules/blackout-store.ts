import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { blackouts, projects, schedules } from "../database/schema.ts";
import { REPLAN_MS } from "../host-object/quiet-rules.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";
import { cancelWithin } from "./blackout-jobs-store.ts";
import type { ClosedSpan, Span } from "./closed-spans.ts";

export type BlackoutRow = typeof blackouts.$inferSelect;

/** A project has at most this many blackouts. */
export const MAX_BLACKOUTS = 50;

const ofProject = (projectId: number) => and(eq(blackouts.projectId, projectId), isNull(blackouts.deletedAt));

/** A blackout to make; its spans as JSON. */
interface NewBlackout {
  projectId: number;
  name: string;
  spans: string;
  endsAt: number;
}

/**
 * Makes a blackout, and cancels the first jobs that were planned within it from `after` on; the tick cancels the rest.
 * Makes none if the project has too many.
 */
export const insertBlackout = async (
  db: Database,
  { projectId, name, spans, endsAt }: NewBlackout,
  { after, author, creation }: { after: number; author: Author; creation: Creation },
) => {
  const { creationKey, now } = creation;
  const mine = eq(blackouts.creationKey, creationKey);
  const [, , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.write(sql`
      INSERT INTO blackouts (project_id, name, spans, ends_at, created_at, created_by, creation_key)
      SELECT ${projectId}, ${name}, ${spans}, ${endsAt}, ${now}, ${author.by}, ${creationKey}
      WHERE ${unclaimed(db, creation)} AND EXISTS (SELECT 1 FROM ${projects} WHERE ${isProject(projectId)})
        AND (SELECT COUNT(*) FROM ${blackouts} WHERE ${ofProject(projectId)}) < ${MAX_BLACKOUTS}
      ON CONFLICT DO NOTHING`),
    recordMade(db, author, { name: "blackout", where: mine }),
    ...cancelWithin(db, { blackout: sql`blackout.creation_key = ${creationKey}`, after }, author),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${blackouts} WHERE ${mine})`),
    readClaim(db, creation),
    db.build.select().from(blackouts).where(madeBy(blackouts.creationKey, creation)),
  ]);
  return { claim: claim[0], blackout: rows[0] };
};

/** A page of a project's blackouts by id, and whether the project exists. */
export const readBlackouts = async (db: Database, projectId: number, { after, limit }: Page) => {
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.build
      .select()
      .from(blackouts)
      .where(and(ofProject(projectId), gt(blackouts.id, after)))
      .orderBy(blackouts.id)
      .limit(limit + 1),
  ]);
  return { projectExists: project.length > 0, rows };
};

export const readBlackout = async (db: Database, projectId: number, id: number) => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(blackouts)
      .where(and(ofProject(projectId), eq(blackouts.id, id))),
  ]);
  return rows[0];
};

/** The maximum of connected hosts that are notified of a removal. */
const MAX_NOTIFIED = 500;

/**
 * Removes a blackout. The schedules that heeded it are planned anew from `from` on, the first time in it that is still
 * to come, once no object's cache is from before (quiet-rules.ts); null: no time is. Returns it, and the connected hosts
 * of those schedules.
 */
export const removeBlackout = async (
  db: Database,
  { projectId, id, from }: { projectId: number; id: number; from: number | null },
  author: Author,
) => {
  const { now } = author;
  const removing = { deletedAt: now };
  const removable = and(ofProject(projectId), eq(blackouts.id, id));
  const start = from ?? Number.MAX_SAFE_INTEGER;
  const heeding = and(
    eq(schedules.projectId, projectId),
    isNull(schedules.deletedAt),
    eq(schedules.blackouts, "heed"),
    sql`${schedules.cron} IS NOT NULL AND ${schedules.plannedUntil} > ${start}`,
  );
  // Its times are planned, and counted, again. Jobs that a blackout cancelled were not counted.
  const again = sql`(SELECT COUNT(DISTINCT own.scheduled_at) FROM jobs own WHERE own.schedule_id = schedules.id
    AND own.scheduled_at >= ${start} AND own.scheduled_at < schedules.planned_until AND own.creation_key IS NULL
    AND own.status_reason IS NOT 'blackout')`;
  const connected = sql`SELECT DISTINCT a.host_id AS id FROM schedules s INDEXED BY schedules_by_project
    CROSS JOIN agents a ON a.id = s.agent_id CROSS JOIN hosts h ON h.id = a.host_id
    WHERE s.project_id = ${projectId} AND s.deleted_at IS NULL AND h.connected_at IS NOT NULL LIMIT ${MAX_NOTIFIED}`;
  const [rows, , , , notified] = await db.batch([
    db.build.select().from(blackouts).where(removable),
    db.build
      .update(schedules)
      .set({
        runsPlanned: sql`IIF(max_runs IS NULL, runs_planned, MAX(0, runs_planned - ${again}))`,
        plannedUntil: start,
        planDueAt: sql`IIF(paused_at IS NULL, ${now + REPLAN_MS}, plan_due_at)`,
      })
      .where(and(heeding, sql`EXISTS (SELECT 1 FROM ${blackouts} WHERE ${removable})`)),
    recordChange(db, author, { name: "blackout", changes: removing, where: removable }),
    db.build.update(blackouts).set(removing).where(removable),
    db.read<{ id: number }>(connected),
  ]);
  return { blackout: rows[0], connected: notified.map(({ id: host }) => host) };
};

/** The maximum of spans that one planning heeds. */
const MAX_SPANS = 2000;

/** The spans that end after `from` and begin before `until` of the blackouts that `where` picks. */
const spansWhere = (where: SQL, { from, until }: Span): SQL => sql`
  SELECT blackout.project_id AS projectId, span.value ->> 'from' AS "from", span.value ->> 'until' AS until,
    span.value ->> 'name' AS name
  FROM blackouts blackout INDEXED BY blackouts_by_project CROSS JOIN json_each(blackout.spans) span
  WHERE ${where} AND blackout.deleted_at IS NULL AND blackout.ends_at > ${from}
    AND span.value ->> 'until' > ${from} AND span.value ->> 'from' < ${until}
  ORDER BY 1, 2, 3 LIMIT ${MAX_SPANS}`;

/** Statement: a project's closed spans that touch [from, until), by time. */
export const closedSpansOf = (db: Database, projectId: number | SQL, within: Span) =>
  db.read<ClosedSpan>(spansWhere(sql`blackout.project_id = ${projectId}`, within));

export const readClosedSpans = async (
  db: Database,
  projectId: number,
  within: Span,
): Promise<ClosedSpan[]> => {
  const [spans] = await db.batch([closedSpansOf(db, projectId, within)]);
  return spans;
};

/** Statement: those of the projects that a subquery names. */
export const closedSpansOfProjects = (db: Database, projectIds: SQL, within: Span) =>
  db.read<ClosedSpan & { projectId: number }>(spansWhere(sql`blackout.project_id IN ${projectIds}`, within));
