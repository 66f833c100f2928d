import { sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts } from "../../database/schema.ts";
import { inScope } from "../project-store.ts";

const MAX_SCANNED = 100;

/**
 * The progress of an installation: the newest of each object that a first run needs, in the project `chosen` or in the
 * newest one; one round trip.
 */
export const readProgress = async (db: Database, actor: Actor, chosen: number | undefined) => {
  const project = sql`(SELECT id FROM projects WHERE deleted_at IS NULL AND ${inScope(actor, "id")}${
    chosen === undefined ? sql`` : sql` AND id = ${chosen}`
  } ORDER BY id DESC LIMIT 1)`;
  const [projects, host, agents, jobs, completed] = await db.batch([
    db.read<{ id: number; name: string }>(sql`SELECT id, name FROM projects WHERE id = ${project}`),
    db.read<{ id: number; name: string; guid: string; registeredAt: number; lastPingAt: number | null }>(sql`
      SELECT id, name, guid_as_sent AS guid, registered_at AS registeredAt, last_ping_at AS lastPingAt
      FROM (SELECT * FROM hosts ORDER BY id DESC LIMIT ${MAX_SCANNED}) hosts
      WHERE ${hosts.retiredAt} IS NULL AND ${knownTo(actor) ?? sql`true`} ORDER BY id DESC LIMIT 1`),
    db.read<{ id: number; name: string; hostId: number; hostName: string; guid: string; active: number }>(sql`
      SELECT a.id, a.name, a.host_id AS hostId, h.name AS hostName, h.guid_as_sent AS guid, a.active FROM
        (SELECT * FROM agents WHERE project_id = ${project} AND deleted_at IS NULL ORDER BY id DESC LIMIT 1) a
      CROSS JOIN hosts h ON h.id = a.host_id`),
    db.read<{ id: number; status: JobStatus; scheduleName: string; agentId: number }>(sql`
      SELECT j.id, j.status, s.schedule_name AS scheduleName, j.agent_id AS agentId FROM
        (SELECT * FROM jobs INDEXED BY jobs_by_project WHERE project_id = ${project} ORDER BY id DESC LIMIT 1) j
      CROSS JOIN schedules s ON s.id = j.schedule_id`),
    db.read<{ id: number }>(sql`
      SELECT id FROM (SELECT * FROM jobs INDEXED BY jobs_by_project WHERE project_id = ${project}
        ORDER BY id DESC LIMIT ${MAX_SCANNED}) WHERE status = 'COMPLETED' LIMIT 1`),
  ]);
  return {
    ...{ project: projects[0], host: host[0], agent: agents[0], job: jobs[0] },
    isComplete: completed.length > 0,
  };
};
