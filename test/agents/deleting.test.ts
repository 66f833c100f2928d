import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { agents, facts } from "./agent-requests.ts";

test("An agent under another project's or host's path is a 404, and stays as it was", async () => {
  const world = new World();
  const ready = await world.ready();
  const before = (await world.get(agents(ready))).text;
  for (const place of [
    { ...ready, projectId: await world.project() },
    { ...ready, hostId: (await world.host()).id },
  ]) {
    const path = `${agents(place)}/${ready.agentId}`;
    refusalIn(await world.put(path, facts()), 404);
    refusalIn(await world.post(`${path}/activate`), 404);
    refusalIn(await world.post(`${path}/deactivate`), 404);
    refusalIn(await world.delete(path), 404);
  }
  expect((await world.get(agents(ready))).text).toBe(before);
});

describe("Deleting an agent", () => {
  test("keeps its number for it in its project: another that is to have it is a 409, and stays as it was", async () => {
    const world = new World();
    const ready = await world.ready();
    const deleted = await world.agent(ready.projectId, ready.hostId, { agent_client_id: "29" });
    await world.delete(`${agents(ready)}/${deleted}`);
    const before = (await world.get(agents(ready))).text;
    const taken = refusalIn(await world.put(`${agents(ready)}/${ready.agentId}`, facts()), 409);
    expect(taken.code).toBe("agent_number_taken");
    expect((await world.get(agents(ready))).text).toBe(before);
    const elsewhere = { ...ready, projectId: await world.project() };
    const other = await world.agent(elsewhere.projectId, ready.hostId);
    expect(await world.put(`${agents(elsewhere)}/${other}`, facts())).toMatchObject({ status: 200 });
  });

  test("is a 409 while a job of its runs, and changes nothing", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 2 });
    const [running = 0, open = 0] = ready.jobIds;
    await world.report(ready.projectId, running, "RUNNING");
    refusalIn(await world.delete(`${agents(ready)}/${ready.agentId}`), 409);
    expect((await world.job(ready.projectId, open)).status).toBe("PLANNED");
    expect((await world.get(agents(ready))).body).toHaveLength(1);
  });

  test("cancels its open jobs alone; later calls to it are 404; creating its number again revives it", async () => {
    const world = new World();
    const ready = await world.ready();
    const agentId = await world.agent(ready.projectId, ready.hostId, { agent_client_id: "29" });
    const [mine, others] = [
      await world.schedule(ready.projectId, agentId),
      await world.schedule(ready.projectId, ready.agentId),
    ];
    const path = `${agents(ready)}/${agentId}`;
    expect(await world.delete(path)).toMatchObject({ status: 200, body: { agent_server_id: agentId } });
    expect(await world.job(ready.projectId, mine.jobId)).toMatchObject({
      status: "CANCELLED",
      history: [{ from: "PLANNED", to: "CANCELLED", reason: "agent_deleted" }],
    });
    expect((await world.job(ready.projectId, others.jobId)).status).toBe("PLANNED");
    refusalIn(await world.post(`${path}/activate`), 404);
    refusalIn(await world.put(path, facts()), 404);
    world.advance(1);
    refusalIn(await world.delete(path), 404);
    expect((await world.get(agents(ready))).text).not.toContain(`"agent_server_id":${agentId},`);
    expect(await world.post(agents(ready), facts())).toMatchObject({
      status: 200,
      body: { agent_server_id: agentId },
    });
    expect(await world.post(`${path}/activate`)).toMatchObject({ status: 200, body: { active: true } });
  });
});
