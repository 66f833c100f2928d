import { expect, test } from "vitest";
import { FAR_START, fireAlarms, renew } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { askForSocket, HostSocket, shareClock, socketPath } from "./socket-client.ts";

const farWorld = () => shareClock(new World({ now: FAR_START }));

test("a job that runs now is offered at once, accepted, renewed and reported on the socket", async () => {
  const world = farWorld();
  const { projectId, hostId, agentId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  const { jobId } = await world.schedule(projectId, agentId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  expect(offer).toMatchObject({ attempt: 1, job: { job_id: jobId, status: "PLANNED" } });
  expect(await host.accept(offer)).toMatchObject({ status: 200, body: { job_id: jobId, status: "RUNNING" } });
  world.advance(MINUTE);
  expect(await host.ask("renew", { lease_id: offer.lease_id })).toMatchObject({
    status: 200,
    body: { renew_after_seconds: 40, cancel_requested: false },
  });
  expect(await host.report(offer, "COMPLETED")).toMatchObject({ status: 200, body: { status: "COMPLETED" } });
  expect((await world.job(projectId, jobId)).history).toMatchObject([{ to: "RUNNING" }, { to: "COMPLETED" }]);
});

test("what is due when a process says hello is offered with it, as many jobs as it has slots", async () => {
  const world = farWorld();
  const { hostId, jobIds } = await world.ready({ jobs: 3 });
  const host = await HostSocket.ready(world, hostId, { slots: 2 });
  const first = await host.offered();
  expect(first.map(({ job }) => job.job_id)).toEqual(jobIds.slice(0, 2));
  await host.settled();
  expect(host.offers()).toBe(1);
  for (const offer of first) await host.accept(offer);
  await host.ask("ready", { slots: 1 });
  expect((await host.offered()).map(({ job }) => job.job_id)).toEqual(jobIds.slice(2));
});

test.each(["before", "after"])(
  "what was offered and is not answered yet takes its slot: the next job goes to a process that came %s",
  async (order) => {
    const world = farWorld();
    const { projectId, hostId, agentId } = await world.ready({ jobs: 1 });
    const open = (owner: string, slots: number) => HostSocket.ready(world, hostId, { slots, owner });
    const early = order === "before" ? await open("process 2", 0) : undefined;
    const full = await open("process 1", 1);
    const other = early ?? (await open("process 2", 0));
    await full.settled();
    await other.ask("ready", { slots: 1 });
    const { jobId } = await world.schedule(projectId, agentId);
    expect(await other.offered()).toMatchObject([{ job: { job_id: jobId } }]);
    expect(full.offers()).toBe(1);
  },
);

test("a job that is due later is offered when its time has come, by the alarm", async () => {
  const world = farWorld();
  const { projectId, hostId, agentId } = await world.ready();
  const host = await HostSocket.ready(world, hostId);
  const { jobId } = await world.schedule(projectId, agentId, { at: world.now + 10 * MINUTE });
  await host.settled();
  expect(host.offers()).toBe(0);
  world.advance(10 * MINUTE);
  await host.settled();
  expect(await fireAlarms(world, hostId)).toBe(1);
  expect(await host.offered()).toMatchObject([{ job: { job_id: jobId } }]);
});

test("an offer that is not accepted in time is offered again under another lease", async () => {
  const world = farWorld();
  const { hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, hostId, { slots: 2 });
  const [first] = await host.offered();
  world.advance(MINUTE);
  await fireAlarms(world, hostId);
  const [second] = await host.offered();
  expect(second).toMatchObject({ job: { job_id: jobId } });
  expect(second?.lease_id).not.toBe(first?.lease_id);
  if (!first || !second) throw new Error("two offers were expected");
  expect(await host.accept(first)).toMatchObject({ status: 409, body: { code: "lease_lost" } });
  expect(await host.accept(second)).toMatchObject({ status: 200 });
});

test("a message sent again is answered the same, and does nothing twice", async () => {
  const world = farWorld();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.open(world, hostId);
  const hello = { id: 1, owner: "process 1", slots: 1 };
  for (const _ of [1, 2]) expect(await host.ask("hello", hello)).toMatchObject({ status: 200 });
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  const { lease_id } = offer;
  expect(await host.ask("hello", hello)).toMatchObject({ status: 200 });
  const accept = { id: 50, project_id: projectId, job_id: jobId, lease_id };
  const accepted = [await host.ask("accept", accept), await host.ask("accept", accept)];
  expect(accepted[0]).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  expect(accepted[1]).toEqual(accepted[0]);
  const end = { ...accept, id: 51, status: "FAILED" };
  const ended = [await host.ask("report", end), await host.ask("report", end)];
  expect(ended[0]).toMatchObject({ status: 200, body: { status: "FAILED" } });
  expect(ended[1]).toEqual(ended[0]);
  expect((await world.job(projectId, jobId)).history).toHaveLength(2);
  expect(host.offers()).toBe(1);
});

test("a process that comes back keeps the runs that it has, and is offered anew what never came", async () => {
  const world = farWorld();
  const { hostId } = await world.ready({ jobs: 2 });
  const lost = await HostSocket.ready(world, hostId, { slots: 2 });
  const [has, missed] = await lost.offered();
  if (!has || !missed) throw new Error("two leases were expected");
  await lost.accept(has);
  const runs = [has, missed].map(({ lease_id, attempt, job }) => ({ lease_id, attempt, job: job.job_id }));
  const back = await HostSocket.open(world, hostId);
  const hello = { owner: "process 1", slots: 1, running: [runs[0], { ...runs[1], lease_id: "unheard-of" }] };
  expect(await back.ask("hello", hello)).toMatchObject({
    status: 200,
    body: {
      running: [
        { lease_id: has.lease_id, in_force: true, cancel_requested: false },
        { lease_id: "unheard-of", in_force: false },
      ],
    },
  });
  expect(await lost.untilClosed()).toMatchObject({ code: 4409 });
  const [again] = await back.offered();
  expect(again).toMatchObject({ job: { job_id: missed.job.job_id } });
  expect(again?.lease_id).not.toBe(missed.lease_id);
  expect(await renew(world, hostId, has.lease_id)).toMatchObject({ status: 200 });
});

test("an address asked for without an upgrade, or without the subprotocol, says what it wants", async () => {
  const world = farWorld();
  const { id } = await world.host();
  expect(await world.get(socketPath(id))).toMatchObject({ status: 426, body: { code: "upgrade_required" } });
  const other = await askForSocket(world, id, { headers: { "Sec-WebSocket-Protocol": "other" } });
  expect(other.status).toBe(426);
});

test("a socket is refused as any call is: no token, an operator's, another host's, a host that is not there", async () => {
  const world = farWorld();
  const [one, other] = [await world.host(), await world.host()];
  const statusOf = async (hostId: number, token: string | null) =>
    (await askForSocket(world, hostId, { token })).status;
  expect(await statusOf(one.id, null)).toBe(401);
  expect(await statusOf(one.id, await world.token("operator"))).toBe(403);
  expect(await statusOf(one.id, await world.token("host", { host_server_id: other.id }))).toBe(404);
  expect(await statusOf(999_999, world.adminToken)).toBe(404);
  expect(await statusOf(one.id, await world.token("host", { host_server_id: one.id }))).toBe(101);
});

test("a ticket opens one socket within 30 s, in place of a token", async () => {
  const world = farWorld();
  const { id } = await world.host();
  const token = await world.token("host", { host_server_id: id });
  const ticket = async () => {
    const { body } = await world.post(`${socketPath(id)}-ticket`, undefined, { token });
    return `?ticket=${(body as { ticket: string }).ticket}`;
  };
  const withTicket = async (query: string) => (await askForSocket(world, id, { token: null }, query)).status;
  const [used, old] = [await ticket(), await ticket()];
  expect(await withTicket(used)).toBe(101);
  expect(await withTicket(used)).toBe(401);
  world.advance(30_000);
  expect(await withTicket(old)).toBe(401);
  expect(await withTicket("?ticket=none")).toBe(401);
  // It is for this one address alone.
  const elsewhere = await world.get(`/api/v3/automation/hosts/${id}${await ticket()}`, { token: null });
  expect(elsewhere.status).toBe(401);
});
