import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { counting, standingAround } from "./fault-injection.ts";
import { MINUTE, World } from "./world.ts";

const owner = (name: string) => ({ headers: { "Lease-Owner": name } });
const nonce = (name: string) => ({ headers: { "x-qtest-nonce": name } });

test.each([
  ["Lease-Owner", owner],
  ["x-qtest-nonce", nonce],
])("RUNNING again is a 200 for who started the job, by its %s, and a 409 for another", async (_, from) => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const run = (name: string) => world.report(projectId, jobId, { status: "RUNNING", ...from(name) });
  expect(await run("mine")).toMatchObject({ status: 200 });
  expect(await run("theirs")).toMatchObject({ status: 409, body: { code: "already_running" } });
  expect(await run("mine")).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  expect((await world.job(projectId, jobId)).history).toHaveLength(1);
});

test("a report that was read before the job's next attempt began does not move that attempt", async () => {
  let overtake: (() => Promise<unknown>) | undefined;
  const seam = standingAround(async (trip, go) => {
    if (trip.to === "object" && trip.method === "hold") await overtake?.();
    return go();
  });
  const world = new World({ seam });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  overtake = () => env.DB.prepare("UPDATE jobs SET attempt = 2 WHERE id = ?").bind(jobId).run();
  expect(await world.report(projectId, jobId, "RUNNING")).toMatchObject({ status: 409 });
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED", attempt: 2, history: [] });
});

test("a ping with another host's guid is a 409, and is no contact of this one", async () => {
  const world = new World();
  const [one, other] = [await world.host(), await world.host()];
  await world.ping(one.id, one.guid);
  expect(await world.ping(one.id, other.guid)).toMatchObject({
    status: 409,
    body: { code: "host_guid_mismatch" },
  });
  expect(await world.ping(one.id, ` ${one.guid.toUpperCase()} `)).toMatchObject({ status: 200 });
});

test("first pings of a window at once are recorded as one: the window before stays known", async () => {
  const world = new World();
  const { id, guid } = await world.host();
  await world.ping(id, guid);
  world.advance(30 * MINUTE);
  await Promise.all([1, 2, 3, 4].map(() => world.ping(id, guid)));
  await world.tick();
  expect((await world.get(`/api/v3/automation/hosts/${id}`)).body).toMatchObject({ status: "Online" });
});

test("an agent's number that is taken in another project of the host is a 409, made or updated", async () => {
  const world = new World();
  const { projectId, hostId } = await world.ready();
  const elsewhere = await world.project();
  await world.agent(projectId, hostId, { agent_client_id: "taken" });
  const agent = { name: "AGENT 2", framework: "testNG", framework_id: "testNG-plugin", active: true };
  const agents = `/api/v3/projects/${elsewhere}/automation/hosts/${hostId}/agents`;
  const taken = { status: 409, body: { code: "agent_number_taken" } };
  expect(await world.post(agents, { ...agent, agent_client_id: "taken" })).toMatchObject(taken);
  const id = await world.agent(elsewhere, hostId, { agent_client_id: "free" });
  expect(await world.put(`${agents}/${id}`, { ...agent, agent_client_id: "taken" })).toMatchObject(taken);
});

test("a host is not retired while a job of its runs, nor is any of its jobs cancelled", async () => {
  const world = new World();
  const { projectId, hostId, jobIds } = await world.ready({ jobs: 2 });
  const [running = 0, open = 0] = jobIds;
  await world.report(projectId, running, "RUNNING");
  expect(await world.delete(`/api/v3/automation/hosts/${hostId}`)).toMatchObject({ status: 409 });
  expect(await world.job(projectId, open)).toMatchObject({ status: "PLANNED" });
  await world.report(projectId, running, "COMPLETED");
  expect(await world.delete(`/api/v3/automation/hosts/${hostId}`)).toMatchObject({ status: 200 });
  expect(await world.job(projectId, open)).toMatchObject({ status: "CANCELLED" });
});

test("a token with a typo is refused by its checksum, without a look-up", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const token = await world.token("host");
  const typo = token.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  counts.reset();
  expect(await world.get("/api/v3/projects", { token: typo })).toMatchObject({ status: 401 });
  expect(counts.statements).toEqual([]);
});

test("an ADMIN_TOKEN of fewer than 16 characters opens nothing", async () => {
  const open = (token: string) =>
    new World({ settings: { ADMIN_TOKEN: token } }).get("/api/v3/projects", { token });
  expect(await open("0123456789abcde")).toMatchObject({ status: 401 });
  expect(await open("0123456789abcdef")).toMatchObject({ status: 200 });
});
