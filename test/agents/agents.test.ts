import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { World } from "../world.ts";
import { agents, facts } from "./agent-requests.ts";

const SEED_FIELDS = [
  "agent_server_id",
  "name",
  "project_id",
  "host_id",
  "framework",
  "framework_id",
  "active",
];
const fields = (body: unknown) => Object.keys(z.record(z.string(), z.unknown()).parse(body));

describe("Creating an agent", () => {
  test("is a 201 with the seed's fields in its order", async () => {
    const world = new World();
    const ready = await world.ready();
    const answer = await world.post(agents(ready), facts());
    expect(answer.status).toBe(201);
    expect(fields(answer.body)).toEqual(SEED_FIELDS);
    expect(answer.body).toEqual({
      agent_server_id: expect.any(Number),
      name: "AGENT 1",
      project_id: ready.projectId,
      host_id: ready.hostId,
      framework: "testNG",
      framework_id: "testNG-plugin",
      active: false,
    });
  });

  test("of a known host, project and number is a 200: the agent keeps its id and takes the new facts", async () => {
    const world = new World();
    const ready = await world.ready();
    const agentId = await world.agent(ready.projectId, ready.hostId, { agent_client_id: "29" });
    const renewed = facts({
      name: "Renamed",
      framework: "JUnit",
      framework_id: "junit-plugin",
      active: true,
    });
    expect(await world.post(agents(ready), renewed)).toMatchObject({
      status: 200,
      body: { agent_server_id: agentId, name: "Renamed", framework_id: "junit-plugin", active: true },
    });
  });

  test("takes its own number as agent_client_id, string or number, or as agent_id", async () => {
    const world = new World();
    const ready = await world.ready();
    const agentId = await world.agent(ready.projectId, ready.hostId, { agent_client_id: "29" });
    for (const number of [
      { agent_client_id: 29 },
      { agent_client_id: " 29 " },
      { agent_client_id: undefined, agent_id: 29 },
    ]) {
      expect(await world.post(agents(ready), facts(number))).toMatchObject({
        status: 200,
        body: { agent_server_id: agentId },
      });
    }
    refusedField(await world.post(agents(ready), facts({ agent_client_id: undefined })), "agent_client_id");
    refusedField(
      await world.post(agents(ready), facts({ agent_client_id: undefined, agent_id: "x" })),
      "agent_id",
    );
  });

  test("with a number taken in another project is a 409 that names it", async () => {
    const world = new World();
    const ready = await world.ready();
    await world.agent(ready.projectId, ready.hostId, { agent_client_id: "29" });
    const other = { ...ready, projectId: await world.project() };
    expect(refusalIn(await world.post(agents(other), facts()), 409).message).toContain("agent_client_id 29");
    expect((await world.get(agents(other))).body).toEqual([]);
    const elsewhere = { ...other, hostId: (await world.host()).id };
    expect(await world.post(agents(elsewhere), facts())).toMatchObject({ status: 201 });
  });
});

describe("framework_id", () => {
  const create = async (world: World, framework_id: string) =>
    world.post(agents(await world.ready()), facts({ framework_id }));

  test.each(["testNG-plugin", "junit-plugin", "cucumber-plugin"])(
    "may be the seed's %s",
    async (framework) => {
      expect(await create(new World(), framework)).toMatchObject({
        status: 201,
        body: { framework_id: framework },
      });
    },
  );

  test("that is none of them is a 400 that names the valid ones", async () => {
    const refused = await create(new World({ settings: { FRAMEWORK_IDS: "own-a, go-test" } }), "nobody's");
    refusedField(refused, "framework_id");
    expect(refused.text).toContain("testNG-plugin, junit-plugin, cucumber-plugin, pytest, ");
    expect(refused.text).toContain("own-a, go-test; the setting FRAMEWORK_IDS adds others");
  });

  test.each([
    "pytest",
    "vitest",
    "playwright",
    "jest",
    "mocha",
    "cypress",
    "cucumber",
    "robot",
    "go",
    "nunit",
  ])("may be %s without any setting", async (framework) => {
    expect(await create(new World(), framework)).toMatchObject({ status: 201 });
  });

  test.each(["xunit", "rspec", "phpunit"])("may be %s without any setting as well", async (framework) => {
    expect(await create(new World(), framework)).toMatchObject({ status: 201 });
  });

  test("may be one of the setting FRAMEWORK_IDS, or any with *", async () => {
    const settings = { FRAMEWORK_IDS: "pytest, go-test" };
    expect(await create(new World({ settings }), "go-test")).toMatchObject({ status: 201 });
    expect(await create(new World({ settings: { FRAMEWORK_IDS: "*" } }), "whatever")).toMatchObject({
      status: 201,
    });
  });
});

describe("Updating an agent", () => {
  test("is a 200 with the agent as it now is; what is missing of framework_id and number stays", async () => {
    const world = new World();
    const ready = await world.ready();
    const agentId = await world.agent(ready.projectId, ready.hostId, {
      agent_client_id: "29",
      framework_id: "cucumber-plugin",
    });
    const answer = await world.put(`${agents(ready)}/${agentId}`, {
      name: "New",
      framework: "Cucumber",
      active: true,
    });
    expect(answer.status).toBe(200);
    expect(fields(answer.body)).toEqual(SEED_FIELDS);
    expect(answer.body).toMatchObject({
      agent_server_id: agentId,
      name: "New",
      framework_id: "cucumber-plugin",
      active: true,
    });
    await world.schedule(ready.projectId, agentId);
    expect((await world.poll(ready.hostId)).body).toMatchObject([{ agent_id: 29 }]);
  });

  test("gives it a new number, unless that is another's: 409", async () => {
    const world = new World();
    const ready = await world.ready();
    const [one] = [
      await world.agent(ready.projectId, ready.hostId, { agent_client_id: "1" }),
      await world.agent(ready.projectId, ready.hostId, { agent_client_id: "2" }),
    ];
    refusalIn(await world.put(`${agents(ready)}/${one}`, facts({ agent_client_id: "2" })), 409);
    expect(await world.put(`${agents(ready)}/${one}`, facts({ agent_client_id: "3" }))).toMatchObject({
      status: 200,
    });
  });
});

test("Activate and deactivate answer the agent as it now is, as often as they are sent", async () => {
  const world = new World();
  const ready = await world.ready();
  for (const [verb, active] of [
    ["deactivate", false],
    ["deactivate", false],
    ["activate", true],
    ["activate", true],
  ] as const) {
    const answer = await world.post(`${agents(ready)}/${ready.agentId}/${verb}`);
    expect(answer.status).toBe(200);
    expect(fields(answer.body)).toEqual(SEED_FIELDS);
    expect(answer.body).toMatchObject({ agent_server_id: ready.agentId, active });
  }
});
