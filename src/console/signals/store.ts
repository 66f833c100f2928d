import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { inScope } from "../project-store.ts";

/** The maximum of a count; above it a badge says "more than". */
const MAX_COUNTED = 99;
/** The maximum of rows scanned for one count. */
const MAX_SCANNED = 1000;

/** Counts for the menu and for the tab's title, in one round trip. `since`: epoch milliseconds. */
export const readSignals = async (
  db: Database,
  actor: Actor,
  { now, since }: { now: number; since: number },
) => {
  const counted = (index: string, matching: SQL) =>
    db.read<{ jobs: number }>(sql`
      SELECT COUNT(*) AS jobs FROM (SELECT 1 FROM
        (SELECT project_id FROM jobs INDEXED BY ${sql.raw(index)} WHERE ${matching} LIMIT ${MAX_SCANNED}) jobs
        WHERE ${inScope(actor, "project_id")} LIMIT ${MAX_COUNTED + 1})`);
  const failedAfter = (at: number) =>
    counted("jobs_failed", sql`status = 'FAILED' AND status_changed_at > ${at}`);
  const [running, overdue, failed, failedSince, hosts] = await db.batch([
    counted("jobs_running", sql`status = 'RUNNING'`),
    counted("jobs_not_run", sql`status = 'NOT_RUN'`),
    failedAfter(now - DAY_MS),
    failedAfter(since),
    db.read<{ id: number }>(
      sql`SELECT id FROM (SELECT * FROM hosts ORDER BY id DESC LIMIT ${MAX_SCANNED}) hosts WHERE retired_at IS NULL LIMIT 1`,
    ),
  ]);
  const of = (rows: readonly { jobs: number }[]): number => rows[0]?.jobs ?? 0;
  return {
    running: of(running),
    overdue: of(overdue),
    failed: of(failed),
    failedSince: of(failedSince),
    hasHost: hosts.length > 0,
  };
};
