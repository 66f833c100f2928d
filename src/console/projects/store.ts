import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { outcomes, projects } from "../../database/schema.ts";
import type { StoredDay } from "../overview/store.ts";
import { inScope } from "../project-store.ts";

const PAGE = 25;
/** The maximum of projects that one page scans for matches. */
const MAX_SCANNED = 1000;
/** The maximum of a count in the list, and of one on a project's page; above it the page says "more than". */
export const MAX_LISTED_COUNT = 50;
export const MAX_COUNT = 1000;
const MAX_AGENTS = 30;

export interface ListedProject {
  id: number;
  name: string;
  createdAt: number;
  agents: number;
  schedules: number;
  /** The jobs that ended in the last days, and those of them that passed. */
  passed: number;
  failed: number;
}

/** The count of the rows that a statement finds, up to a bound. */
const countOf = (found: SQL, limit: number): SQL => sql`(SELECT COUNT(*) FROM (${found} LIMIT ${limit + 1}))`;

const agentsOf = (id: SQL): SQL =>
  sql`SELECT 1 FROM agents INDEXED BY agents_by_project WHERE project_id = ${id} AND deleted_at IS NULL`;
const schedulesOf = (id: SQL): SQL =>
  sql`SELECT 1 FROM schedules INDEXED BY schedules_by_project WHERE project_id = ${id} AND deleted_at IS NULL`;

const endedAs = (id: SQL, status: "COMPLETED" | "FAILED", from: number): SQL =>
  sql`(SELECT COALESCE(SUM(jobs), 0) FROM outcomes WHERE project_id = ${id} AND day >= ${from}
    AND status = ${sql.raw(`'${status}'`)})`;

export interface ProjectFilter {
  /** A part of the name, or the id. */
  search: string;
  id: number | undefined;
  /** The last project of the previous page. */
  after: number;
}

/** A page by id of the projects that the actor may see, with how the jobs since `from` (a UTC day's start) ended. */
export const readProjectList = async (
  db: Database,
  actor: Actor,
  { filter: { search, id, after }, from }: { filter: ProjectFilter; from: number },
) => {
  const within = id === undefined ? sql`p.id > ${after}` : sql`p.id = ${id}`;
  const scanned = sql`SELECT p.id, p.name, p.created_at, p.deleted_at FROM projects p
    WHERE ${within} AND ${inScope(actor, "p.id")} ORDER BY p.id`;
  const wanted = sql`deleted_at IS NULL AND ${
    search === "" || id !== undefined ? sql`true` : sql`instr(lower(name), lower(${search})) > 0`
  }`;
  const found = sql`SELECT * FROM (${scanned} LIMIT ${MAX_SCANNED}) WHERE ${wanted} LIMIT ${PAGE + 1}`;
  const own = sql`found.id`;
  const [rows, last] = await db.batch([
    db.read<ListedProject>(sql`SELECT found.id, found.name, found.created_at AS createdAt,
      ${countOf(agentsOf(own), MAX_LISTED_COUNT)} AS agents, ${countOf(schedulesOf(own), MAX_LISTED_COUNT)} AS schedules,
      ${endedAs(own, "COMPLETED", from)} AS passed, ${endedAs(own, "FAILED", from)} AS failed
      FROM (${found}) found`),
    db.read<{ id: number }>(sql`SELECT id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
  ]);
  const shown = rows.slice(0, PAGE);
  return { rows: shown, next: rows.length > PAGE ? shown.at(-1)?.id : last[0]?.id };
};

export interface ProjectAgent {
  id: number;
  name: string;
  active: number;
  hostId: number;
  hostName: string;
}

/** How much a project has: counts up to `MAX_COUNT`. */
export interface ProjectCounts {
  agents: number;
  schedules: number;
  testRuns: number;
  jobs: number;
  /** 1 if it has jobs that have not ended. */
  isBusy: number;
}

/** Everything on a project's page, in one round trip; its outcomes since `from`, the start of a UTC day. */
export const readProjectPage = async (db: Database, id: number, from: number) => {
  const own = sql`${id}`;
  const [project, counts, agents, days] = await db.batch([
    db.build
      .select()
      .from(projects)
      .where(and(eq(projects.id, id), isNull(projects.deletedAt))),
    db.read<ProjectCounts>(sql`SELECT ${countOf(agentsOf(own), MAX_COUNT)} AS agents,
      ${countOf(schedulesOf(own), MAX_COUNT)} AS schedules,
      ${countOf(sql`SELECT 1 FROM test_runs WHERE project_id = ${id}`, MAX_COUNT)} AS testRuns,
      ${countOf(sql`SELECT 1 FROM jobs INDEXED BY jobs_by_project WHERE project_id = ${id}`, MAX_COUNT)} AS jobs,
      EXISTS (SELECT 1 FROM schedules s JOIN jobs ON jobs.schedule_id = s.id
        AND jobs.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') WHERE s.project_id = ${id}) AS isBusy`),
    db.read<ProjectAgent>(sql`SELECT a.id, a.name, a.active, a.host_id AS hostId, h.name AS hostName
      FROM (SELECT * FROM agents INDEXED BY agents_by_project WHERE project_id = ${id} AND deleted_at IS NULL
        LIMIT ${MAX_AGENTS}) a CROSS JOIN hosts h ON h.id = a.host_id`),
    db.read<StoredDay>(sql`SELECT day, status, jobs, half_hours AS halfHours FROM ${outcomes}
      WHERE project_id = ${id} AND day >= ${from}`),
  ]);
  return { project: project[0], counts: counts[0], agents, days };
};
