import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
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
import { MINUTE, World } from "../world.ts";
import { LOST, pathOf } from "./run-path.ts";

const SECOND = 1000;

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
