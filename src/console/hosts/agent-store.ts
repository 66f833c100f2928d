import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { agents, hosts, projects } from "../../database/schema.ts";
import { agentLane } from "../timeline/lane-store.ts";
import type { TimeWindow } from "../timeline/window.ts";
import { type HostJob, hostJobs } from "./store.ts";

const MAX_JOBS = 12;
/** How many of its host's jobs are looked through for an agent's. */
const MAX_SCANNED = 200;
const MAX_SCHEDULES = 20;

interface AgentPath {
  project: number;
  host: number;
  agent: number;
}

/** Statement: an agent that was not removed. */
const agentRead = (db: Database, { project, host, agent }: AgentPath) =>
  db.build
    .select()
    .from(agents)
    .where(
      and(
        eq(agents.id, agent),
        eq(agents.hostId, host),
        eq(agents.projectId, project),
        isNull(agents.deletedAt),
      ),
    );

/** An agent and the name of its host, in one round trip. */
export const readAgentOfHost = async (db: Database, path: AgentPath) => {
  const [agent, host] = await db.batch([
    agentRead(db, path),
    db.build.select({ name: hosts.name }).from(hosts).where(eq(hosts.id, path.host)),
  ]);
  return { agent: agent[0], hostName: host[0]?.name ?? "" };
};

/** Everything in D1 that an agent's page shows, in one round trip. */
export const readAgentPage = async (
  db: Database,
  { project, host, agent: id }: AgentPath,
  { now, window }: { now: number; window: TimeWindow },
) => {
  const [found, ofHost, named, running, coming, past, schedules, lane] = await db.batch([
    agentRead(db, { project, host, agent: id }),
    db.build
      .select()
      .from(hosts)
      .where(and(eq(hosts.id, host), isNull(hosts.retiredAt))),
    db.build.select({ name: projects.name }).from(projects).where(eq(projects.id, project)),
    db.read<HostJob>(
      hostJobs(sql`SELECT id FROM (SELECT id, agent_id FROM jobs run WHERE run.host_id = ${host} AND run.status = 'RUNNING'
        LIMIT ${MAX_SCANNED}) WHERE agent_id = ${id} LIMIT ${MAX_JOBS}`),
    ),
    db.read<HostJob>(
      hostJobs(sql`SELECT next.id FROM jobs next WHERE next.agent_id = ${id} AND next.status IN ('PLANNED', 'NOT_RUN')
        ORDER BY next.scheduled_at, next.id LIMIT ${MAX_JOBS}`),
    ),
    db.read<HostJob>(
      hostJobs(sql`SELECT id FROM (SELECT id, agent_id FROM jobs past INDEXED BY jobs_by_host_time
        WHERE past.host_id = ${host} AND past.scheduled_at <= ${now}
        ORDER BY past.scheduled_at DESC, past.id DESC LIMIT ${MAX_SCANNED}) WHERE agent_id = ${id} LIMIT ${MAX_JOBS}`),
    ),
    db.read<{ id: number; name: string; cron: string | null; timeZone: string; pausedAt: number | null }>(sql`
      SELECT id, schedule_name AS name, cron, time_zone AS timeZone, paused_at AS pausedAt
      FROM (SELECT * FROM schedules INDEXED BY schedules_by_agent WHERE agent_id = ${id} ORDER BY rowid DESC
        LIMIT ${MAX_SCANNED}) WHERE deleted_at IS NULL LIMIT ${MAX_SCHEDULES}`),
    agentLane(db, { hostId: host, agentId: id, window }),
  ]);
  return {
    agent: found[0],
    host: ofHost[0],
    projectName: named[0]?.name ?? "",
    ...{ running, coming, past, schedules },
    lane: lane[0],
  };
};
