import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import { type Database, isOneOf } from "../../database/database.ts";
import type { JobStatus, Presence } from "../../database/enums.ts";
import { agents, hosts, projects, site } from "../../database/schema.ts";
import { scheduleOfJobReady, unexpired } from "../../jobs/hand-out-store.ts";
import { inScope } from "../project-store.ts";
import { hostLane } from "../timeline/lane-store.ts";
import type { TimeWindow } from "../timeline/window.ts";
import { KNOWN_CONTACT } from "./contact-store.ts";
import { runningCount } from "./running-store.ts";

const PAGE = 18;
/** The maximum of hosts that one page scans for matches. */
const MAX_SCANNED = 1000;
const MAX_AGENTS = 100;
const MAX_TURNS = 60;
const MAX_JOBS = 12;
const MAX_COMING = 8;

/** Filters of the host list; epoch milliseconds. */
export interface HostFilter {
  presence: Presence | undefined;
  /** One that a host has; it has the form of a label. */
  label: string | undefined;
  /** A substring of the name. */
  search: string;
  /** The id that the search is, if it is one: that host is found wherever it stands. */
  id: number | undefined;
  /** From a to z by name, or from z to a. */
  order: "az" | "za";
  /** The last host of the previous page. */
  after: { name: string; id: number } | undefined;
  /** The start of the presence history that the page shows. */
  since: number;
  now: number;
}

export interface PresenceChange {
  at: number;
  presence: Presence;
}

interface HostListing {
  id: number;
  name: string;
  presence: Presence;
  presenceChangedAt: number | null;
  lastPingAt: number | null;
  registeredAt: number;
  /** The last contact that D1 knows of; null: none. */
  knownContactAt: number | null;
  maintenanceAt: number | null;
  maintenanceUntil: number | null;
  maintenanceBy: string | null;
  maintenanceNote: string | null;
  version: string | null;
  /** JSON, as it is stored. */
  labels: string | null;
  /** JSON: how many agents it has and how many are active, and their frameworks. */
  agents: string;
  /** JSON: its jobs that wait past their time. */
  late: string;
  /** JSON: some of its running jobs, and how many run. */
  running: string;
  inUse: number;
  /** JSON: its next job, null if there is none. */
  next: string | null;
  /** JSON: its presence changes, newest first. */
  turns: string;
}

/** The next open jobs of a host's active agents, scanning at most `limit` of each agent. */
const nextJobs = (actor: Actor, hostId: SQL, limit: number): SQL => sql`
  SELECT next.id, next.project_id, next.scheduled_at, next.status, next.schedule_id FROM
    (SELECT * FROM agents own WHERE own.host_id = ${hostId} AND own.active AND own.deleted_at IS NULL
      AND ${inScope(actor, "own.project_id")} LIMIT ${MAX_AGENTS}) agent
  CROSS JOIN jobs next ON next.id IN (SELECT first.id FROM jobs first WHERE first.agent_id = agent.id
    AND first.status IN ('PLANNED', 'NOT_RUN') ORDER BY first.scheduled_at, first.id LIMIT ${limit})
  ORDER BY next.scheduled_at, next.id LIMIT ${limit}`;

/** A job that waits for longer than this after its time is late; after half an hour it is overdue. */
const LATE_MS = 2 * 60_000;
/** The maximum of a host's late jobs that are counted. */
export const MAX_LATE = 5;

/** JSON: how many jobs of a host's active agents could begin and wait past their time, and since when the first does. */
const lateOf = (
  actor: Actor,
  hostId: SQL,
  now: number,
): SQL => sql`(SELECT json_object('jobs', COUNT(*), 'since', MIN(scheduled_at)) FROM (
  SELECT due.scheduled_at FROM agents own CROSS JOIN jobs due ON due.agent_id = own.id
  WHERE own.host_id = ${hostId} AND own.active AND own.deleted_at IS NULL AND ${inScope(actor, "own.project_id")}
    AND due.status IN ('PLANNED', 'NOT_RUN') AND due.scheduled_at < ${now - LATE_MS}
    AND ${unexpired("due", now)} AND ${scheduleOfJobReady("due")}
  LIMIT ${MAX_LATE}))`;

const turnsOf = (
  hostId: SQL,
  since: number,
): SQL => sql`(SELECT json_group_array(json_object('at', at, 'presence', presence))
  FROM (SELECT at, presence FROM presence_history WHERE host_id = ${hostId} AND at >= ${since}
    ORDER BY at DESC LIMIT ${MAX_TURNS}))`;

/** The hosts that are looked through for a filter, by name, and those of them that match it. */
export const scannedHosts = (actor: Actor, filter: Omit<HostFilter, "since" | "now">) => {
  const { presence, label, search, id, order, after } = filter;
  const [direction, beyond] = order === "az" ? [sql`ASC`, sql`>`] : [sql`DESC`, sql`<`];
  const behind = after
    ? sql`(${hosts.name} COLLATE NOCASE, ${hosts.id}) ${beyond} (${after.name}, ${after.id})`
    : sql`true`;
  const scanned = sql`SELECT * FROM ${hosts} INDEXED BY hosts_by_name WHERE ${behind}
    ORDER BY ${hosts.name} COLLATE NOCASE ${direction}, ${hosts.id} ${direction}`;
  const named = sql`instr(lower(${hosts.name}), lower(${search}))`;
  const wanted = and(
    isNull(hosts.retiredAt),
    knownTo(actor),
    presence === undefined ? undefined : eq(hosts.presence, presence),
    // No label has a quote in it, so that this finds whole ones.
    label === undefined ? undefined : sql`instr(${hosts.labels}, ${JSON.stringify(label)})`,
    search === "" ? undefined : id === undefined ? named : sql`(${hosts.id} = ${id} OR ${named})`,
  );
  // Only the first page has the host of the searched id.
  const ofId = sql`SELECT * FROM ${hosts} WHERE ${hosts.id} = ${after ? 0 : (id ?? 0)}`;
  const all =
    id === undefined
      ? sql`${scanned} LIMIT ${MAX_SCANNED}`
      : sql`SELECT * FROM (${ofId}) UNION ALL SELECT * FROM (${scanned} LIMIT ${MAX_SCANNED}) hosts WHERE id <> ${id}`;
  return { scanned, found: sql`SELECT * FROM (${all}) hosts WHERE ${wanted}` };
};

/** A page by name of the hosts that the actor may see, and its last row. */
export const readHostList = async (db: Database, actor: Actor, filter: HostFilter) => {
  const { since, now } = filter;
  const { scanned, found: matching } = scannedHosts(actor, filter);
  const found = sql`${matching} LIMIT ${PAGE + 1}`;
  const [checked, rows, last] = await db.batch([
    db.build.select({ checkedAt: site.checkedAt }).from(site),
    db.read<HostListing>(sql`
      SELECT hosts.id, hosts.name, hosts.presence, hosts.presence_changed_at AS presenceChangedAt,
        hosts.last_ping_at AS lastPingAt, hosts.registered_at AS registeredAt,
        ${KNOWN_CONTACT} AS knownContactAt,
        hosts.maintenance_at AS maintenanceAt, hosts.maintenance_until AS maintenanceUntil,
        hosts.maintenance_by AS maintenanceBy, hosts.maintenance_note AS maintenanceNote, hosts.version, hosts.labels,
        (SELECT json_object('all', COUNT(*), 'active', IFNULL(SUM(active), 0), 'frameworks', json_group_array(framework))
          FROM (SELECT a.active, a.framework FROM agents a WHERE a.host_id = hosts.id AND a.deleted_at IS NULL
          AND ${inScope(actor, "a.project_id")} LIMIT ${MAX_AGENTS})) AS agents,
        ${lateOf(actor, sql`hosts.id`, now)} AS late,
        (SELECT json_group_array(json_object('id', run.id, 'projectId', run.project_id, 'startedAt', run.started_at,
            'scheduleName', s.schedule_name))
          FROM (SELECT * FROM jobs run WHERE run.host_id = hosts.id AND run.status = 'RUNNING'
            AND ${inScope(actor, "run.project_id")} LIMIT 1) run CROSS JOIN schedules s ON s.id = run.schedule_id) AS running,
        ${runningCount(actor, sql`hosts.id`)} AS inUse,
        (SELECT json_object('id', next.id, 'projectId', next.project_id, 'scheduledAt', next.scheduled_at,
            'status', next.status, 'scheduleName', s.schedule_name)
          FROM (${nextJobs(actor, sql`hosts.id`, 1)}) next CROSS JOIN schedules s ON s.id = next.schedule_id) AS next,
        ${turnsOf(sql`hosts.id`, since)} AS turns
      FROM (${found}) hosts`),
    db.read<{ name: string; id: number }>(sql`
      SELECT name, id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
  ]);
  const shown = rows.slice(0, PAGE);
  return {
    checkedAt: checked[0]?.checkedAt ?? null,
    rows: shown,
    next: rows.length > PAGE ? shown.at(-1) : last[0],
  };
};

export interface HostJob {
  id: number;
  projectId: number;
  status: JobStatus;
  scheduledAt: number;
  startedAt: number | null;
  statusChangedAt: number;
  statusReason: string | null;
  scheduleName: string;
}

export const hostJobs = (found: SQL): SQL => sql`
  SELECT job.id, job.project_id AS projectId, job.status, job.scheduled_at AS scheduledAt,
    job.started_at AS startedAt, job.status_changed_at AS statusChangedAt, job.status_reason AS statusReason,
    s.schedule_name AS scheduleName
  FROM (${found}) found CROSS JOIN jobs job ON job.id = found.id CROSS JOIN schedules s ON s.id = job.schedule_id`;

/** Everything in D1 that a host's page shows, in one round trip. */
export const readHostPage = async (
  db: Database,
  actor: Actor,
  { hostId, now, since, window }: { hostId: number; now: number; since: number; window: TimeWindow },
) => {
  const ofHost = sql`${hostId}`;
  const [checked, host, ofAgents, running, coming, past, turns, lane, facts] = await db.batch([
    db.build.select({ checkedAt: site.checkedAt }).from(site),
    db.build
      .select()
      .from(hosts)
      .where(and(eq(hosts.id, hostId), isNull(hosts.retiredAt))),
    db.build
      .select({
        id: agents.id,
        projectId: agents.projectId,
        projectName: projects.name,
        clientNumber: agents.clientNumber,
        name: sql<string>`${agents.name}`.as("agent_name"),
        framework: agents.framework,
        active: agents.active,
      })
      .from(agents)
      .innerJoin(projects, eq(projects.id, agents.projectId))
      .where(
        and(
          eq(agents.hostId, hostId),
          isNull(agents.deletedAt),
          actor.projectIds === null ? undefined : isOneOf(agents.projectId, actor.projectIds),
        ),
      )
      .orderBy(agents.id)
      .limit(MAX_AGENTS),
    db.read<HostJob>(
      hostJobs(sql`SELECT id FROM jobs run WHERE run.host_id = ${ofHost} AND run.status = 'RUNNING'
        AND ${inScope(actor, "run.project_id")} LIMIT ${MAX_JOBS}`),
    ),
    db.read<HostJob>(hostJobs(nextJobs(actor, ofHost, MAX_COMING))),
    db.read<HostJob>(
      hostJobs(sql`SELECT id FROM jobs past INDEXED BY jobs_by_host_time
        WHERE past.host_id = ${ofHost} AND past.scheduled_at <= ${now} AND ${inScope(actor, "past.project_id")}
        ORDER BY past.scheduled_at DESC, past.id DESC LIMIT ${MAX_JOBS}`),
    ),
    db.read<{ turns: string }>(sql`SELECT ${turnsOf(ofHost, since)} AS turns`),
    hostLane(db, actor, { hostId, window }),
    db.read<{ late: string; inUse: number }>(
      sql`SELECT ${lateOf(actor, ofHost, now)} AS late, ${runningCount(actor, ofHost)} AS inUse`,
    ),
  ]);
  return {
    checkedAt: checked[0]?.checkedAt ?? null,
    host: host[0],
    agents: ofAgents,
    ...{ running, coming, past },
    turns: turns[0]?.turns ?? "[]",
    lane: lane[0],
    late: facts[0]?.late ?? "{}",
    inUse: facts[0]?.inUse ?? 0,
  };
};
