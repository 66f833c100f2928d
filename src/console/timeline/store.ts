import { and, isNull, type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { hosts, site } from "../../database/schema.ts";
import { inScope, visibleProjects } from "../project-store.ts";
import {
  BESIDE_OTHERS,
  LANE_HOST,
  type LaneRow,
  type LaneSource,
  laneJobs,
  laneTurns,
  ofHost,
} from "./lane-store.ts";
import type { TimeWindow } from "./window.ts";

/** The maximum of lanes of one page. */
const PAGE = 20;
/** The maximum of hosts that one page scans for matches. */
const MAX_SCANNED = 1000;

/** The last lane of a page: a host, or an agent of it. A host alone comes after all its agents. */
interface LaneCursor {
  hostId: number;
  agentId: number | undefined;
}

/** Which lanes the timeline's own page shows. */
export interface LaneFilter {
  by: "host" | "agent";
  projectId: number | undefined;
  /** A substring of the name. */
  search: string;
  /** The id of a host, or in lanes of agents of an agent, that the search is; it is found wherever it stands. */
  id: number | undefined;
  /** Only lanes with a job in the window. */
  onlyBusy: boolean;
  after: LaneCursor | undefined;
}

export interface ListedLane extends LaneRow {
  /** Null in a lane of a host. */
  agentId: number | null;
  agentProjectId: number | null;
  agentName: string | null;
  agentActive: number | null;
}

/** Whether a lane has a job in the window, by a bounded look. */
const isBusy = ({ index, own, running, among, limits }: LaneSource, { from, to }: TimeWindow): SQL => sql`(
  EXISTS (SELECT 1 FROM (SELECT job.project_id, job.agent_id FROM jobs job INDEXED BY ${sql.raw(index)} WHERE ${own}
    AND scheduled_at >= ${from} AND scheduled_at < ${to} LIMIT ${limits.past}) job WHERE ${among})
  OR EXISTS (SELECT 1 FROM (SELECT job.project_id, job.agent_id FROM jobs job WHERE ${running} LIMIT ${limits.running}) job WHERE ${among}))`;

/** The hosts behind the cursor, by name. Written so that SQLite begins to read at the cursor. */
const hostsBehind = (after: LaneCursor | undefined): SQL => {
  const name = sql`(SELECT name FROM hosts WHERE id = ${after?.hostId ?? 0})`;
  const beside = sql.raw(after?.agentId === undefined ? ">" : ">=");
  return sql`SELECT * FROM hosts INDEXED BY hosts_by_name
    WHERE ${
      after === undefined
        ? sql`true`
        : sql`name COLLATE NOCASE >= ${name} AND (name COLLATE NOCASE > ${name} OR id ${beside} ${after.hostId})`
    }
    ORDER BY name COLLATE NOCASE, id`;
};

const isNamed = (column: SQL, search: string): SQL => sql`instr(lower(${column}), lower(${search}))`;

/** The host of an id, or of an agent's; bounded by itself. */
const hostOfId = (by: LaneFilter["by"], id: number): SQL =>
  by === "host"
    ? sql`SELECT * FROM hosts WHERE id = ${id}`
    : sql`SELECT * FROM hosts WHERE id = (SELECT host_id FROM agents WHERE agents.id = ${id})`;

/** A page of lanes by the names of their hosts, and where the next one begins; one round trip. */
export const readLanes = async (
  db: Database,
  actor: Actor,
  { filter, window }: { filter: LaneFilter; window: TimeWindow },
) => {
  const { by, projectId, search, id, onlyBusy, after } = filter;
  const behind = id === undefined ? hostsBehind(after) : hostOfId(by, id);
  const inProject = (column: string): SQL =>
    sql`(${inScope(actor, column)} AND ${projectId === undefined ? sql`true` : sql`${sql.raw(column)} = ${projectId}`})`;
  const lanes = {
    host: {
      among: inProject("job.project_id"),
      columns: sql`hosts.*, NULL AS agentId, NULL AS agentProjectId, NULL AS agentName, NULL AS agentActive`,
      from: sql`(${behind} LIMIT ${MAX_SCANNED}) hosts`,
      wanted: and(
        search === "" || id !== undefined ? undefined : isNamed(sql`hosts.name`, search),
        projectId === undefined
          ? undefined
          : sql`EXISTS (SELECT 1 FROM agents a WHERE a.host_id = hosts.id AND a.deleted_at IS NULL AND ${inProject("a.project_id")})`,
      ),
    },
    agent: {
      among: sql`(${inProject("job.project_id")} AND job.agent_id = agent.id)`,
      columns: sql`hosts.*, agent.id AS agentId, agent.project_id AS agentProjectId, agent.name AS agentName, agent.active AS agentActive`,
      from: sql`(${behind} LIMIT ${MAX_SCANNED}) hosts
        CROSS JOIN agents agent INDEXED BY agents_of_host ON agent.host_id = hosts.id`,
      wanted: and(
        sql`agent.deleted_at IS NULL AND ${inProject("agent.project_id")}`,
        sql`(hosts.id <> ${after?.hostId ?? 0} OR agent.id > ${after?.agentId ?? 0})`,
        id === undefined ? undefined : sql`agent.id = ${id}`,
        search === "" || id !== undefined
          ? undefined
          : sql`(${isNamed(sql`hosts.name`, search)} OR ${isNamed(sql`agent.name`, search)})`,
      ),
    },
  }[by];
  const wanted = and(
    isNull(hosts.retiredAt),
    knownTo(actor),
    lanes.wanted,
    onlyBusy
      ? isBusy(ofHost(sql`hosts.id`, { among: lanes.among, limits: BESIDE_OTHERS }), window)
      : undefined,
  );
  const found = sql`SELECT ${lanes.columns} FROM ${lanes.from} WHERE ${wanted} LIMIT ${PAGE + 1}`;
  const among = sql`(${inProject("job.project_id")} AND ${by === "host" ? sql`true` : sql`job.agent_id = hosts.agentId`})`;
  const [rows, last, projects, checked] = await db.batch([
    db.read<ListedLane>(sql`
      SELECT ${LANE_HOST}, agentId, agentProjectId, agentName, agentActive, ${laneJobs(ofHost(sql`hosts.id`, { among, limits: BESIDE_OTHERS }), window)} AS jobs,
        ${laneTurns(sql`hosts.id`, window)} AS turns
      FROM (${found}) hosts`),
    db.read<{ hostId: number }>(sql`
      SELECT id AS hostId FROM (${behind} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
    visibleProjects(db, actor),
    db.build.select({ checkedAt: site.checkedAt }).from(site),
  ]);
  const shown = rows.slice(0, PAGE);
  const end = shown.at(-1);
  const next: LaneCursor | undefined =
    rows.length > PAGE && end
      ? { hostId: end.hostId, agentId: end.agentId ?? undefined }
      : last[0] && { hostId: last[0].hostId, agentId: undefined };
  return { rows: shown, next, projects, checkedAt: checked[0]?.checkedAt ?? null };
};
