import { sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { schedules } from "../database/schema.ts";
import { PLACE_GONE } from "../jobs/plan-store.ts";
import { closedSpansOf } from "./blackout-store.ts";
import { heededBy } from "./closed-spans.ts";
import { living, type Place } from "./control-store.ts";

/**
 * A schedule; which of its planned times from `from` on have a job that waits, runs or ran; how many earlier times lost
 * their jobs by `PLACE_GONE` since it was paused; and the closed spans that it heeds, up to the horizon.
 */
export const readStanding = async (
  db: Database,
  place: Place,
  { from, horizonMs }: { from: number; horizonMs: number },
) => {
  const [rows, times, spans] = await db.batch([
    db.build.select().from(schedules).where(living(place)),
    db.read<{ at: number; stands: number; freed: number }>(sql`
      SELECT job.scheduled_at AS at, MAX(job.status <> 'CANCELLED' OR job.started_at IS NOT NULL) AS stands,
        MIN(job.status_reason IS NOT NULL AND job.status_reason IN ${PLACE_GONE}
          AND job.status_changed_at >= s.paused_at) AS freed
      FROM schedules s JOIN jobs job ON job.schedule_id = s.id
        AND job.scheduled_at >= CASE WHEN s.max_runs IS NULL THEN ${from} ELSE 0 END
        AND job.scheduled_at < s.planned_until AND job.creation_key IS NULL
      WHERE s.id = ${place.id} AND s.project_id = ${place.projectId} GROUP BY job.scheduled_at`),
    closedSpansOf(db, place.projectId, { from: from - horizonMs, until: from + horizonMs }),
  ]);
  const standing = times.map(({ at, stands, freed }) => ({ at, stands: stands === 1, freed: freed === 1 }));
  const freed = standing.filter(({ at, stands, freed }) => at < from && !stands && freed).length;
  const [schedule] = rows;
  if (!schedule) return undefined;
  const jobsAhead = standing.filter(({ at }) => at >= from);
  return { schedule, jobsAhead, freed, closed: heededBy(schedule, spans) };
};
