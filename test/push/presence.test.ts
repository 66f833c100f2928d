import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { textOf, Visitor } from "../console/visitor.ts";
import { standingAround } from "../fault-injection.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

const WINDOW = 30 * MINUTE;

/** A world whose clock is behind the platform's. */
const worldBefore = (ms: number) => shareClock(new World({ now: Date.now() - ms }));

const windowEnd = (at: number): number => at - (at % WINDOW) + WINDOW;

const statusOf = async (world: World, hostId: number) =>
  (await world.get(`/api/v3/automation/hosts/${hostId}`)).body;

const connectedAt = (hostId: number) =>
  env.DB.prepare("SELECT connected_at FROM hosts WHERE id = ?").bind(hostId).first("connected_at");

const pageOf = async (world: World, hostId: number): Promise<string> =>
  textOf((await (await Visitor.in(world)).get(`/console/hosts/${hostId}`)).text);

test("a host on a socket stays Online by its keep-alives alone, which write nothing", async () => {
  const world = worldBefore(3 * HOUR);
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  await world.tick(windowEnd(world.now));
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Online" });
  host.keepAlive();
  await host.settled();
  world.now = Date.now();
  await world.tick(windowEnd(world.now));
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Online" });
  expect(await connectedAt(hostId)).toBeGreaterThan(0);
});

test("a host whose socket says nothing any more is Offline after the half hour, and its socket is closed", async () => {
  const world = worldBefore(3 * HOUR);
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  await world.tick(windowEnd(world.now));
  world.now = Date.now();
  await world.tick(windowEnd(world.now));
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Offline" });
  expect(await host.untilClosed()).toMatchObject({ code: 4410 });
  expect(await connectedAt(hostId)).toBe(null);
});

test("a host that was connected all along is Online again once a tick sees it", async () => {
  const world = worldBefore(3 * HOUR);
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  host.keepAlive();
  await host.settled();
  world.now = Date.now();
  await world.tick(windowEnd(world.now));
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Online" });
});

test("a socket that ends is shown on the host's page at once, and the host is Offline as the half hour says", async () => {
  const world = worldBefore(0);
  const { hostId } = await world.ready();
  const [first, second] = [
    await HostSocket.ready(world, hostId),
    await HostSocket.ready(world, hostId, { owner: "process 2" }),
  ];
  expect(await pageOf(world, hostId)).toContain("by 2 processes");
  second.socket.close(1000, "over");
  await second.untilClosed();
  expect(await pageOf(world, hostId)).toMatch(/told of jobs at once (?!,)/);
  first.socket.close(1000, "over");
  await first.untilClosed();
  expect(await pageOf(world, hostId)).toContain("connection lost");
  expect(await connectedAt(hostId)).toBe(null);
  const end = windowEnd(world.now);
  await world.tick(end);
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Online" });
  await world.tick(end + WINDOW);
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Offline" });
});

test("a plain run is not lost while its host's keep-alives come", async () => {
  const world = worldBefore(3 * HOUR);
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  const host = await HostSocket.ready(world, hostId);
  host.keepAlive();
  await host.settled();
  world.now = Date.now();
  await world.tick(windowEnd(world.now));
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "RUNNING" });
});

test("a host that was notified on its socket for hours was there in the window before it lost it", async () => {
  // Later than the ticks of the tests before: a tick older than the last one does nothing.
  const world = worldBefore(-10 * HOUR);
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  world.now = windowEnd(world.now + 3 * HOUR) + MINUTE;
  host.socket.close(1000, "over");
  await host.untilClosed();
  // The tick of the window before comes late: the host was there then.
  await world.tick(world.now - MINUTE);
  expect(await statusOf(world, hostId)).toMatchObject({ status: "Online" });
});

test("a host whose socket is lost while it opens the next one is connected, until that one is lost in the same moment", async () => {
  let lose = async () => {};
  const seam = standingAround(async (trip, go) => {
    if (trip.to === "object" && trip.method === "fetch") await lose();
    return go();
  });
  const world = shareClock(new World({ now: Date.now(), seam }));
  const { hostId } = await world.ready();
  const first = await HostSocket.ready(world, hostId);
  lose = async () => {
    first.socket.close(1000, "over");
    await first.untilClosed();
    await expect.poll(() => connectedAt(hostId)).toBe(null);
  };
  const next = await HostSocket.ready(world, hostId, { owner: "process 2" });
  await expect.poll(() => connectedAt(hostId)).toBeGreaterThanOrEqual(world.now);
  next.socket.close(1000, "over");
  await next.untilClosed();
  await expect.poll(() => connectedAt(hostId)).toBe(null);
});
