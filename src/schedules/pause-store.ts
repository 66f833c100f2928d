import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { schedules } from "../database/schema.ts";
import { addEvents } from "../outbox/store.ts";
import { living, type Place } from "./control-store.ts";

/** Statement before a pause: tells of the schedules that `where` picks and that run until now. */
const tellOfPause = (
  db: Database,
  where: SQL | undefined,
  { note, author }: { note: string | null; author: Author },
) =>
  addEvents(db, {
    type: "schedule.paused",
    at: author.now,
    from: sql`${schedules}`,
    where: and(where, isNull(schedules.pausedAt)),
    projectId: sql`${schedules.projectId}`,
    subject: sql`'schedule:' || ${schedules.id}`,
    facts: sql`json_object('by', ${author.by}, 'note', ${note})`,
  });

/** Pauses a schedule: none of its jobs is handed out or planned. A schedule that is already paused keeps its time and gets the note. */
export const pauseSchedule = async (
  db: Database,
  place: Place,
  { note, author }: { note: string | null; author: Author },
) => {
  const pausing = {
    pausedAt: sql`COALESCE(${schedules.pausedAt}, ${author.now})`,
    pauseNote: note,
    planDueAt: null,
  };
  const [, , , rows] = await db.batch([
    recordChange(db, author, { name: "schedule", changes: pausing, where: living(place) }),
    tellOfPause(db, living(place), { note, author }),
    db.build.update(schedules).set(pausing).where(living(place)),
    db.build.select().from(schedules).where(living(place)),
  ]);
  return rows[0];
};

/** Statements: pauses the schedules of the agents that `agentIds` picks, with a note. */
export const pauseSchedulesOf = (
  db: Database,
  agentIds: SQL,
  { note, author }: { note: string; author: Author },
) => {
  const pausing = { pausedAt: author.now, pauseNote: note, planDueAt: null };
  const running = and(
    sql`${schedules.agentId} IN ${agentIds}`,
    isNull(schedules.pausedAt),
    isNull(schedules.deletedAt),
  );
  return [
    recordChange(db, author, { name: "schedule", changes: pausing, where: running }),
    tellOfPause(db, running, { note, author }),
    db.build.update(schedules).set(pausing).where(running),
  ] as const;
};
