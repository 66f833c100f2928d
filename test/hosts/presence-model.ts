import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect } from "vitest";
import { z } from "zod";
import { MINUTE, START, World } from "../world.ts";

export const WINDOW = 30 * MINUTE;

const presenceRead = z.object({
  status: z.string(),
  status_changed_at: z.string().nullable(),
  last_ping_at: z.string().nullable(),
});

export const read = async (world: World, hostId: number) =>
  presenceRead.parse((await world.get(`/api/v3/automation/hosts/${hostId}`)).body);

export const historyOf = async (hostId: number) =>
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

/** The start of the present test. */
export let base = START;
/** The start of a window far after those of earlier tests, because all tests share one site and its ticks. */
export const laterStart = (): number => {
  base += 20 * WINDOW;
  return base;
};

/** Compares a host's presence and its history with a model, over this many random lists of windows. */
export const comparePresence = async (numRuns: number): Promise<void> => {
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
    { numRuns },
  );
};
