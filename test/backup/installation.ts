import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { copiedTables, NOT_COPIED } from "../../src/database/copied-tables.ts";
import { FAR_START } from "../lease-client.ts";
import { junit, passed, running, sendReport } from "../results/junit.ts";
import { makeSchedule } from "../scheduling.ts";
import { World } from "../world.ts";
import { exportAll } from "./copying.ts";

const ids = z.array(z.object({ id: z.int() }));

const objectsOf = async (table: "projects" | "hosts") => {
  const { results } = await env.DB.prepare(`SELECT id FROM ${table}`).all();
  const objects = table === "projects" ? env.PROJECT_RESULTS : env.HOST;
  return ids.parse(results).map(({ id }) => objects.getByName(String(id)));
};

/** Forgets what an object has. */
const wipe = async (object: DurableObjectStub): Promise<void> => {
  await runInDurableObject(object, (_, { storage }) => storage.deleteAll());
  await evictDurableObject(object);
};

/** Makes the pool's installation a new one: empty tables, objects and bucket. */
export const startAnew = async (): Promise<void> => {
  for (const object of [...(await objectsOf("projects")), ...(await objectsOf("hosts"))]) await wipe(object);
  for (let left = true; left; ) {
    const { objects, truncated } = await env.RESULTS.list();
    if (objects.length > 0) await env.RESULTS.delete(objects.map(({ key }) => key));
    left = truncated;
  }
  const names = copiedTables()
    .all.map(({ name }) => name)
    .filter((name) => !name.startsWith("sqlite_"));
  const queries = env.TEST_MIGRATIONS.flatMap((migration) => migration.queries);
  await env.DB.batch(
    [...[...NOT_COPIED, ...names.toReversed()].map((name) => `DROP TABLE "${name}"`), ...queries].map(
      (query) => env.DB.prepare(query),
    ),
  );
};

/** The export of a small installation with some of most that there is. */
export const anExport = async () => {
  await startAnew();
  const world = new World({ now: FAR_START });
  const ready = await running(world, ["adds"]);
  await makeSchedule(world, ready);
  await sendReport(world, ready, junit(...passed("one", "two")));
  await world.token("operator");
  return { exported: await exportAll(world), projectId: ready.projectId };
};
