import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { HostObject } from "../../src/index.ts";
import { standingAround } from "../fault-injection.ts";
import { fireAlarmWith } from "../faults/object-d1.ts";
import {
  alarmAt,
  FAR_START,
  fireAlarms,
  lease,
  leasedRun,
  oneLease,
  renew,
  reportUnder,
} from "../lease-client.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";

const SECOND = 1000;

let scenes = 0;
/** A world whose time no other test of this file has reached: a tick looks at everything there is. */
const later = (seam?: (env: Env) => Env): World =>
  new World({ now: FAR_START + scenes++ * 100 * HOUR, ...(seam ? { seam } : {}) });

const pathOf = async (world: World, { projectId, jobId }: Pick<Ready, "projectId" | "jobId">) => {
  const { status, history } = await world.job(projectId, jobId);
  expect(history.at(-1)?.to ?? "PLANNED").toBe(status);
  return history.map(({ to, reason }) => (reason === null ? to : `${to} ${reason}`));
};

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

const LOST = ["RUNNING", "FAILED host_lost"];
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

/** A run under a lease, in a world of its own. */
const worldWithRun = async () => {
  const world = new World({ now: FAR_START });
  const { leaseId, ...ready } = await leasedRun(world);
  return { world, ready, leaseId };
};

test("a renewal that arrives while the alarm waits for D1 is lost, and stays so", async () => {
  for (const when of ["before", "after"]) {
    const { world, ready, leaseId } = await worldWithRun();
    world.advance(2 * MINUTE);
    const gate = Promise.withResolvers<void>();
    const parked = Promise.withResolvers<void>();
    const seam = standingAround(async (_, go) => {
      const done = when === "after" ? await go() : undefined;
      parked.resolve();
      await gate.promise;
      return done ?? go();
    });
    const answered: boolean[] = [];
    const renewal = async () => {
      await parked.promise;
      const stub = env.HOST.getByName(String(ready.hostId));
      const timing = { now: world.now, window: 0, contactMs: 60_000, leaseMs: 60_000, cancelMs: 60_000 };
      answered.push((await stub.renew(leaseId, timing)).renewed);
      gate.resolve();
    };
    await fireAlarmWith(world, ready.hostId, { seam, meanwhile: renewal });
    expect(answered).toEqual([false]);
    expect(await pathOf(world, ready)).toEqual(LOST);
    expect(await renew(world, ready.hostId, leaseId)).toMatchObject({ body: { code: "lease_lost" } });
    world.advance(10 * SECOND);
    await fireAlarms(world, ready.hostId);
    expect([await pathOf(world, ready), await alarmAt(ready.hostId)]).toEqual([LOST, null]);
  }
});

test("a renewal that arrives before the alarm keeps the run, though the alarm was set for its old end", async () => {
  const { world, ready, leaseId } = await worldWithRun();
  const end = world.now + 2 * MINUTE;
  world.advance(2 * MINUTE - SECOND);
  await renew(world, ready.hostId, leaseId);
  await runInDurableObject(env.HOST.getByName(String(ready.hostId)), (object: HostObject) =>
    object.alarm({ scheduledTime: end, isRetry: false, retryCount: 0 }),
  );
  expect(await pathOf(world, ready)).toEqual(["RUNNING"]);
  expect(await alarmAt(ready.hostId)).toBe(world.now + 2 * MINUTE);
  expect(await renew(world, ready.hostId, leaseId)).toMatchObject({ status: 200 });
});

test("an alarm that fires twice, one after the other or at once, ends the run once", async () => {
  for (const atOnce of [false, true]) {
    const { world, ready } = await worldWithRun();
    world.advance(2 * MINUTE);
    await runInDurableObject(env.HOST.getByName(String(ready.hostId)), async (object: HostObject) => {
      const fire = () => object.alarm({ scheduledTime: world.now, isRetry: false, retryCount: 0 });
      if (atOnce) await Promise.all([fire(), fire()]);
      else {
        await fire();
        await fire();
      }
    });
    expect(await pathOf(world, ready)).toEqual(LOST);
  }
});

test("the alarm of an accepted lease whose RUNNING never reached D1 frees the job", async () => {
  let lost = true;
  const seam = standingAround((trip, go) => {
    if (
      lost &&
      trip.to === "d1" &&
      trip.statements.some((text) => /^update "jobs" set "status" = \?.*"holder" = \?/i.test(text))
    ) {
      throw new Error("the Worker died here");
    }
    return go();
  });
  const world = new World({ now: FAR_START, seam });
  const ready = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, ready.hostId));
  expect(
    await reportUnder(world, {
      projectId: ready.projectId,
      jobId: ready.jobId,
      status: "RUNNING",
      leaseId: lease_id,
    }),
  ).toMatchObject({
    status: 500,
  });
  lost = false;
  expect((await lease(world, ready.hostId)).body).toEqual([]);
  world.advance(2 * MINUTE);
  expect(await fireAlarms(world, ready.hostId)).toBe(1);
  expect(await pathOf(world, ready)).toEqual(["PLANNED not_begun"]);
  const again = oneLease(await lease(world, ready.hostId));
  expect(again).toMatchObject({ attempt: 2, job: { job_id: ready.jobId } });
  expect(again.lease_id).not.toBe(lease_id);
  expect(
    await reportUnder(world, {
      projectId: ready.projectId,
      jobId: ready.jobId,
      status: "RUNNING",
      leaseId: lease_id,
    }),
  ).toMatchObject({
    body: { code: "lease_lost" },
  });
  expect(
    await reportUnder(world, {
      projectId: ready.projectId,
      jobId: ready.jobId,
      status: "RUNNING",
      leaseId: again.lease_id,
    }),
  ).toMatchObject({
    status: 200,
  });
});
