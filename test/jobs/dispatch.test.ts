import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { formatWireTime } from "../../src/wire/times.ts";
import { standingAround } from "../fault-injection.ts";
import { HOUR, jobsIn, MINUTE, World } from "../world.ts";

const LEASE_MS = 60_000;

const ascending = (ids: number[]) => ids.toSorted((one, other) => one - other);
const owner = (name: string) => ({ headers: { "Lease-Owner": name } });
const nonce = (name: string) => ({ headers: { "x-qtest-nonce": name } });
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("polls at once", () => {
  test("20 polls at once for 50 due jobs: each job is in exactly one answer", async () => {
    const world = new World();
    const { hostId, jobIds } = await world.ready({ jobs: 50 });
    const answers = await Promise.all(times(20).map(() => world.poll(hostId)));
    expect(answers.map(({ status }) => status)).toEqual(times(20).map(() => 200));
    expect(ascending(answers.flatMap(jobsIn))).toEqual(jobIds);
  });

  test("20 RUNNING at once for one job: exactly one 200", async () => {
    const world = new World();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    const answers = await Promise.all(times(20).map(() => world.report(projectId, jobId, "RUNNING")));
    expect(ascending(answers.map(({ status }) => status))).toEqual([200, ...times(19).map(() => 409)]);
    expect((await world.job(projectId, jobId)).history).toHaveLength(1);
  });

  test("a job that a poll had read before another process started it is not handed out", async () => {
    let started: Promise<unknown> | undefined;
    const seam = standingAround(async (trip, go) => {
      if (trip.to === "object" && trip.method === "grant" && !started) {
        started = world.report(projectId, jobId, "RUNNING");
        await started;
      }
      return go();
    });
    const world = new World({ seam });
    const { projectId, hostId, jobIds, jobId } = await world.ready({ jobs: 2 });
    const polled = await world.poll(hostId);
    expect(await started).toMatchObject({ status: 200 });
    expect(jobsIn(polled)).toEqual(jobIds.slice(1));
    expect(polled.headers.get("Jobs-Held")).toBe("1");
  });
});

describe("a lease", () => {
  test("an unreported job comes again when LEASE_SECONDS have passed, not before", async () => {
    const world = new World();
    const { projectId, hostId, jobIds, jobId } = await world.ready({ jobs: 3 });
    expect(jobsIn(await world.poll(hostId))).toEqual(jobIds);
    await world.report(projectId, jobId, "RUNNING");
    world.advance(LEASE_MS - 1);
    expect(jobsIn(await world.poll(hostId))).toEqual([]);
    world.advance(1);
    expect(jobsIn(await world.poll(hostId))).toEqual(jobIds.slice(1));
  });

  test.each([
    ["Lease-Owner", owner],
    ["x-qtest-nonce", nonce],
  ])("the same caller, by its %s, is given its jobs again; another is not", async (_, from) => {
    const world = new World();
    const { hostId, jobIds } = await world.ready({ jobs: 2 });
    for (const __ of times(2)) expect(jobsIn(await world.poll(hostId, from("mine")))).toEqual(jobIds);
    expect(jobsIn(await world.poll(hostId, from("theirs")))).toEqual([]);
  });

  test("who sends neither an owner nor a nonce is someone new each time", async () => {
    const world = new World();
    const { hostId } = await world.ready({ jobs: 1 });
    await world.poll(hostId);
    expect(jobsIn(await world.poll(hostId))).toEqual([]);
  });

  test("lease=false shows all and takes nothing", async () => {
    const world = new World();
    const { hostId, jobIds } = await world.ready({ jobs: 2 });
    const look = `/api/v3/automation/hosts/${hostId}/jobs?end_date=2027-01-01T00:00:00Z&lease=false`;
    const looked = await world.get(look);
    expect(jobsIn(looked)).toEqual(jobIds);
    expect(looked.headers.get("Lease-Expires")).toBeNull();
    expect(jobsIn(await world.poll(hostId, owner("one")))).toEqual(jobIds);
    expect(jobsIn(await world.get(look))).toEqual(jobIds);
  });

  test("a job further ahead than LEASE_SECONDS is shown to everyone, unleased", async () => {
    const world = new World();
    const { projectId, hostId, agentId } = await world.ready();
    const { jobId: near } = await world.schedule(projectId, agentId, { at: world.now + LEASE_MS - 1000 });
    const { jobId: far } = await world.schedule(projectId, agentId, { at: world.now + LEASE_MS });
    expect(jobsIn(await world.poll(hostId))).toEqual([near, far]);
    const second = await world.poll(hostId);
    expect(jobsIn(second)).toEqual([far]);
    expect(second.headers.get("Lease-Expires")).toBeNull();
  });

  test("Lease-Expires says when a lease ends, and Jobs-Held how many jobs others hold", async () => {
    const world = new World();
    const { projectId, hostId, agentId } = await world.ready({ jobs: 2 });
    const first = await world.poll(hostId, owner("one"));
    expect(first.headers.get("Lease-Expires")).toBe(formatWireTime(world.now + LEASE_MS));
    expect(first.headers.get("Jobs-Held")).toBeNull();
    await world.schedule(projectId, agentId);
    const second = await world.poll(hostId, owner("two"));
    expect(second.headers.get("Jobs-Held")).toBe("2");
    expect(jobsIn(second)).toHaveLength(1);
  });

  test("an evicted object remembers its leases and holds", async () => {
    const world = new World();
    const { projectId, hostId, jobIds, jobId } = await world.ready({ jobs: 2 });
    await world.poll(hostId, owner("one"));
    await world.report(projectId, jobId, { status: "RUNNING", ...owner("one") });
    await evictDurableObject(env.HOST.getByName(String(hostId)));
    expect(jobsIn(await world.poll(hostId, owner("two")))).toEqual([]);
    expect(jobsIn(await world.poll(hostId, owner("one")))).toEqual(jobIds.slice(1));
  });

  test("a poll's lease only hides: it never refuses the RUNNING of another", async () => {
    const world = new World();
    const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
    await world.poll(hostId, owner("one"));
    expect(await world.report(projectId, jobId, { status: "RUNNING", ...owner("two") })).toMatchObject({
      status: 200,
    });
  });

  test("LEASE_SECONDS=0 gives the plain GET: every poll gets every open job", async () => {
    const world = new World({ settings: { LEASE_SECONDS: "0" } });
    const { projectId, hostId, jobIds, jobId } = await world.ready({ jobs: 2 });
    for (const _ of times(2)) {
      const polled = await world.poll(hostId);
      expect(jobsIn(polled)).toEqual(jobIds);
      expect(polled.headers.get("Lease-Expires")).toBeNull();
      expect(polled.headers.get("Jobs-Held")).toBeNull();
    }
    await world.report(projectId, jobId, "RUNNING");
    expect(jobsIn(await world.poll(hostId))).toEqual(jobIds.slice(1));
  });
});

describe("a job is not handed out", () => {
  test("while its agent is inactive, and comes again when it is active", async () => {
    const world = new World();
    const { projectId, hostId, agentId, jobIds } = await world.ready({ jobs: 1 });
    const agent = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;
    await world.post(`${agent}/deactivate`);
    expect(jobsIn(await world.poll(hostId))).toEqual([]);
    await world.post(`${agent}/activate`);
    expect(jobsIn(await world.poll(hostId))).toEqual(jobIds);
  });

  test("when its agent was deleted, nor when the agent is made anew", async () => {
    const world = new World();
    const [projectId, host] = [await world.project(), await world.host()];
    const number = { agent_client_id: "5" };
    const agentId = await world.agent(projectId, host.id, number);
    const { jobId } = await world.schedule(projectId, agentId);
    await world.delete(`/api/v3/projects/${projectId}/automation/hosts/${host.id}/agents/${agentId}`);
    expect(jobsIn(await world.poll(host.id))).toEqual([]);
    expect(await world.agent(projectId, host.id, number)).toBe(agentId);
    expect(jobsIn(await world.poll(host.id))).toEqual([]);
    expect(await world.job(projectId, jobId)).toMatchObject({ status: "CANCELLED" });
  });

  test("when its host was retired: the poll is a 404, and empty once the host is registered again", async () => {
    const world = new World();
    const { hostId, guid } = await world.ready({ jobs: 1 });
    await world.delete(`/api/v3/automation/hosts/${hostId}`);
    expect(await world.poll(hostId)).toMatchObject({ status: 404 });
    const again = { host_name: "back", ip_address: "1", mac_address: "2", host_guid: guid };
    expect(await world.post("/api/v3/automation/host", again)).toMatchObject({
      status: 200,
      body: { host_server_id: hostId },
    });
    expect(jobsIn(await world.poll(hostId))).toEqual([]);
  });

  test("outside the window: its start is inclusive, its end is not", async () => {
    const world = new World();
    const { hostId, jobIds } = await world.ready({ jobs: 1, at: world.now + HOUR });
    const at = world.now + HOUR;
    expect(jobsIn(await world.poll(hostId, { from: at, to: at + MINUTE }))).toEqual(jobIds);
    expect(jobsIn(await world.poll(hostId, { from: at + 1000, to: at + MINUTE }))).toEqual([]);
    expect(jobsIn(await world.poll(hostId, { to: at }))).toEqual([]);
  });
});
