import { type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { Presence } from "../../database/enums.ts";
import { KNOWN_CONTACT } from "../hosts/contact-store.ts";
import { inScope, visibleProjects } from "../project-store.ts";

const PAGE = 25;
/** The maximum of agents that one page scans for matches. */
const MAX_SCANNED = 1000;

export interface AgentFilter {
  id: number | undefined;
  /** A part of the name; an id is searched among names too. */
  search: string;
  projectId: number | undefined;
  hostId: number | undefined;
  state: "active" | "inactive" | undefined;
  order: "newest" | "oldest";
  /** The last agent of the previous page. */
  after: number | undefined;
}

interface ListedAgent {
  id: number;
  name: string;
  framework: string;
  clientNumber: string;
  active: number;
  /** Since when it is inactive; null while it is active. */
  inactiveSince: number | null;
  projectId: number;
  projectName: string;
  hostId: number;
  hostName: string;
  presence: Presence;
  knownContactAt: number | null;
}

/** The index that serves a filter, in whose order the page comes. */
const scanOf = ({ hostId, projectId }: AgentFilter): { from: SQL; within: SQL } => {
  if (hostId !== undefined)
    return { from: sql`agents INDEXED BY agents_of_host`, within: sql`host_id = ${hostId}` };
  if (projectId !== undefined)
    return { from: sql`agents INDEXED BY agents_by_project`, within: sql`project_id = ${projectId}` };
  return { from: sql`agents`, within: sql`true` };
};

const scannedAgents = (filter: AgentFilter): SQL => {
  const { from, within } = scanOf(filter);
  const [direction, behind] = filter.order === "newest" ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`];
  const after = filter.after === undefined ? sql`true` : sql`id ${behind} ${filter.after}`;
  return sql`SELECT * FROM ${from} WHERE ${within} AND ${after} ORDER BY id ${direction}`;
};

const wantedAgents = (actor: Actor, { id, search, projectId, state }: AgentFilter): SQL => {
  const named = sql`instr(lower(name), lower(${search})) > 0`;
  return sql.join(
    [
      sql`deleted_at IS NULL`,
      inScope(actor, "project_id"),
      projectId === undefined ? sql`true` : sql`project_id = ${projectId}`,
      search === "" ? sql`true` : id === undefined ? named : sql`(id = ${id} OR ${named})`,
      state === undefined ? sql`true` : sql`active = ${state === "active" ? 1 : 0}`,
    ],
    sql` AND `,
  );
};

/** A page of the agents that the actor may see, by when they were made, and its last row. */
export const readAgentList = async (db: Database, actor: Actor, filter: AgentFilter) => {
  const scanned = scannedAgents(filter);
  const wanted = wantedAgents(actor, filter);
  // An agent of the searched id is found wherever it stands; only the first page has it.
  const ofId = sql`SELECT * FROM agents WHERE id = ${filter.after === undefined ? (filter.id ?? 0) : 0}`;
  const found = sql`SELECT * FROM (SELECT * FROM (${ofId}) UNION ALL SELECT * FROM (${scanned} LIMIT ${MAX_SCANNED}) agents
    WHERE id <> ${filter.id ?? 0}) WHERE ${wanted} LIMIT ${PAGE + 1}`;
  const [rows, last, projects, host] = await db.batch([
    db.read<ListedAgent>(sql`
      SELECT agent.id, agent.name, agent.framework, agent.client_number AS clientNumber, agent.active,
        agent.inactive_since AS inactiveSince, agent.project_id AS projectId, p.name AS projectName,
        agent.host_id AS hostId, hosts.name AS hostName, hosts.presence, ${KNOWN_CONTACT} AS knownContactAt
      FROM (${found}) agent CROSS JOIN projects p ON p.id = agent.project_id
      CROSS JOIN hosts ON hosts.id = agent.host_id WHERE ${knownTo(actor) ?? sql`true`}`),
    db.read<{ id: number }>(sql`
      SELECT id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1}) agents
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
    visibleProjects(db, actor),
    db.read<{ name: string }>(
      sql`SELECT name FROM hosts WHERE id = ${filter.hostId ?? 0} AND ${knownTo(actor) ?? sql`true`}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  const next = rows.length > PAGE ? shown.at(-1)?.id : last[0]?.id;
  return { rows: shown, next, projects, hostName: host[0]?.name };
};

/** The host of an agent of a project; undefined if there is no such agent. */
export const readHostOf = async (
  db: Database,
  { project, id }: { project: number; id: number },
): Promise<number | undefined> => {
  const [rows] = await db.batch([
    db.read<{ hostId: number }>(
      sql`SELECT host_id AS hostId FROM agents WHERE id = ${id} AND project_id = ${project} AND deleted_at IS NULL`,
    ),
  ]);
  return rows[0]?.hostId;
};
