import { expect, test } from "vitest";
import { formatWireTime } from "../../src/wire/times.ts";
import { MINUTE, World } from "../world.ts";
import { base, comparePresence, historyOf, laterStart, read, WINDOW } from "./presence-model.ts";

// `npm run test:long` tries more.
test("a host is Online exactly if it pinged in the half hour before the newest finished tick", () =>
  comparePresence(8));

test("a host that never pinged is Offline, and has no history of it", async () => {
  const world = new World({ now: laterStart() });
  const { id } = await world.host();
  await world.tick();
  expect(await read(world, id)).toEqual({ status: "Offline", status_changed_at: null, last_ping_at: null });
  expect(await historyOf(id)).toEqual([]);
});

test("a host read says when the status changed and the first ping of the newest window", async () => {
  const world = new World({ now: laterStart() });
  const { id, guid } = await world.host();
  const pingedAt = world.now + MINUTE;
  for (world.now = pingedAt; world.now < pingedAt + 5 * MINUTE; world.advance(MINUTE))
    await world.ping(id, guid);
  world.now = base + WINDOW;
  await world.tick();
  world.advance(WINDOW - 1);
  await world.tick();
  const changedAt = formatWireTime(base + WINDOW);
  expect(await read(world, id)).toEqual({
    status: "Online",
    status_changed_at: changedAt,
    last_ping_at: formatWireTime(pingedAt),
  });
  world.advance(1);
  await world.tick();
  expect(await read(world, id)).toEqual({
    status: "Offline",
    status_changed_at: formatWireTime(base + 2 * WINDOW),
    last_ping_at: formatWireTime(pingedAt),
  });
});

test("a ping at the very start of the half hour counts, one at its very end does not", async () => {
  const world = new World({ now: laterStart() });
  const [prefetched, late] = [await world.host(), await world.host()];
  await world.ping(prefetched.id, prefetched.guid);
  world.advance(WINDOW);
  await world.ping(late.id, late.guid);
  await world.tick();
  expect(await read(world, prefetched.id)).toMatchObject({ status: "Online" });
  expect(await read(world, late.id)).toMatchObject({ status: "Offline" });
});

test("a tick that runs when both pings known are of later windows leaves a host as it was", async () => {
  const world = new World({ now: laterStart() });
  const { id, guid } = await world.host();
  for (let ping = 0; ping < 3; ping++, world.advance(WINDOW)) {
    await world.ping(id, guid);
    if (ping === 0) await world.tick(base + WINDOW);
  }
  expect(await read(world, id)).toMatchObject({ status: "Online" });
  await world.tick(base + WINDOW);
  expect(await read(world, id)).toMatchObject({ status: "Online" });
  expect(await historyOf(id)).toHaveLength(1);
});

test("a late tick still judges its own half hour by the ping before the newest", async () => {
  const world = new World({ now: laterStart() });
  const [pinged, silent] = [await world.host(), await world.host()];
  await world.ping(pinged.id, pinged.guid);
  world.advance(WINDOW + MINUTE);
  for (const { id, guid } of [pinged, silent]) await world.ping(id, guid);
  await world.tick();
  expect(await read(world, pinged.id)).toMatchObject({ status: "Online" });
  expect(await read(world, silent.id)).toMatchObject({ status: "Offline" });
});

test("a host's history is removed once it is older than RETENTION_DAYS, its status is not", async () => {
  const world = new World({ now: laterStart(), settings: { RETENTION_DAYS: "7" } });
  const { id, guid } = await world.host();
  await world.ping(id, guid);
  await world.tick(base + WINDOW);
  await world.tick(base + 2 * WINDOW);
  const [online, offline] = await historyOf(id);
  const week = 7 * 24 * 60 * MINUTE;
  await world.tick(base + WINDOW + week);
  expect(await historyOf(id)).toEqual([online, offline]);
  await world.tick(base + 2 * WINDOW + week);
  expect(await historyOf(id)).toEqual([offline]);
  await world.tick(base + 3 * WINDOW + week);
  expect(await historyOf(id)).toEqual([]);
  expect(await read(world, id)).toMatchObject({
    status: "Offline",
    status_changed_at: formatWireTime(base + 2 * WINDOW),
  });
});
