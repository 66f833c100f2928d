import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Knower } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts } from "../database/schema.ts";
import { hostTakesJobs } from "../jobs/hand-out-store.ts";

/** Maintenance as it is asked for; `until` in epoch milliseconds, null: until somebody ends it. */
interface Maintenance {
  note: string;
  until: number | null;
}

/** A token limited to projects may not stop the jobs of other projects' agents. */
const servesOnly = ({ projectIds }: Knower): SQL | undefined =>
  projectIds === null
    ? undefined
    : sql`NOT EXISTS (SELECT 1 FROM ${agents} WHERE ${agents.hostId} = ${hosts.id} AND ${agents.deletedAt} IS NULL
        AND NOT ${isOneOf(agents.projectId, projectIds)})`;

const changeable = (id: number, knower: Knower) =>
  and(eq(hosts.id, id), isNull(hosts.retiredAt), servesOnly(knower));

interface Asked {
  knower: Knower;
  author: Author;
}

/** Starts a host's maintenance, or changes its note and end while it goes on. No host if the caller may not. */
export const startMaintenance = async (
  db: Database,
  { id, maintenance: { note, until } }: { id: number; maintenance: Maintenance },
  { knower, author }: Asked,
) => {
  const started = {
    maintenanceAt: sql`IIF(${hostTakesJobs("hosts", author.now)}, ${author.now}, ${hosts.maintenanceAt})`,
    maintenanceUntil: until,
    maintenanceBy: author.by,
    maintenanceNote: note,
  };
  const where = changeable(id, knower);
  const [, rows] = await db.batch([
    recordChange(db, author, { name: "host", changes: started, where }),
    db.build.update(hosts).set(started).where(where).returning(),
  ]);
  return rows[0];
};

/** Ends a host's maintenance now; of one that has ended the end stays. No host if the caller may not. */
export const endMaintenance = async (db: Database, id: number, { knower, author }: Asked) => {
  const { now } = author;
  const where = changeable(id, knower);
  const going = and(where, sql`NOT ${hostTakesJobs("hosts", now)}`);
  const ended = { maintenanceUntil: now };
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "host", changes: ended, where: going }),
    db.build.update(hosts).set(ended).where(going),
    db.build.select().from(hosts).where(where),
  ]);
  return rows[0];
};
