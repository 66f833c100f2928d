import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { type ScheduleFilter, scannedSchedules } from "./store.ts";

/** How many of the schedules that a list looks through are active and paused, in one round trip. */
export const readScheduleCounts = async (db: Database, filter: ScheduleFilter) => {
  const { found } = scannedSchedules(filter);
  const [rows] = await db.batch([
    db.read<{ active: number; paused: number }>(
      sql`SELECT COUNT(*) - COUNT(paused_at) AS active, COUNT(paused_at) AS paused FROM (${found})`,
    ),
  ]);
  return rows[0] ?? { active: 0, paused: 0 };
};
