import { and, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { SignKind } from "../database/enums.ts";
import { hostSigns } from "../database/schema.ts";
import { hasDue } from "../outbox/store.ts";
import type { Judging } from "./condition-store.ts";
import { clearKind, raiseKind } from "./store.ts";

/** What a host said of one kind: since when (epoch milliseconds), and facts; null: it is over. */
export type Said = { since: number; facts: Readonly<Record<string, number>> } | null;

/** What a host said, by kind; a kind that is not there was not spoken of. */
export type SaidSigns = ReadonlyMap<SignKind, Said>;

/**
 * Stores what a host said of itself, and settles the alarms about it, in one batch. What it said first keeps its time.
 * Returns the webhooks that then have something to send.
 */
export const storeSigns = async (
  db: Database,
  hostId: number,
  { said, judging }: { said: SaidSigns; judging: Judging },
): Promise<number[]> => {
  const begun = [...said].flatMap(([kind, sign]) => (sign === null ? [] : [{ kind, ...sign }]));
  const over = [...said].flatMap(([kind, sign]) => (sign === null ? [kind] : []));
  const settled = [...said.keys()].flatMap((kind) => [
    ...clearKind(db, kind, judging),
    ...raiseKind(db, kind, judging),
  ]);
  await db.batch([
    db.build.delete(hostSigns).where(and(eq(hostSigns.hostId, hostId), inArray(hostSigns.kind, over))),
    db.write(sql`INSERT INTO host_signs (kind, host_id, since, facts)
      SELECT said.value ->> 'kind', h.id, said.value ->> 'since', said.value -> 'facts'
      FROM hosts h CROSS JOIN json_each(${JSON.stringify(begun)}) said WHERE h.id = ${hostId} AND h.retired_at IS NULL
      ON CONFLICT (kind, host_id) DO UPDATE SET facts = excluded.facts`),
    ...settled,
  ]);
  const [due] = await db.batch([
    db.read<{
      id: number;
    }>(sql`SELECT w.id FROM webhooks w WHERE w.deleted_at IS NULL AND ${hasDue(judging.at)}
      AND w.project_id IN (SELECT project_id FROM agents WHERE host_id = ${hostId} AND deleted_at IS NULL)`),
  ]);
  return due.map(({ id }) => id);
};
