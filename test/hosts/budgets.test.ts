import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { measuredWorld } from "../measured-world.ts";
import { HOUR, MINUTE, START } from "../world.ts";

const { world, counts, note } = measuredWorld();

const contactOf = (hostId: number): Promise<unknown> =>
  runInDurableObject(
    env.HOST.getByName(String(hostId)),
    (_, { storage }) => storage.sql.exec("SELECT contact_at FROM host").one().contact_at,
  );

/** Adds hosts that pinged at `pingedAt`, or never where it is null. */
const addHosts = (count: number, presence: string, pingedAt: number | null) =>
  env.DB.prepare(
    `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, presence, last_ping_at, registered_at, creation_key)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     SELECT ?2 || i, '', '', '', '', ?3, ?4, ?5, ?2 || i FROM n`,
  )
    .bind(count, crypto.randomUUID(), presence, pingedAt, START)
    .run();

test("a tick reads no more for hosts that stay Online, or Offline, however many they are", async () => {
  const at = START + 200 * HOUR;
  const readAt = async (tickAt: number): Promise<number> => {
    counts.reset();
    await world.tick(tickAt);
    return counts.rowsRead;
  };
  await world.tick(at);
  const before = await readAt(at + 30 * MINUTE);
  const next = at + 60 * MINUTE;
  await addHosts(2000, "Online", next - MINUTE);
  await addHosts(2000, "Offline", null);
  await addHosts(2000, "Offline", START);
  expect(await readAt(next)).toBe(before);
  note("tick among 6,000 hosts that stay as they are", 0);
  expect(await readAt(next + 30 * MINUTE)).toBeGreaterThan(2000);
});

test("however often a host pings, its object stores one contact a minute and D1 one ping a half hour", async () => {
  world.now = START;
  const { hostId, guid } = await world.ready();
  const contacts = new Set<unknown>();
  counts.reset();
  for (let ping = 0; ping < 12 * 65; ping++) {
    await world.ping(hostId, guid);
    contacts.add(await contactOf(hostId));
    world.advance(5000);
  }
  note("65 minutes of one ping each 5 s", 0);
  expect(contacts.size).toBe(65);
  expect(counts).toMatchObject({ d1RoundTrips: 3, objectCalls: { ping: 780, recorded: 3 } });
  expect(counts.statements.filter((text) => text.startsWith("update"))).toHaveLength(3);
});
