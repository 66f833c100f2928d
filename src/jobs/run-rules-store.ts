import { eq } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobs, schedules } from "../database/schema.ts";
import { runsBegun } from "./store.ts";

/** What the schedules of these jobs say of a run of each: how long it may take, what becomes of it if its host is lost, what it is told, and how many runs of it began. */
export const readRunRules = async (db: Database, jobIds: readonly number[]) => {
  const [rows] = await db.batch([
    db.build
      .select({
        id: jobs.id,
        allocatedMinutes: schedules.allocatedMinutes,
        onLost: schedules.onLost,
        maxAttempts: schedules.maxAttempts,
        begun: runsBegun.as("begun"),
        parameters: jobs.parameters,
      })
      .from(jobs)
      .innerJoin(schedules, eq(schedules.id, jobs.scheduleId))
      .where(isOneOf(jobs.id, jobIds)),
  ]);
  return new Map(rows.map((row) => [row.id, row]));
};
