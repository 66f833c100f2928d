import { describe, expect, test } from "vitest";
import { z } from "zod";
import { faulty } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { everythingStored, rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";

const facts = (host_guid: string = crypto.randomUUID()) => ({
  host_name: "Lab 1",
  ip_address: "x",
  mac_address: "x",
  host_guid,
});
const registered = z.looseObject({ host_server_id: z.int() });

describe("A host that comes with a token that only registers", () => {
  test("is given a token of its own, that works for it and for nothing else", async () => {
    const world = new World();
    const projectId = await world.project();
    const enrolling = await world.token("host", { register_only: true, project_ids: [projectId] });
    const body = facts();
    const answer = await world.post("/api/v3/automation/hosts", body, { token: enrolling });
    expect(answer.status).toBe(201);
    const token = answer.headers.get("Host-Token") ?? "";
    expect(token).toMatch(/^muster_host_[0-9a-f]{72}$/);
    const { host_server_id: id } = registered.parse(answer.body);
    expect((await world.ping(id, body.host_guid, { token })).status).toBe(200);
    expect((await world.poll(id, { token })).body).toEqual([]);
    const other = await world.host();
    refusalIn(await world.ping(other.id, other.guid, { token }), 404);
    refusalIn(await world.get(`/api/v3/projects/${await world.project()}`, { token }), 404);
    expect((await world.get(`/api/v3/projects/${projectId}`, { token })).status).toBe(200);
    const tokens = z.array(z.looseObject({})).parse((await world.get("/api/v3/tokens?limit=1000")).body);
    expect(tokens.at(-1)).toMatchObject({
      name: "Lab 1",
      scope: "host",
      host_server_id: id,
      project_ids: [projectId],
      register_only: false,
      created_by: expect.stringMatching(/^host host \d+$/),
    });
  });

  test("with a guid that is known, retired or not, is refused with 409 and given no token", async () => {
    const world = new World();
    const enrolling = await world.token("host", { register_only: true });
    await world.get("/api/v3/projects", { token: enrolling });
    const [living, retired] = [await world.host(), await world.host()];
    await world.delete(`/api/v3/automation/hosts/${retired.id}`);
    await world.post("/api/v3/automation/host", facts(), { token: enrolling });
    const before = await everythingStored();
    for (const { guid } of [living, retired]) {
      const answer = await world.post("/api/v3/automation/host", facts(guid.toUpperCase()), {
        token: enrolling,
      });
      expect(refusalIn(answer, 409).code).toBe("host_known");
      expect(answer.headers.get("Host-Token")).toBeNull();
    }
    expect(await everythingStored()).toBe(before);
  });

  test("is made once, with one token, where the storage fails after it was made", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    const enrolling = await world.token("host", { register_only: true });
    await world.post("/api/v3/automation/host", facts(), { token: enrolling });
    const before = await rowCounts();
    faults.fail({ to: "d1", only: "insert", when: "after" });
    const answer = await world.post("/api/v3/automation/host", facts(), { token: enrolling });
    expect(answer.status).toBe(201);
    const after = await rowCounts();
    expect(after).toEqual({
      ...before,
      hosts: (before.hosts ?? 0) + 1,
      tokens: (before.tokens ?? 0) + 1,
      audit: (before.audit ?? 0) + 2,
    });
    const { host_server_id: id } = registered.parse(answer.body);
    const token = answer.headers.get("Host-Token") ?? "";
    expect((await world.get(`/api/v3/automation/hosts/${id}`, { token })).status).toBe(200);
  });

  test("is given that token though its object is away, for it can't ask again", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    const enrolling = await world.token("host", { register_only: true });
    const body = facts();
    faults.fail({ to: "object", only: "introduce", when: "before", times: 5 });
    const answer = await world.post("/api/v3/automation/host", body, { token: enrolling });
    expect(answer.status).toBe(201);
    const { host_server_id: id } = registered.parse(answer.body);
    const token = answer.headers.get("Host-Token") ?? "";
    expect((await world.ping(id, body.host_guid, { token })).status).toBe(200);
  });

  test("and then registers again by its own token, as it does when it starts", async () => {
    const world = new World();
    const enrolling = await world.token("host", { register_only: true });
    const body = facts();
    const first = await world.post("/api/v3/automation/host", body, { token: enrolling });
    const token = first.headers.get("Host-Token") ?? "";
    const again = await world.post("/api/v3/automation/host", { ...body, host_name: "Renamed" }, { token });
    expect(again).toMatchObject({ status: 200, body: { host_name: "Renamed" } });
    expect(again.headers.get("Host-Token")).toBeNull();
  });
});
