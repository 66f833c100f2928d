import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import type { Answer } from "../world.ts";
import { demand } from "./moves.ts";
import type { Scene } from "./scene.ts";

const OURS = "host_id IN (SELECT value FROM json_each(?1))";
const STATEMENTS = [
  `SELECT * FROM jobs WHERE ${OURS} ORDER BY id`,
  `SELECT * FROM agents WHERE ${OURS} ORDER BY id`,
  `SELECT * FROM schedules WHERE agent_id IN (SELECT id FROM agents WHERE ${OURS}) ORDER BY id`,
  // When it was heard is no change that a caller asks for.
  "SELECT id, guid, name, retired_at, registered_at FROM hosts WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id",
];

const rows = z.array(z.looseObject({}));

/** What an object holds of its host and its jobs, but for what is over. */
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

/** All that a request may change: the rows in D1, and what is held in the objects. */
export const stateOf = async (scene: Scene) => {
  const results = await env.DB.batch(STATEMENTS.map((text) => env.DB.prepare(text).bind(scene.hostIds)));
  const objects: unknown[] = [];
  for (const { hostId } of scene.places) objects.push(await heldOf(scene, hostId));
  return {
    database: JSON.stringify(results.map(({ results: found }) => found)),
    objects: JSON.stringify(objects),
  };
};

type State = Awaited<ReturnType<typeof stateOf>>;

export const judgeUnchanged = (was: State, is: State, { text }: Answer): void => {
  demand(was.database === is.database, "a refused call changes nothing", text, was.database, is.database);
  demand(
    was.objects === is.objects,
    "a refused call changes nothing in the object",
    text,
    was.objects,
    is.objects,
  );
};
