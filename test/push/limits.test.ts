import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { FAR_START, fireAlarms } from "../lease-client.ts";
import { World } from "../world.ts";
import { askForSocket, HostSocket, shareClock } from "./socket-client.ts";

const farWorld = () => shareClock(new World({ now: FAR_START }));

const limitedToken = async (world: World, hostId: number): Promise<string> =>
  world.token("host", { host_server_id: hostId });

const newestToken = () => env.DB.prepare("SELECT MAX(id) AS id FROM tokens").first<number>("id");

test("another socket of the same owner takes the place of the first", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const first = await HostSocket.ready(world, hostId);
  const second = await HostSocket.ready(world, hostId);
  expect(await first.received("goodbye")).toMatchObject({ again_after_seconds: 60 });
  expect(await first.untilClosed()).toMatchObject({ code: 4409 });
  expect(await second.ask("ready", { slots: 2 })).toMatchObject({ status: 200 });
});

test("a fifth process is refused its hello, a ninth socket before that", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  for (const owner of ["1", "2", "3", "4"]) await HostSocket.ready(world, hostId, { owner });
  const fifth = await HostSocket.open(world, hostId);
  fifth.say("hello", { owner: "5", slots: 1 });
  expect(await fifth.untilClosed()).toMatchObject({ code: 4423 });
  for (const _ of [5, 6, 7, 8]) await HostSocket.open(world, hostId);
  expect((await askForSocket(world, hostId)).status).toBe(429);
});

test("a socket on which nobody says hello is closed", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.open(world, hostId);
  expect(await host.ask("ready", { slots: 1 })).toMatchObject({ status: 409, body: { code: "no_hello" } });
  world.advance(10_000);
  await fireAlarms(world, hostId);
  expect(await host.untilClosed()).toMatchObject({ code: 4408 });
});

test.each([
  ["too large", (host: HostSocket) => host.socket.send("x".repeat(1024 * 1024 + 1)), 4413],
  ["no JSON", (host: HostSocket) => host.socket.send("{"), 4400],
  ["of no known type and without an id", (host: HostSocket) => host.socket.send('{"type":"other"}'), 4400],
  ["in bytes", (host: HostSocket) => host.socket.send(new Uint8Array([1, 2])), 4400],
])("a message that is %s closes the socket", async (_, send, code) => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  send(host);
  expect(await host.untilClosed()).toMatchObject({ code });
});

test("more messages in a second than are allowed close the socket", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  for (let message = 0; message < 60; message++) host.say("ready", { slots: 0 });
  expect(await host.untilClosed()).toMatchObject({ code: 4429 });
});

test("a message with an id is answered what is wrong with it, field by field", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  expect(await host.ask("ready", { slots: -1 })).toMatchObject({
    status: 400,
    body: {
      code: "invalid",
      errors: [{ field: "slots", message: expect.stringContaining("from 0 to 100") }],
    },
  });
  expect(await host.ask("unheard-of")).toMatchObject({ status: 400, body: { code: "invalid" } });
  expect(await host.ask("report", { project_id: 1, job_id: 1, lease_id: "x", status: "DONE" })).toMatchObject(
    { status: 400, body: { errors: [{ field: "status" }] } },
  );
  const log = { project_id: 1, job_id: 1, lease_id: "x", attempt: 1, offset: -1, text: "\ud800" };
  expect(await host.ask("log", log)).toMatchObject({
    status: 400,
    body: { errors: [{ field: "offset" }, { field: "text" }] },
  });
});

test("a revoked token that is limited to its host closes its socket", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId, {}, { token: await limitedToken(world, hostId) });
  const others = await HostSocket.ready(world, hostId, { owner: "others" });
  expect(await world.delete(`/api/v3/tokens/${await newestToken()}`)).toMatchObject({ status: 200 });
  await fireAlarms(world, hostId);
  expect(await host.untilClosed()).toMatchObject({ code: 4401 });
  expect(await others.ask("ready", { slots: 1 })).toMatchObject({ status: 200 });
});

test("a rotated token's socket ends with the secret that it was opened with", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId, {}, { token: await limitedToken(world, hostId) });
  const path = `/api/v3/tokens/${await newestToken()}/rotate`;
  expect(await world.post(path, { overlap_minutes: 1 })).toMatchObject({ status: 201 });
  await fireAlarms(world, hostId);
  expect(await host.ask("ready", { slots: 1 })).toMatchObject({ status: 200 });
  world.advance(60_000);
  await fireAlarms(world, hostId);
  expect(await host.untilClosed()).toMatchObject({ code: 4401 });
});

test("a token limited to a project is offered its jobs alone, and knows no lease of another", async () => {
  const world = farWorld();
  const { projectId, hostId, agentId } = await world.ready();
  const elsewhere = await world.project();
  const otherAgent = await world.agent(elsewhere, hostId);
  const token = await world.token("host", { project_ids: [projectId] });
  const all = await HostSocket.ready(world, hostId, { owner: "all" });
  await world.schedule(elsewhere, otherAgent);
  const [other] = await all.offered();
  if (!other) throw new Error("nothing was offered");
  await all.accept(other);
  const host = await HostSocket.ready(world, hostId, { slots: 2 }, { token });
  expect(await host.ask("renew", { lease_id: other.lease_id })).toMatchObject({ status: 409 });
  expect(await host.report(other, "COMPLETED")).toMatchObject({ status: 404 });
  const { jobId } = await world.schedule(projectId, agentId);
  expect(await host.offered()).toMatchObject([{ job: { job_id: jobId } }]);
});

test("a host that is retired loses its sockets", async () => {
  const world = farWorld();
  const { hostId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  await world.delete(`/api/v3/automation/hosts/${hostId}`);
  expect(await host.untilClosed()).toMatchObject({ code: 4404 });
});
