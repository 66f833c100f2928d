import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { HostObject } from "../../src/index.ts";
import { standingAround } from "../fault-injection.ts";
import { FAR_START, fireAlarms } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

/* What the platform does with the sockets of an object that sleeps, and what is made of it. */

const farWorld = () => shareClock(new World({ now: FAR_START }));
const objectOf = (hostId: number) => env.HOST.getByName(String(hostId));

const listed = (hostId: number) =>
  runInDurableObject(objectOf(hostId), (_, state) => state.getWebSockets().length);

test("a close is answered, with a code or without: no client waits for it", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  for (const code of [1000, 3001, undefined]) {
    const host = await HostSocket.ready(world, hostId);
    if (code === undefined) host.socket.close();
    else host.socket.close(code, "over");
    expect(await host.untilClosed()).toMatchObject({ code: code ?? 1000 });
    await expect.poll(() => listed(hostId)).toBe(0);
  }
});

test("a socket that fails without a close event is no longer counted", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  await HostSocket.ready(world, hostId);
  await runInDurableObject(objectOf(hostId), async (object: HostObject, state) => {
    for (const socket of state.getWebSockets()) await object.webSocketError(socket);
  });
  expect(await objectOf(hostId).shown()).toMatchObject({ sockets: 0, socketLostAt: world.now });
});

test("a host whose only socket closes counts as without a socket", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const [one, other] = [
    await HostSocket.ready(world, hostId),
    await HostSocket.ready(world, hostId, { owner: "process 2" }),
  ];
  one.socket.close(1000, "over");
  await one.untilClosed();
  expect(await objectOf(hostId).shown()).toMatchObject({ sockets: 1, socketLostAt: null });
  other.socket.close(1000, "over");
  await other.untilClosed();
  await expect.poll(async () => (await objectOf(hostId).shown()).socketLostAt).toBe(world.now);
});

test("all that is known of a socket outlives an eviction between any two messages", async () => {
  const world = farWorld();
  const { projectId, hostId, agentId } = await world.ready();
  const evict = () => evictDurableObject(objectOf(hostId));
  const agents = [agentId, ...Array.from({ length: 499 }, (_, place) => 900_000_000_000_000 + place)];
  const host = await HostSocket.open(world, hostId);
  await evict();
  const owner = "é".repeat(255);
  expect(await host.ask("hello", { owner, slots: 1, agents })).toMatchObject({ status: 200 });
  await evict();
  const { jobId } = await world.schedule(projectId, agentId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  await evict();
  expect(await host.accept(offer)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  await evict();
  expect(await host.ask("renew", { lease_id: offer.lease_id })).toMatchObject({ status: 200 });
  await evict();
  expect(await host.report(offer, "COMPLETED")).toMatchObject({ body: { status: "COMPLETED" } });
  await evict();
  const later = await world.schedule(projectId, agentId, { at: world.now + MINUTE });
  await host.ask("ready", { slots: 1 });
  await evict();
  world.advance(MINUTE);
  await fireAlarms(world, hostId);
  expect(await host.offered()).toMatchObject([{ job: { job_id: later.jobId } }]);
  expect((await world.job(projectId, jobId)).history).toHaveLength(2);
});

/** The object's own D1 with each of its calls held until `release`, or only those with this text in a statement. */
const holdingD1 = async (hostId: number, only = "") => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  const answers: Promise<unknown>[] = [];
  const seam = standingAround((trip, go) => {
    if (trip.to !== "d1" || !trip.statements.some((text) => text.includes(only))) return go();
    waiting += 1;
    const answer = held.then(go);
    answers.push(answer);
    return answer;
  });
  let plain: Env | undefined;
  await runInDurableObject(objectOf(hostId), (object: HostObject) => {
    const own: Env = Reflect.get(object, "env");
    plain = own;
    Reflect.set(object, "env", seam(own));
  });
  return {
    waiting: () => waiting,
    /** Resolves when D1 has answered, and the object has gone on with it. */
    release: async () => {
      release();
      await Promise.allSettled(answers);
      await runInDurableObject(objectOf(hostId), (object: HostObject) => Reflect.set(object, "env", plain));
    },
  };
};

test("a renewal is answered while D1 is waited for, and reports of one lease keep their order", async () => {
  const world = farWorld();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, hostId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  const { lease_id } = offer;
  const d1 = await holdingD1(hostId);
  const path = { project_id: projectId, job_id: jobId, lease_id };
  const accepting = host.say("accept", path);
  const ending = host.say("report", { ...path, status: "COMPLETED" });
  expect(await host.ask("renew", { lease_id })).toMatchObject({ status: 200 });
  expect(d1.waiting()).toBe(1);
  await d1.release();
  expect(await host.answerTo(accepting)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  expect(await host.answerTo(ending)).toMatchObject({ status: 200, body: { status: "COMPLETED" } });
});

test("what is leased for a socket that closes meanwhile is free for the next one at once", async () => {
  const world = farWorld();
  const { hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.open(world, hostId);
  const d1 = await holdingD1(hostId, "quiet_until");
  await host.ask("hello", { owner: "process 1", slots: 1 });
  await expect.poll(() => d1.waiting()).toBe(1);
  host.socket.close(1000, "over");
  await host.untilClosed();
  await d1.release();
  await expect
    .poll(
      async () => (await world.post(`/api/v3/automation/hosts/${hostId}/leases`, { owner: "other" })).body,
    )
    .toMatchObject([{ job: { job_id: jobId } }]);
});

test("what is said of a lease after its end is answered while jobs are looked for", async () => {
  const world = farWorld();
  const { projectId, hostId, agentId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, hostId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  await host.accept(offer);
  await host.ask("ready", { slots: 1 });
  const d1 = await holdingD1(hostId, "quiet_until");
  await world.schedule(projectId, agentId);
  await expect.poll(() => d1.waiting()).toBe(1);
  for (const _ of ["once", "again"])
    expect(await host.report(offer, "COMPLETED")).toMatchObject({ status: 200 });
  await d1.release();
  expect(await host.offered()).toHaveLength(1);
});
