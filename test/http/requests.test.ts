import { describe, expect, test } from "vitest";
import { World } from "../world.ts";
import { refusalIn, refusedField } from "./refusals.ts";

const hostBody = (facts: Record<string, unknown> = {}) => ({
  host_name: "Host",
  ip_address: "192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: crypto.randomUUID(),
  ...facts,
});

describe("Authorization", () => {
  test.each([
    ["TOKEN", (token: string) => token],
    ["Bearer TOKEN", (token: string) => `Bearer ${token}`],
    ["bearer TOKEN", (token: string) => `bearer ${token}`],
  ])("%s is the same", async (_, header) => {
    const world = new World();
    for (const token of [world.adminToken, await world.token("host")]) {
      const headers = { Authorization: header(token) };
      expect(await world.get("/api/v3/automation/hosts?limit=1", { token: null, headers })).toMatchObject({
        status: 200,
      });
    }
  });
});

describe("A body", () => {
  test.each([
    "application/json",
    "application/x-www-form-urlencoded",
    "application/json, application/x-www-form-urlencoded",
    "text/plain;charset=UTF-8",
    "nonsense",
  ])("is JSON when its Content-Type says %s", async (type) => {
    const headers = { "Content-Type": type };
    const answer = await new World().post("/api/v3/automation/host", hostBody(), { headers });
    expect(answer).toMatchObject({ status: 201, body: { host_name: "Host" } });
  });

  test("is JSON when its Content-Type comes twice", async () => {
    const world = new World();
    const { projectId, hostId } = await world.ready();
    const type = new Headers([
      ["Content-Type", "application/json"],
      ["Content-Type", "application/x-www-form-urlencoded"],
    ]).get("Content-Type");
    const answer = await world.post(
      `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`,
      {
        name: "AGENT 1",
        framework: "testNG",
        framework_id: "testNG-plugin",
        agent_client_id: "29",
        active: false,
      },
      { headers: { "Content-Type": type ?? "" } },
    );
    expect(answer).toMatchObject({ status: 201, body: { name: "AGENT 1", active: false } });
  });

  test.each([
    ["a JSON Content-Type and no body", { headers: { "Content-Type": "application/json" } }],
    ["Content-Length: 0", { headers: { "Content-Length": "0" } }],
    ["an empty body", { body: "", headers: { "Content-Type": "application/json" } }],
    ["{}", { body: {} }],
  ])("may be missing: activate and deactivate come with %s", async (_, options) => {
    const world = new World();
    const { projectId, hostId, agentId } = await world.ready();
    const agent = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;
    expect(await world.request("POST", `${agent}/deactivate`, options)).toMatchObject({
      status: 200,
      body: { active: false },
    });
    expect(await world.request("POST", `${agent}/activate`, options)).toMatchObject({
      status: 200,
      body: { active: true },
    });
  });

  test.each([undefined, "", " \r\n"])(
    "that is empty is refused as missing, not as broken JSON: %j",
    async (body) => {
      const refusal = refusalIn(await new World().request("POST", "/api/v3/projects", { body }), 400);
      expect(refusal.code).toBe("invalid");
      expect(refusal.errors).toMatchObject([{ field: "body" }]);
    },
  );

  test("has its unknown fields ignored", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    const body = {
      host_guid: guid,
      ping_time: "2015-03-25T03:07:13+00:00",
      host_id: 99,
      agent_server_id: null,
    };
    expect(await world.post(`/api/v3/automation/hosts/${id}/ping`, body)).toMatchObject({ status: 200 });
    const registered = await world.post("/api/v3/automation/host", hostBody({ host_server_id: 1e9 }));
    expect(registered).toMatchObject({ status: 201 });
    expect(registered.text).not.toContain("1000000000");
  });

  test("may start with a byte order mark", async () => {
    expect(await new World().post("/api/v3/projects", '\uFEFF{"name":"marked"}')).toMatchObject({
      status: 201,
    });
  });
});

describe("Strings", () => {
  test.each([
    ["1 character", "x"],
    ["255 characters", "x".repeat(255)],
    ["255 characters after trimming", ` ${"x".repeat(255)}\n`],
    ["other scripts", "Тест 測試 🧪"],
  ])("of %s are taken and answered as sent", async (_, name) => {
    const answer = await new World().post("/api/v3/automation/host", hostBody({ host_name: name }));
    expect(answer).toMatchObject({ status: 201, body: { host_name: name } });
  });

  test.each([
    ["empty", ""],
    ["blank", " \t "],
    ["256 characters", "x".repeat(256)],
  ])("that are %s are refused, named", async (_, name) => {
    refusedField(
      await new World().post("/api/v3/automation/host", hostBody({ host_name: name })),
      "host_name",
    );
  });

  test("of automation_content hold up to 4,000 characters", async () => {
    const world = new World();
    const runs = `/api/v3/projects/${await world.project()}/automation/test-runs`;
    const run = (characters: number) => [
      { test_case_name: "case", automation_content: "x".repeat(characters) },
    ];
    expect(await world.post(runs, run(4000))).toMatchObject({ status: 201 });
    refusedField(await world.post(runs, run(4001)), "[0].automation_content");
  });

  test("of addresses are not judged, and kept as sent, a leading space too", async () => {
    const addresses = { ip_address: " 192.168.74.73", mac_address: "no address at all" };
    expect(await new World().post("/api/v3/automation/host", hostBody(addresses))).toMatchObject({
      status: 201,
      body: addresses,
    });
  });
});
