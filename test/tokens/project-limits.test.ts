import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { type Answer, jobsIn, type Ready, World } from "../world.ts";
import { idsIn, type LimitedTokens, limitedTokens } from "./limited-tokens.ts";

const world = new World();
let one: Ready;
let two: Ready;
let shared: LimitedTokens["shared"];
let operator: string;
let host: string;

const jobsOf = (token: string) => world.poll(shared.hostId, { token }).then(jobsIn);
const agentsAt = (projectId: number, hostId: number) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;

beforeAll(async () => {
  ({ one, two, shared, operator, host } = await limitedTokens(world));
});

describe("A token limited to a project", () => {
  test("lists its projects, and the hosts and agents that have to do with them, from any cursor", async () => {
    for (const after of [0, 1, two.projectId - 1, two.hostId - 1]) {
      const projects = await world.get(`/api/v3/projects?after=${after}`, { token: operator });
      expect([[], [one.projectId]]).toContainEqual(idsIn(projects, "id"));
      const hosts = await world.get(`/api/v3/automation/hosts?after=${after}`, { token: operator });
      for (const id of idsIn(hosts, "host_server_id")) expect([one.hostId, shared.hostId]).toContain(id);
    }
    const all = await world.get("/api/v3/automation/hosts?limit=1000", { token: operator });
    expect(idsIn(all, "host_server_id")).toEqual([one.hostId, shared.hostId]);
    const agents = await world.get(`/api/v3/automation/hosts/${shared.hostId}/agents`, { token: operator });
    expect(idsIn(agents, "project_id")).toEqual([one.projectId]);
  });

  test("gets its own jobs of a host that has others too, and of no others by any header", async () => {
    expect(await jobsOf(host)).toEqual([shared.jobs.one]);
    const answer = await world.poll(shared.hostId, { token: host });
    expect(answer.headers.get("Jobs-Left")).toBeNull();
    expect(answer.headers.get("Jobs-Held")).toBe("1");
    await world.report(two.projectId, shared.jobs.two, "RUNNING");
    await world.report(two.projectId, shared.jobs.two, {
      status: "CANCELLED",
      token: await world.token("operator"),
    });
    const ping = await world.ping(shared.hostId, shared.guid, { token: host });
    expect(ping.headers.get("Cancel-Requested")).toBeNull();
  });

  test("leases its own jobs alone", async () => {
    world.advance(2 * 60_000);
    const answer = await world.post(
      `/api/v3/automation/hosts/${shared.hostId}/leases`,
      { owner: "process" },
      { token: host },
    );
    expect(z.array(z.object({ job: z.object({ job_id: z.int() }) })).parse(answer.body)).toMatchObject([
      { job: { job_id: shared.jobs.one } },
    ]);
  });

  test("is not notified of cancelled runs of other projects", async () => {
    const ready = await world.ready({ jobs: 1 });
    const owner = "aware";
    const leased = await world.post(`/api/v3/automation/hosts/${ready.hostId}/leases`, { owner });
    const [lease] = z.array(z.looseObject({ lease_id: z.string() })).parse(leased.body);
    const path = `/api/v3/projects/${ready.projectId}/automation/jobs/${ready.jobId}/status`;
    await world.put(path, { status: "RUNNING", lease_id: lease?.lease_id });
    await world.agent(one.projectId, ready.hostId);
    await world.put(path, { status: "CANCELLED" });
    const cancelRequested = async (token?: string) =>
      (await world.ping(ready.hostId, ready.guid, token ? { token } : {})).headers.get("Cancel-Requested");
    expect(await cancelRequested()).toBe(String(ready.jobId));
    expect(await cancelRequested(host)).toBeNull();
    expect((await world.poll(ready.hostId, { token: host })).headers.get("Cancel-Requested")).toBeNull();
    expect(await cancelRequested(await world.token("host", { project_ids: [ready.projectId] }))).toBe(
      String(ready.jobId),
    );
  });

  test("makes no project, by any id", async () => {
    const before = await everythingStored();
    for (const body of [{ name: "x" }, { id: two.projectId, name: "x" }, { id: 777_777, name: "x" }])
      refusalIn(await world.post("/api/v3/projects", body, { token: operator }), 403);
    expect(await everythingStored()).toBe(before);
  });

  test("does not rename another project's host by its guid, and registers its own", async () => {
    const facts = (host_guid: string) => ({ host_name: "new", ip_address: "x", mac_address: "x", host_guid });
    const before = await everythingStored();
    const taken = await world.post("/api/v3/automation/host", facts(two.guid), { token: host });
    expect(refusalIn(taken, 409).code).toBe("host_guid_taken");
    expect(await everythingStored()).toBe(before);
    const made = await world.post("/api/v3/automation/host", facts(crypto.randomUUID()), { token: host });
    expect(made.status).toBe(201);
    const [id] = idsIn({ ...made, body: [made.body] }, "host_server_id");
    const agent = await world.post(
      agentsAt(one.projectId, Number(id)),
      { name: "A", framework: "x", framework_id: "junit-plugin", agent_client_id: "1", active: true },
      { token: host },
    );
    expect(agent.status).toBe(201);
    expect((await world.post("/api/v3/automation/host", facts(one.guid), { token: host })).status).toBe(200);
  });

  test("takes no guid away from a host that serves other projects too, nor keeps one that it registered first", async () => {
    const facts = (host_guid: string) => ({ host_name: "new", ip_address: "x", mac_address: "x", host_guid });
    const path = `/api/v3/automation/hosts/${shared.hostId}`;
    const before = await everythingStored();
    const moved = await world.put(path, facts(crypto.randomUUID()), { token: host });
    expect(refusalIn(moved, 409).code).toBe("host_guid_taken");
    expect(await everythingStored()).toBe(before);
    expect((await world.put(path, facts(shared.guid), { token: host })).status).toBe(200);
    expect(
      (await world.put(`/api/v3/automation/hosts/${one.hostId}`, facts(one.guid), { token: host })).status,
    ).toBe(200);

    const guessed = crypto.randomUUID();
    const squatted = await world.post("/api/v3/automation/host", facts(guessed), { token: host });
    const [id] = idsIn({ ...squatted, body: [squatted.body] }, "host_server_id");
    await world.post("/api/v3/automation/host", facts(guessed), { token: await world.token("host") });
    world.advance(30_000);
    refusalIn(await world.get(`/api/v3/automation/hosts/${id}`, { token: host }), 404);
  });

  test("schedules nothing elsewhere by what a body names", async () => {
    const create = (projectId: number, agentId: number, token: string) =>
      world.post("/api/v3/automation/jobs/schedule/create", { projectId, agentId }, { token });
    const before = await everythingStored();
    const foreign = await create(two.projectId, two.agentId, host);
    const unknown = await create(888_888, two.agentId, host);
    refusedField(foreign, "projectId");
    const words = (answer: Answer) => refusalIn(answer, 400).message.replace(/\d+/, "N");
    expect(words(foreign)).toBe(words(unknown));
    refusedField(await create(one.projectId, two.agentId, host), "agentId");
    const path = `/api/v3/projects/${one.projectId}/automation/schedules`;
    const body = { name: "x", agent_server_id: two.agentId, start_date: "2026-03-02T10:00:00Z" };
    refusedField(await world.post(path, body, { token: operator }), "agent_server_id");
    expect(await everythingStored()).toBe(before);
    expect((await create(one.projectId, one.agentId, host)).status).toBe(201);
  });

  test("finds nothing of other projects by a filter", async () => {
    const { id } = await world.schedule(two.projectId, two.agentId);
    for (const filter of [
      `host_server_id=${two.hostId}`,
      `agent_server_id=${two.agentId}`,
      `schedule_id=${id}`,
    ]) {
      const listed = await world.get(`/api/v3/projects/${one.projectId}/automation/jobs?${filter}`, {
        token: operator,
      });
      expect(listed.body).toEqual([]);
    }
  });

  test("can't be sent for an object of its project under a foreign path, nor the other way", async () => {
    for (const path of [
      `/api/v3/projects/${one.projectId}/automation/jobs/${two.jobId}`,
      `${agentsAt(one.projectId, two.hostId)}`,
      `${agentsAt(two.projectId, one.hostId)}`,
    ])
      refusalIn(await world.get(path, { token: operator }), 404);
  });
});
