import { sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { oneSchedule } from "../../schedules/store.ts";
import { visibleProjects } from "../project-store.ts";

/** The maximum of agents offered, and of those scanned for them. */
const MAX_AGENTS = 50;
const MAX_SCANNED_AGENTS = 1000;
const MAX_FOUND = 20;
/** The maximum of newest test runs scanned for a substring of a name; a prefix finds all of them. */
const MAX_SCANNED = 2000;
const LAST_CHARACTER = "\u{10ffff}";

export interface TestRun {
  id: number;
  name: string;
  content: string;
}

export interface FormAgent {
  id: number;
  name: string;
  active: number;
  hostName: string;
}

/** What a form searches for and has chosen. */
export interface Selection {
  chosen: readonly number[];
  find: string;
  findAgent: string;
  /** The chosen agent, 0 without one; null for the schedule's own. */
  agent: number | null;
}

/** The projects that the actor may schedule in. */
export const readProjects = async (db: Database, actor: Actor) => {
  const [rows] = await db.batch([visibleProjects(db, actor)]);
  return rows;
};

/** What the form offers: the project's agents, the chosen and found test runs, and the schedule; one round trip. */
export const readOffer = async (
  db: Database,
  projectId: number,
  {
    selection: { chosen, find: search, findAgent, agent },
    scheduleId,
  }: { selection: Selection; scheduleId: number },
) => {
  const theAgent = sql`COALESCE(${agent},
    (SELECT s.agent_id FROM schedules s WHERE s.id = ${scheduleId} AND s.project_id = ${projectId}))`;
  const run = sql`id, test_case_name AS name, automation_content AS content`;
  const name = sql`test_case_name COLLATE NOCASE`;
  const found = sql`SELECT ${run} FROM test_runs WHERE project_id = ${projectId} AND id = ${Number(search) || 0}
    UNION SELECT * FROM (SELECT ${run} FROM test_runs INDEXED BY test_runs_by_name WHERE project_id = ${projectId}
      AND ${name} >= ${search} AND ${name} < ${search + LAST_CHARACTER} LIMIT ${MAX_FOUND})
    UNION SELECT * FROM (SELECT ${run} FROM
      (SELECT * FROM test_runs WHERE project_id = ${projectId} ORDER BY id DESC LIMIT ${MAX_SCANNED})
      WHERE instr(lower(test_case_name), lower(${search})) OR instr(lower(automation_content), lower(${search}))
      LIMIT ${MAX_FOUND})
    ORDER BY 2, 1 LIMIT ${MAX_FOUND}`;
  const [project, agents, chosenRuns, foundRuns, kept, schedule] = await db.batch([
    db.read<{ name: string }>(sql`SELECT name FROM projects WHERE id = ${projectId}`),
    db.read<FormAgent>(sql`
      SELECT a.id, a.name, a.active, h.name AS hostName FROM
        (SELECT * FROM agents INDEXED BY agents_by_project WHERE project_id = ${projectId} AND deleted_at IS NULL
          LIMIT ${MAX_SCANNED_AGENTS}) a
      CROSS JOIN hosts h ON h.id = a.host_id AND h.retired_at IS NULL
      WHERE ${findAgent === ""} OR a.id = ${theAgent} OR instr(lower(h.name || ' ' || a.name), lower(${findAgent}))
      ORDER BY a.id = ${theAgent} DESC, a.active DESC, h.name, a.name LIMIT ${MAX_AGENTS + 1}`),
    db.read<TestRun>(sql`
      SELECT ${run} FROM test_runs WHERE project_id = ${projectId}
        AND id IN (SELECT value FROM json_each(${JSON.stringify(chosen)})) ORDER BY id`),
    db.read<TestRun>(
      search === ""
        ? sql`SELECT ${run} FROM test_runs WHERE project_id = ${projectId} ORDER BY id DESC LIMIT ${MAX_FOUND}`
        : found,
    ),
    db.read<{ runs: number }>(sql`
      SELECT json_array_length(m.materials) AS runs FROM schedules s CROSS JOIN snapshots m ON m.id = s.snapshot_id
      WHERE s.id = ${scheduleId} AND s.project_id = ${projectId}`),
    oneSchedule(db, projectId, scheduleId),
  ]);
  return {
    schedule: schedule[0],
    projectName: project[0]?.name,
    agents: agents.slice(0, MAX_AGENTS),
    moreAgents: agents.length > MAX_AGENTS,
    chosen: chosenRuns,
    found: foundRuns,
    keptRuns: kept[0]?.runs ?? 0,
  };
};

/** A schedule's test runs as JSON; undefined if the schedule does not exist. */
export const readMaterials = async (
  db: Database,
  projectId: number,
  scheduleId: number,
): Promise<string | undefined> => {
  const [rows] = await db.batch([
    db.read<{ materials: string }>(sql`
      SELECT m.materials FROM schedules s CROSS JOIN snapshots m ON m.id = s.snapshot_id
      WHERE s.id = ${scheduleId} AND s.project_id = ${projectId}`),
  ]);
  return rows[0]?.materials;
};
