import { type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus, Presence } from "../../database/enums.ts";
import { KNOWN_CONTACT } from "../hosts/contact-store.ts";
import { beginningWith, type NamedTable } from "../lists/beginning-store.ts";
import { inScope } from "../project-store.ts";

/** How many of each kind are shown. */
const MAX_FOUND = 5;
/** How many of the newest of each kind are looked through for a part of a name. */
const MAX_SCANNED = 1000;
const MAX_SCHEDULES = 500;
/** How many projects' tests are looked through. */
const MAX_PROJECTS = 10;

/** What is searched for. */
export interface Wanted {
  /** A part of a name; not empty. */
  text: string;
  /** The id that the text is, if it is one. */
  id: number | undefined;
  now: number;
}

/** Those of this id, those whose name begins so wherever they stand in the alphabet, and of the newest those with this part. */
const among = (
  table: NamedTable,
  { text, id }: Wanted,
  { name, most }: { name: string; most: number },
): SQL => {
  const [rows, column] = [sql.raw(table), sql.raw(name)];
  return sql`SELECT * FROM ${rows} WHERE id = ${id ?? 0}
    UNION ALL
    SELECT * FROM (${beginningWith(table, text)}) WHERE id <> ${id ?? 0}
    UNION ALL
    SELECT * FROM (SELECT * FROM ${rows} ORDER BY id DESC LIMIT ${most}) ${rows}
    WHERE instr(lower(${column}), lower(${text})) > 1 AND id <> ${id ?? 0}`;
};

const hostsOf = (db: Database, actor: Actor, wanted: Wanted) =>
  db.read<{ id: number; name: string; presence: Presence; knownContactAt: number | null }>(sql`
    SELECT hosts.id, hosts.name, hosts.presence, ${KNOWN_CONTACT} AS knownContactAt FROM (
      ${among("hosts", wanted, { name: "name", most: MAX_SCANNED })}
    ) hosts WHERE hosts.retired_at IS NULL AND ${knownTo(actor) ?? sql`true`} LIMIT ${MAX_FOUND}`);

const agentsOf = (db: Database, actor: Actor, wanted: Wanted) =>
  db.read<{ id: number; name: string; hostId: number; hostName: string; projectId: number }>(sql`
    SELECT agent.id, agent.name, agent.host_id AS hostId, hosts.name AS hostName, agent.project_id AS projectId FROM (
      ${among("agents", wanted, { name: "name", most: MAX_SCANNED })}
    ) agent CROSS JOIN hosts ON hosts.id = agent.host_id
    WHERE agent.deleted_at IS NULL AND ${inScope(actor, "agent.project_id")} AND ${knownTo(actor) ?? sql`true`}
    LIMIT ${MAX_FOUND}`);

/** Statement: schedules with the last of their jobs that came due. */
const schedulesOf = (db: Database, actor: Actor, wanted: Wanted) =>
  db.read<{ id: number; name: string; projectId: number; projectName: string; last: string | null }>(sql`
    SELECT s.id, s.schedule_name AS name, s.project_id AS projectId, p.name AS projectName,
      (SELECT json_object('id', id, 'status', status) FROM jobs INDEXED BY jobs_by_schedule
        WHERE schedule_id = s.id AND scheduled_at <= ${wanted.now} ORDER BY scheduled_at DESC, run_number DESC LIMIT 1) AS last
    FROM (
      SELECT * FROM (
        ${among("schedules", wanted, { name: "schedule_name", most: MAX_SCHEDULES })}
      ) WHERE deleted_at IS NULL AND ${inScope(actor, "project_id")} LIMIT ${MAX_FOUND}
    ) s CROSS JOIN projects p ON p.id = s.project_id`);

/** Statement: the job of this id. */
const jobOf = (db: Database, actor: Actor, { id }: Wanted) =>
  db.read<{ id: number; projectId: number; status: JobStatus; scheduleName: string }>(sql`
    SELECT job.id, job.project_id AS projectId, job.status, s.schedule_name AS scheduleName
    FROM jobs job CROSS JOIN schedules s ON s.id = job.schedule_id CROSS JOIN hosts ON hosts.id = job.host_id
    WHERE job.id = ${id ?? 0} AND ${inScope(actor, "job.project_id")} AND ${knownTo(actor) ?? sql`true`}`);

/** What D1 has of the hosts, agents, schedules and jobs that are searched for, and the newest projects: one round trip. */
export const findStored = async (db: Database, actor: Actor, wanted: Wanted) => {
  const [hosts, agents, schedules, jobs, projects] = await db.batch([
    hostsOf(db, actor, wanted),
    agentsOf(db, actor, wanted),
    schedulesOf(db, actor, wanted),
    jobOf(db, actor, wanted),
    db.read<{ id: number; name: string }>(sql`
      SELECT id, name FROM projects WHERE deleted_at IS NULL AND ${inScope(actor, "id")}
      ORDER BY id DESC LIMIT ${MAX_PROJECTS}`),
  ]);
  return { hosts, agents, schedules, jobs, projects };
};
