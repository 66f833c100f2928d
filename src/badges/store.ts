import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import { schedules } from "../database/schema.ts";

/** A schedule's badge; all null: it has none. */
export interface Badge {
  badgeId: string | null;
  badgeLabel: string | null;
  /** Epoch milliseconds. */
  badgeMadeAt: number | null;
}

interface Place {
  projectId: number;
  id: number;
}

const change = async (
  db: Database,
  { projectId, id }: Place,
  { changes, author }: { changes: Record<keyof Badge, SQL | null>; author: Author },
): Promise<Badge | undefined> => {
  const living = and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "schedule", changes, where: living }),
    db.build.update(schedules).set(changes).where(living),
    db.build
      .select({
        badgeId: schedules.badgeId,
        badgeLabel: schedules.badgeLabel,
        badgeMadeAt: schedules.badgeMadeAt,
      })
      .from(schedules)
      .where(living),
  ]);
  return rows[0];
};

/** What a badge becomes: `id` is taken where there is none yet, or where it is renewed; a label stays unless another is given. */
interface Wanted {
  id: string;
  renew: boolean;
  label: string | undefined;
  otherwise: string;
}

/** Gives a schedule a badge, or changes the one that it has. Undefined if there is no such schedule. */
export const setBadge = (
  db: Database,
  place: Place,
  { wanted: { id, renew, label, otherwise }, author }: { wanted: Wanted; author: Author },
): Promise<Badge | undefined> => {
  const isNew = sql`(${renew ? 1 : 0} OR ${schedules.badgeId} IS NULL)`;
  const changes = {
    badgeId: sql`CASE WHEN ${isNew} THEN ${id} ELSE ${schedules.badgeId} END`,
    badgeLabel: sql`COALESCE(${label ?? null}, ${schedules.badgeLabel}, ${otherwise})`,
    badgeMadeAt: sql`CASE WHEN ${isNew} THEN ${author.now} ELSE ${schedules.badgeMadeAt} END`,
  };
  return change(db, place, { changes, author });
};

/** Takes a schedule's badge away. Undefined if there is no such schedule. */
export const removeBadge = (db: Database, place: Place, author: Author): Promise<Badge | undefined> =>
  change(db, place, { changes: { badgeId: null, badgeLabel: null, badgeMadeAt: null }, author });

/** Of so many of a schedule's newest jobs one must have ended by a host, or the badge knows of no run. */
const MAX_JOBS = 200;

/** The label of the badge with this id, and how the last run of its schedule ended up to `now`; null: none has. */
export const readBadge = async (
  db: Database,
  badgeId: string,
  now: number,
): Promise<{ label: string; lastEnd: JobStatus | null } | undefined> => {
  const [rows] = await db.batch([
    db.read<{ label: string; lastEnd: JobStatus | null }>(sql`SELECT s.badge_label AS label,
      (SELECT status FROM (SELECT status FROM jobs INDEXED BY jobs_by_schedule WHERE schedule_id = s.id
          AND scheduled_at <= ${now} ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_JOBS})
        WHERE status IN ('COMPLETED', 'FAILED') LIMIT 1) AS lastEnd
      FROM schedules s CROSS JOIN projects p ON p.id = s.project_id
      WHERE s.badge_id = ${badgeId} AND s.badge_id IS NOT NULL AND s.deleted_at IS NULL AND p.deleted_at IS NULL`),
  ]);
  return rows[0];
};
