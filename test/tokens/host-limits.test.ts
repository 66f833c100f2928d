import { beforeAll, describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { HOUR, jobsIn, type Ready, World } from "../world.ts";
import { idsIn, type LimitedTokens, limitedTokens } from "./limited-tokens.ts";

const world = new World();
let one: Ready;
let two: Ready;
let shared: LimitedTokens["shared"];
let ownHost: string;

beforeAll(async () => {
  ({ one, two, shared, ownHost } = await limitedTokens(world));
});

describe("A token limited to a host", () => {
  test("pings, polls and reports for it", async () => {
    expect((await world.ping(one.hostId, one.guid, { token: ownHost })).status).toBe(200);
    expect(jobsIn(await world.poll(one.hostId, { token: ownHost, to: world.now + HOUR }))).toContain(
      one.jobId,
    );
    expect((await world.report(one.projectId, one.jobId, { status: "RUNNING", token: ownHost })).status).toBe(
      200,
    );
    expect(
      (await world.report(one.projectId, one.jobId, { status: "COMPLETED", token: ownHost })).status,
    ).toBe(200);
  });

  test("neither reads nor reports the jobs of another host of the same project", async () => {
    const path = `/api/v3/projects/${one.projectId}/automation/jobs/${shared.jobs.one}`;
    const before = await everythingStored();
    const foreign = refusalIn(await world.get(path, { token: ownHost }), 404);
    const unknown = refusalIn(
      await world.get(`/api/v3/projects/${one.projectId}/automation/jobs/999999`, { token: ownHost }),
      404,
    );
    expect(foreign.message.replace(/\d+/, "")).toBe(unknown.message.replace(/\d+/, ""));
    for (const status of ["RUNNING", "COMPLETED", "FAILED", "CANCELLED"])
      refusalIn(await world.report(one.projectId, shared.jobs.one, { status, token: ownHost }), 404);
    expect(await everythingStored()).toBe(before);
  });

  test("lists that host alone", async () => {
    const hosts = await world.get("/api/v3/automation/hosts", { token: ownHost });
    expect(idsIn(hosts, "host_server_id")).toEqual([one.hostId]);
  });

  test("registers that host again and no other: a foreign guid and a new one are refused alike", async () => {
    const register = (host_guid: string) =>
      world.post(
        "/api/v3/automation/host",
        { host_name: "Again", ip_address: "x", mac_address: "x", host_guid },
        { token: ownHost },
      );
    expect(await register(one.guid)).toMatchObject({ status: 200, body: { host_server_id: one.hostId } });
    const before = await everythingStored();
    const [foreign, unknown] = [await register(two.guid), await register(crypto.randomUUID())];
    expect(refusalIn(foreign, 403).message).toBe(refusalIn(unknown, 403).message);
    expect(await everythingStored()).toBe(before);
  });

  test("schedules runs of that host's agents alone", async () => {
    const create = (agentId: number) =>
      world.post(
        "/api/v3/automation/jobs/schedule/create",
        { projectId: one.projectId, agentId },
        { token: ownHost },
      );
    expect((await create(one.agentId)).status).toBe(201);
    const elsewhere = await world.agent(one.projectId, shared.hostId);
    refusedField(await create(elsewhere), "agentId");
  });
});
