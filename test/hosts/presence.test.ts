import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { formatWireTime } from "../../src/wire/times.ts";
import { MINUTE, START, World } from "../world.ts";

const WINDOW = 30 * MINUTE;

const presenceRead = z.object({
  status: z.string(),
  status_changed_at: z.string().nullable(),
  last_ping_at: z.string().nullable(),
});

const read = async (world: World, hostId: number) =>
  presenceRead.parse((await world.get(`/api/v3/automation/hosts/${hostId}`)).body);

const historyOf = async (hostId: number) =>
  (
    await env.DB.prepare("SELECT at, presence FROM presence_history WHERE host_id = ? ORDER BY at")
      .bind(hostId)
      .all<{ at: number; presence: string }>()
  ).results;

/** What happens in one window: pings at these minutes of it, and when the tick of its end runs, if it does. */
interface Window {
  pings: number[];
  /** Minutes after the window's end; undefined: missed. */
  tickAfter: number | undefined;
  /** Runs once more, just after. */
  twice: boolean;
  /** Runs the tick of the window before this one's once more, after this one's. */
  olderAfter: boolean;
}

const windows = fc.array(
  fc.record({
    pings: fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { maxLength: 2 }),
    tickAfter: fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 29 })), {
      nil: undefined,
      freq: 4,
    }),
    twice: fc.boolean(),
    olderAfter: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The events in order of time; a tick names the end of the window that it judges. */
const happeningsOf = (all: Window[]): { at: number; tick?: number }[] =>
  all
    .flatMap(({ pings, tickAfter, twice, olderAfter }, index) => {
      const start = index * WINDOW;
      const end = start + WINDOW;
      const pinged = pings.map((minute) => ({ at: start + minute * MINUTE }));
      if (tickAfter === undefined) return pinged;
      const at = end + tickAfter * MINUTE;
      const again = [...(twice ? [end] : []), ...(olderAfter ? [start] : [])];
      return [...pinged, { at, tick: end }, ...again.map((tick) => ({ at, tick }))];
    })
    .sort((one, other) => one.at - other.at);

let base = START;
/** The start of a window far after those of earlier tests, because all tests share one site and its ticks. */
const laterStart = (): number => {
  base += 20 * WINDOW;
  return base;
};

test("a host is Online exactly if it pinged in the half hour before the newest finished tick", async () => {
  const world = new World();
  await fc.assert(
    fc.asyncProperty(windows, async (all) => {
      world.now = laterStart();
      const { id, guid } = await world.host();
      const model = { pings: [] as number[], newest: base, status: "Offline", history: [] as object[] };
      for (const { at, tick } of happeningsOf(all)) {
        world.now = base + at;
        if (tick === undefined) {
          await world.ping(id, guid);
          model.pings.push(world.now);
          continue;
        }
        await world.tick(base + tick);
        if (base + tick <= model.newest) continue;
        model.newest = base + tick;
        const from = model.newest - WINDOW;
        const online = model.pings.some((ping) => ping >= from && ping < model.newest);
        const status = online ? "Online" : "Offline";
        if (status !== model.status) model.history.push({ at: model.newest, presence: status });
        model.status = status;
        expect(await read(world, id)).toMatchObject({ status });
      }
      expect(await historyOf(id)).toEqual(model.history);
    }),
    { numRuns: 30, interruptAfterTimeLimit: 40_000 },
  );
}, 60_000);

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
