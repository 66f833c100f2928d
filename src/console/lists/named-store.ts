import { type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import { inScope } from "../project-store.ts";
import { beginningWith, type NamedTable } from "./beginning-store.ts";

/** How many of those that a name may mean are read: those that begin so, and the one of an id. */
const MAX_NAMED = 101;
/** How many agents of a host, or of the newest tokens, are looked through. */
const MAX_SCANNED = 1000;

/** What a filter by name may name. */
export type NamedKind = "host" | "agent" | "schedule" | "token";

/** A name that is looked up. */
export interface NameAsked {
  /** Not empty. */
  text: string;
  /** The id that stood behind the name, as a form of filters has it. */
  id: number | undefined;
  /** An agent's host, if it is known. */
  hostId: number | undefined;
}

/** Something that a name may mean. */
export interface Named {
  id: number;
  name: string;
  /** What tells it from others of its name. */
  beside: string | null;
}

/** Those that begin so, and the one of the id. */
const among = (table: NamedTable, { text, id }: NameAsked): SQL =>
  sql`(SELECT * FROM ${sql.raw(table)} WHERE id = ${id ?? 0} UNION ALL
  SELECT * FROM (${beginningWith(table, text)}) WHERE id <> ${id ?? 0})`;

/** The condition that a name begins so, of which the first are read. */
const matching = (name: string, { text }: NameAsked): SQL =>
  sql`instr(lower(${sql.raw(name)}), lower(${text})) = 1 LIMIT ${MAX_NAMED}`;

const statementOf = (actor: Actor, kind: NamedKind, name: NameAsked): SQL => {
  switch (kind) {
    case "host":
      return sql`SELECT hosts.id, hosts.name, NULL AS beside FROM ${among("hosts", name)} hosts
        WHERE (hosts.retired_at IS NULL OR hosts.id = ${name.id ?? 0}) AND ${knownTo(actor) ?? sql`true`}
          AND ${matching("hosts.name", name)}`;
    case "agent": {
      const ofHost = sql`(SELECT * FROM agents INDEXED BY agents_of_host WHERE host_id = ${name.hostId ?? 0} LIMIT ${MAX_SCANNED})`;
      return sql`SELECT agent.id, agent.name, hosts.name AS beside
        FROM ${name.hostId === undefined ? among("agents", name) : ofHost} agent
        CROSS JOIN hosts ON hosts.id = agent.host_id
        WHERE (agent.deleted_at IS NULL OR agent.id = ${name.id ?? 0}) AND ${inScope(actor, "agent.project_id")} AND ${knownTo(actor) ?? sql`true`}
          AND ${matching("agent.name", name)}`;
    }
    case "schedule":
      return sql`SELECT s.id, s.schedule_name AS name, p.name AS beside FROM ${among("schedules", name)} s
        CROSS JOIN projects p ON p.id = s.project_id
        WHERE (s.deleted_at IS NULL OR s.id = ${name.id ?? 0}) AND ${inScope(actor, "s.project_id")}
          AND ${matching("s.schedule_name", name)}`;
    case "token":
      return sql`SELECT tokens.id, tokens.name, tokens.scope AS beside
        FROM (SELECT * FROM tokens ORDER BY id DESC LIMIT ${MAX_SCANNED}) tokens
        WHERE ${matching("tokens.name", name)}`;
  }
};

/** What each of these names may mean; what is gone only by its id. One round trip. */
export const readNamed = async (
  db: Database,
  actor: Actor,
  names: readonly { kind: NamedKind; name: NameAsked }[],
): Promise<Named[][]> =>
  await db.batch(names.map(({ kind, name }) => db.read<Named>(statementOf(actor, kind, name))));
