import { runInDurableObject } from "cloudflare:test";
import { z } from "zod";
import type { Answer } from "../world.ts";
import { demand } from "./moves.ts";
import type { Scene } from "./scene.ts";

const rows = z.array(z.looseObject({}));

/** What an object stores of its host and its jobs, without what has ended. */
const heldOf = (scene: Scene, hostId: number) =>
  runInDurableObject(scene.objectOf(hostId), (_, { storage }) => {
    const { sql } = storage;
    const tables = sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'leases'").toArray();
    if (tables.length === 0) return [];
    const host = sql.exec("SELECT guid FROM host").toArray();
    const leases = rows.parse(
      sql
        .exec(
          `SELECT job, attempt, kind, caller, lease_id, expires_at, accepted, ending, cancel_at FROM leases
           WHERE expires_at > ? ORDER BY job`,
          scene.world.now,
        )
        .toArray(),
    );
    return [...host, ...leases];
  });

/** What the objects hold. */
export const heldIn = async (scene: Scene): Promise<string> => {
  const objects: unknown[] = [];
  for (const { hostId } of scene.places) objects.push(await heldOf(scene, hostId));
  return JSON.stringify(objects);
};

/** All that a request may change: the rows in D1, and the storage of the objects. */
export interface Whole {
  database: string;
  objects: string;
}

export const judgeUnchanged = (was: Whole, is: Whole, { text }: Answer): void => {
  demand(was.database === is.database, "a refused call changes nothing", text, was.database, is.database);
  demand(
    was.objects === is.objects,
    "a refused call changes nothing in the object",
    text,
    was.objects,
    is.objects,
  );
};
