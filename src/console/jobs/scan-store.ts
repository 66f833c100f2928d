import { type SQL, sql } from "drizzle-orm";

/** The maximum of jobs that one page scans for matches. */
export const MAX_SCANNED = 1000;

/** The index that serves a filter; its rows are scanned in its order. */
export interface IndexScan {
  index: string;
  from: SQL;
  within: SQL;
  by: "scheduled_at" | "status_changed_at" | "id";
}

export const byIndex = (index: string, within: SQL, by: IndexScan["by"] = "scheduled_at"): IndexScan => ({
  index,
  from: sql`jobs job INDEXED BY ${sql.raw(index)}`,
  within,
  by,
});

/** What a bounded subquery finds, its order being that of the list. */
const ofSubquery = (index: string, jobs: SQL, by: IndexScan["by"] = "scheduled_at"): IndexScan => ({
  index,
  from: sql`(${jobs}) job`,
  within: sql`true`,
  by,
});

export const runningScan = (): IndexScan =>
  ofSubquery(
    "jobs_running",
    sql`SELECT * FROM jobs INDEXED BY jobs_running WHERE status = 'RUNNING' LIMIT ${MAX_SCANNED}`,
  );

/** Jobs that wait though their time has come. */
export const waitsAt = (now: number): SQL =>
  sql`job.status IN ('PLANNED', 'NOT_RUN') AND job.scheduled_at <= ${now}`;

/** The jobs that wait at `now` though their time has come, of a host if one is given: the oldest. */
export const waitingScan = (now: number, hostId: number | undefined): IndexScan => {
  if (hostId !== undefined)
    return ofSubquery(
      "waiting",
      sql`SELECT due.* FROM (SELECT id FROM agents INDEXED BY agents_of_host WHERE host_id = ${hostId} LIMIT ${MAX_SCANNED}) own
        CROSS JOIN jobs due INDEXED BY jobs_open_by_agent ON due.agent_id = own.id
          AND due.status IN ('PLANNED', 'NOT_RUN') AND due.scheduled_at <= ${now} LIMIT ${MAX_SCANNED}`,
    );
  return ofSubquery(
    "waiting",
    sql`SELECT * FROM (SELECT * FROM jobs INDEXED BY jobs_not_run WHERE status = 'NOT_RUN' AND scheduled_at <= ${now}
        ORDER BY scheduled_at, id LIMIT ${MAX_SCANNED})
      UNION ALL SELECT * FROM (SELECT * FROM jobs INDEXED BY jobs_planned WHERE status = 'PLANNED' AND scheduled_at <= ${now}
        ORDER BY scheduled_at LIMIT ${MAX_SCANNED})`,
  );
};

/** Epoch milliseconds, `to` exclusive. */
export interface EndedWithin {
  from: number;
  to: number;
}

/** Jobs that ended in a time. */
export const endedWithin = ({ from, to }: EndedWithin): SQL =>
  sql`job.status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND job.status_changed_at >= ${from} AND job.status_changed_at < ${to}`;

/**
 * The jobs that ended in a time, by when they did. Of those whose time had come, an index has when they ended; those that
 * were cancelled before have one of their own. `order` and `after` are those of the list.
 */
export const endedScan = (
  { from, to }: EndedWithin,
  { isNewest, after }: { isNewest: boolean; after: number | undefined },
): IndexScan => {
  const first = isNewest || after === undefined ? from : Math.max(from, after);
  const last = isNewest && after !== undefined ? Math.min(to, after + 1) : to;
  const direction = isNewest ? sql`DESC` : sql`ASC`;
  const ended = sql`status IN ('COMPLETED', 'FAILED', 'CANCELLED')`;
  const key = sql`(CASE WHEN status_changed_at > scheduled_at THEN status_changed_at ELSE scheduled_at END)`;
  return ofSubquery(
    "ended",
    sql`SELECT * FROM (SELECT * FROM jobs INDEXED BY jobs_past WHERE ${ended} AND ${key} >= ${first} AND ${key} < ${last}
        AND status_changed_at >= scheduled_at ORDER BY ${key} ${direction}, id ${direction} LIMIT ${MAX_SCANNED})
      UNION ALL SELECT * FROM (SELECT * FROM jobs INDEXED BY jobs_ended_early WHERE ${ended}
        AND status_changed_at < scheduled_at AND status_changed_at >= ${first} AND status_changed_at < ${last}
        ORDER BY status_changed_at ${direction}, id ${direction} LIMIT ${MAX_SCANNED})`,
    "status_changed_at",
  );
};
