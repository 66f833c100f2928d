import { eq } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobs, schedules } from "../database/schema.ts";
import { runsBegun } from "./store.ts";

/**
 * The schedules' rules for a run of each job: its time limit, what happens if its host is lost, its
 * parameters, and how many of its runs began.
 */
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
