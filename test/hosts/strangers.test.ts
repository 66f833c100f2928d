import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";

const storedBytes = (hostId: number) =>
  runInDurableObject(env.HOST.getByName(String(hostId)), (_, { storage }) => storage.sql.databaseSize);

test("asking for a host that is not there leaves nothing stored in an object of its own", async () => {
  const world = new World();
  const token = await world.token("host");
  const hostId = 987_654_321;
  const lease = `/api/v3/automation/hosts/${hostId}/leases/${crypto.randomUUID()}`;
  refusalIn(await world.ping(hostId, "guid", { token }), 404);
  refusalIn(await world.poll(hostId, { token }), 404);
  refusalIn(await world.put(lease, undefined, { token }), 404);
  refusalIn(await world.delete(lease, { token }), 404);
  const untouched = await storedBytes(hostId + 1);
  expect(await storedBytes(hostId)).toBe(untouched);
  const { id, guid } = await world.host();
  await world.ping(id, guid, { token });
  expect(await storedBytes(id)).toBeGreaterThan(untouched);
});
