import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts } from "../database/schema.ts";
import type { Condition, Searched } from "./query.ts";

const TEXTS: Record<Searched, SQL> = {
  id: sql`CAST(${agents.id} AS TEXT)`,
  name: sql`lower(${agents.name})`,
  project_id: sql`CAST(${agents.projectId} AS TEXT)`,
  host_id: sql`CAST(${agents.hostId} AS TEXT)`,
  framework: sql`lower(${agents.framework})`,
  active: sql`iif(${agents.active}, 'true', 'false')`,
};

const holds = ({ field, part, not, value }: Condition): SQL => {
  const text = TEXTS[field];
  const met = part ? sql`instr(${text}, lower(${value})) > 0` : sql`${text} = lower(${value})`;
  return not ? sql`NOT (${met})` : met;
};

/** The limits of a search: an agent must be within each of them; null is no limit. */
export interface SearchLimits {
  projectIds: readonly (readonly number[] | null)[];
  hostIds: readonly (number | null)[];
}

/** The agents that meet all conditions: the total, and one page by id. */
export const findAgents = async (
  db: Database,
  conditions: readonly Condition[],
  {
    among: { projectIds, hostIds },
    page: { page, pageSize },
  }: { among: SearchLimits; page: { page: number; pageSize: number } },
) => {
  const where = and(
    isNull(agents.deletedAt),
    isNull(hosts.retiredAt),
    ...projectIds.map((ids) => (ids === null ? undefined : isOneOf(agents.projectId, ids))),
    ...hostIds.map((id) => (id === null ? undefined : eq(agents.hostId, id))),
    ...conditions.map(holds),
  );
  const [counted, rows] = await db.batch([
    db.build
      .select({ total: sql<number>`COUNT(*)`.as("total") })
      .from(agents)
      .innerJoin(hosts, eq(hosts.id, agents.hostId))
      .where(where),
    db.build
      .select({
        id: agents.id,
        name: agents.name,
        project_id: agents.projectId,
        host_id: agents.hostId,
        framework: agents.framework,
        active: agents.active,
      })
      .from(agents)
      .innerJoin(hosts, eq(hosts.id, agents.hostId))
      .where(where)
      .orderBy(agents.id)
      .limit(pageSize)
      .offset((page - 1) * pageSize),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
};
