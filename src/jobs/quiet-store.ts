import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Bound } from "../database/built.ts";
import type { Database } from "../database/database.ts";
import { hosts, jobs } from "../database/schema.ts";
import { agentReady, hostReady, scheduleOfJobReady } from "./hand-out-store.ts";

/** What a poll that may teach the host's object wants to know beside its jobs: is anything from `from` on, up to `most`. Epoch milliseconds. */
export interface Ahead {
  from: Bound<number>;
  most: Bound<number>;
}

/**
 * Before which time, from `from` on, no job of a host can be handed out until it is changed: that of its first open
 * job, those counted that something hides but a pause or an inactive agent, or the time up to which all of its
 * schedules are planned; at most `most`. Reads one row each of an agent, its jobs and its schedules, and its paused jobs.
 */
const quietUntil = (hostId: Bound<number>, { from, most }: Ahead): SQL<number> => sql`COALESCE((
  SELECT MIN(MIN(
    COALESCE((SELECT job.scheduled_at FROM jobs job WHERE job.agent_id = a.id
      AND job.status IN ('PLANNED', 'NOT_RUN') AND job.scheduled_at >= ${from} AND job.scheduled_at < ${most}
      AND ${scheduleOfJobReady("job")}
      ORDER BY job.scheduled_at LIMIT 1), ${most}),
    COALESCE((SELECT s.planned_until FROM schedules s WHERE s.agent_id = a.id AND s.plan_due_at IS NOT NULL
      ORDER BY s.planned_until LIMIT 1), ${most})))
  FROM agents a WHERE a.host_id = ${hostId} AND ${agentReady("a")}), ${most})`;

const NOT_ASKED = sql<null>`NULL`.as("quiet_until");

const NONE_OUTSIDE = sql<number>`0`;

/** Statement: a host that is there, its jobs that `cancelling` picks (a list in JSON), how many rows `outside` has, and until when it is quiet, where these are asked. */
export const livingHost = (
  db: Database,
  hostId: Bound<number>,
  { cancelling, ahead, outside }: { cancelling: SQL | undefined; ahead: Ahead | null; outside: SQL | null },
) =>
  db.build
    .select({
      id: hosts.id,
      cancelling: sql<string>`(SELECT json_group_array(${jobs.id}) FROM ${jobs} WHERE ${cancelling})`.as(
        "cancelling",
      ),
      outside: (outside ? sql<number>`(SELECT COUNT(*) FROM (${outside}))` : NONE_OUTSIDE).as("outside"),
      quietUntil: ahead ? quietUntil(hostId, ahead).as("quiet_until") : NOT_ASKED,
    })
    .from(hosts)
    .where(and(eq(hosts.id, hostId), hostReady("hosts")));
