import { expect, test, vi } from "vitest";
import { standingAround } from "../fault-injection.ts";
import { FAR_START } from "../lease-client.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";
import { LOST, pathOf } from "./run-path.ts";

let scenes = 0;
/** A world whose time no other test of this file has reached: a tick looks at everything there is. */
const later = (seam?: (env: Env) => Env): World =>
  new World({ now: FAR_START + scenes++ * 100 * HOUR, ...(seam ? { seam } : {}) });

/** A run of an old client, and one whose schedule gives it 45 minutes. */
const oldRuns = async (world: World) => {
  const ready = await world.ready({ jobs: 1 });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  const other = await world.ready();
  const { jobId } = await world.schedule(other.projectId, other.agentId, {
    facts: { allocated_minutes: 45 },
  });
  await world.report(other.projectId, jobId, "RUNNING");
  return { silent: ready, limited: { ...other, jobId } };
};

const OVER = ["RUNNING", "FAILED run_limit"];

const pings = async (world: World, { hostId, guid }: Ready) => {
  expect(await world.ping(hostId, guid)).toMatchObject({ status: 200 });
};

/** When the ticks run, in minutes after the runs began; the silent host pings then only. */
const TICKS = {
  "as they should be": [30, 60, 90],
  doubled: [30, 30, 60, 60, 90, 90],
  "late by minutes": [34, 71, 99],
  "of which one is missed": [30, 90],
  "all missed but the last": [90],
  "out of their order": [60, 30, 90],
};

for (const [name, minutes] of Object.entries(TICKS)) {
  test(`ticks ${name} end a silent host's run and one over its limit, once each, and say who is there`, async () => {
    const world = later();
    const began = world.now;
    const { silent, limited } = await oldRuns(world);
    await pings(world, silent);
    for (const passed of minutes) {
      world.now = began + passed * MINUTE;
      await pings(world, limited);
      await world.tick();
    }
    world.now = began + 100 * MINUTE;
    expect(await pathOf(world, silent)).toEqual(LOST);
    expect(await pathOf(world, limited)).toEqual(OVER);
    const presence = async ({ hostId }: Ready) =>
      Reflect.get(Object((await world.get(`/api/v3/automation/hosts/${hostId}`)).body), "status");
    expect(await presence(silent)).toBe("Offline");
  });
}

test("two ticks at the same moment end each run once", async () => {
  const world = later();
  const { silent, limited } = await oldRuns(world);
  world.advance(60 * MINUTE);
  await Promise.all([world.tick(), world.tick(), world.tick()]);
  expect(await pathOf(world, silent)).toEqual(LOST);
  expect(await pathOf(world, limited)).toEqual(OVER);
});

test("a tick for a time long past changes no host", async () => {
  const world = later();
  const { silent } = await oldRuns(world);
  world.advance(20 * MINUTE);
  await world.tick(world.now - 10 * HOUR);
  await world.tick();
  expect(await pathOf(world, silent)).toEqual(["RUNNING"]);
});

test("a host whose object fails is named in the log and judged at the next tick", async () => {
  const lines = vi.spyOn(console, "log").mockImplementation(() => {});
  let away = true;
  const world = later(
    standingAround((trip, go) => {
      if (away && trip.to === "object" && trip.method === "lastContact") throw new Error("no answer");
      return go();
    }),
  );
  const { silent } = await oldRuns(world);
  world.advance(HOUR);
  await world.tick();
  expect(await pathOf(world, silent)).toEqual(["RUNNING"]);
  expect(lines.mock.calls.flat().join("\n")).toContain('"event":"object_failed","causes":["no answer"]');
  lines.mockRestore();
  away = false;
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await pathOf(world, silent)).toEqual(LOST);
});

test("a host with a recent contact in its object keeps its runs, though D1 knows of no ping", async () => {
  const world = later();
  const { silent } = await oldRuns(world);
  world.advance(50 * MINUTE);
  await world.schedule(silent.projectId, silent.agentId);
  await world.poll(silent.hostId);
  world.advance(10 * MINUTE);
  await world.tick();
  await world.tick();
  expect(await pathOf(world, silent)).toEqual(["RUNNING"]);
  world.advance(HOUR);
  await world.tick();
  expect(await pathOf(world, silent)).toEqual(LOST);
});
