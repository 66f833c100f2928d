import { and, eq, isNull } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { hosts, schedules } from "../database/schema.ts";

/** Until when, in epoch milliseconds, and who said so; both null: it asks for attention. */
export interface Acknowledgement {
  acknowledgedUntil: number | null;
  acknowledgedBy: string | null;
}

export const acknowledgeSchedule = async (
  db: Database,
  { projectId, id }: { projectId: number; id: number },
  { changes, author }: { changes: Acknowledgement; author: Author },
): Promise<Acknowledgement | undefined> => {
  const living = and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "schedule", changes: { ...changes }, where: living }),
    db.build.update(schedules).set(changes).where(living),
    db.build
      .select({ acknowledgedUntil: schedules.acknowledgedUntil, acknowledgedBy: schedules.acknowledgedBy })
      .from(schedules)
      .where(living),
  ]);
  return rows[0];
};

export const acknowledgeHost = async (
  db: Database,
  id: number,
  { changes, author }: { changes: Acknowledgement; author: Author },
): Promise<Acknowledgement | undefined> => {
  const present = and(eq(hosts.id, id), isNull(hosts.retiredAt));
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "host", changes: { ...changes }, where: present }),
    db.build.update(hosts).set(changes).where(present),
    db.build
      .select({ acknowledgedUntil: hosts.acknowledgedUntil, acknowledgedBy: hosts.acknowledgedBy })
      .from(hosts)
      .where(present),
  ]);
  return rows[0];
};
