import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import { inScope } from "../project-store.ts";

/** The maximum of a host's running jobs that are counted. */
export const MAX_RUNNING_COUNTED = 100;

/** How many jobs of a host run that the actor may see. Each takes one of its slots. */
export const runningCount = (actor: Actor, hostId: SQL): SQL => sql`(SELECT COUNT(*) FROM (
  SELECT 1 FROM jobs run WHERE run.host_id = ${hostId} AND run.status = 'RUNNING'
    AND ${inScope(actor, "run.project_id")} LIMIT ${MAX_RUNNING_COUNTED}))`;
