import { expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { standAroundObject } from "../faults/object-d1.ts";
import { FAR_START, fireAlarms, lease } from "../lease-client.ts";
import { iso, makeSchedule, schedulesOf } from "../scheduling.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

/* What the object of a host reads of D1 between the opening of a job and its offer. */

const farWorld = () => shareClock(new World({ now: FAR_START }));

/** A host whose process is on a socket, with what its object calls counted from here on. */
const counted = async (world: World, { hostId }: Ready, options: { slots?: number; token?: string } = {}) => {
  const { slots = 3, ...rest } = options;
  const host = await HostSocket.ready(world, hostId, { slots }, rest);
  await host.settled();
  const { seam, counts } = counting();
  await standAroundObject(hostId, seam);
  return { host, counts };
};

test("between the opening of a job and its offer D1 is asked once: for the jobs", async () => {
  const world = farWorld();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) });
  const { host, counts } = await counted(world, ready);
  await world.post(`${schedulesOf(ready.projectId)}/${id}/run-now`);
  expect(await host.offered()).toHaveLength(1);
  expect(counts).toMatchObject({ d1RoundTrips: 1, rowsWritten: 0, r2Calls: 0, objectCalls: {} });
});

test("so it is between the due time of a job and its offer, and not at all before", async () => {
  const world = farWorld();
  const ready = await world.ready();
  await world.schedule(ready.projectId, ready.agentId, { at: world.now + 5 * MINUTE });
  const { host, counts } = await counted(world, ready);
  for (let minute = 0; minute < 4; minute++) {
    world.advance(MINUTE);
    host.keepAlive();
    await fireAlarms(world, ready.hostId);
  }
  await host.settled();
  expect(counts.d1RoundTrips).toBe(0);
  world.advance(MINUTE);
  await fireAlarms(world, ready.hostId);
  expect(await host.offered()).toHaveLength(1);
  expect(counts).toMatchObject({ d1RoundTrips: 1, rowsWritten: 0 });
});

test("an offer behind jobs that are leased to others has the rules of its run", async () => {
  const world = farWorld();
  const ready = await world.ready();
  const facts = { allocated_minutes: 7, on_lost: "requeue", max_attempts: 3 };
  for (const _ of [1, 2, 3]) await world.schedule(ready.projectId, ready.agentId, { facts });
  const rules = { allocated_minutes: 7, on_lost: "requeue" };
  const others = await lease(world, ready.hostId, { max_jobs: 2, accept_seconds: 300 });
  expect(others.body).toMatchObject([rules, rules]);
  const host = await HostSocket.ready(world, ready.hostId, { slots: 1 });
  expect(await host.received("offer")).toMatchObject({ leases: [rules] });
});
