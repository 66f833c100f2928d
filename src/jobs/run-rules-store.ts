import { eq, sql } from "drizzle-orm";
import * as z from "zod";
import { type Database, isOneOf } from "../database/database.ts";
import { ON_LOST } from "../database/enums.ts";
import { jobs, schedules } from "../database/schema.ts";
import { runsBegun, runsBegunOf } from "./store.ts";

const runRules = z.object({
  allocatedMinutes: z.int().nullable(),
  onLost: z.enum(ON_LOST),
  maxAttempts: z.int(),
  begun: z.int(),
});
/** The schedule's rules for a run of a job: its time limit, what happens if its host is lost, and how many of its runs began. */
export type RunRules = z.output<typeof runRules>;

/**
 * The same as JSON, of the jobs that another statement calls `job`. The name stands before each column, because
 * the inner tables have columns of these names too.
 */
export const runRulesOf = (job: string) =>
  sql<string>`(SELECT json_object('allocatedMinutes', rule.allocated_minutes, 'onLost', rule.on_lost,
    'maxAttempts', rule.max_attempts, 'begun', ${runsBegunOf(sql.raw(`${job}.id`))})
    FROM schedules rule WHERE rule.id = ${sql.raw(`${job}.schedule_id`)})`;

export const runRulesIn = (json: string): RunRules => runRules.parse(JSON.parse(json));

/** Reads the rules of several jobs. */
export const readRunRules = async (db: Database, jobIds: readonly number[]) => {
  const [rows] = await db.batch([
    db.build
      .select({
        id: jobs.id,
        allocatedMinutes: schedules.allocatedMinutes,
        onLost: schedules.onLost,
        maxAttempts: schedules.maxAttempts,
        begun: runsBegun.as("begun"),
      })
      .from(jobs)
      .innerJoin(schedules, eq(schedules.id, jobs.scheduleId))
      .where(isOneOf(jobs.id, jobIds)),
  ]);
  return rows;
};
