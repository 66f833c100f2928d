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

  test("is answered the same when it repeats its request with the key of it, as long as that token is good", async () => {
    const world = new World();
    const enrolling = await world.token("host", { register_only: true });
    for (const name of ["Idempotency-Key", "x-qtest-nonce"]) {
      const body = facts();
      const headers = { [name]: crypto.randomUUID() };
      const register = (sent = body, token = enrolling) =>
        world.post("/api/v3/automation/hosts", sent, { token, headers });
      const both = await Promise.all([register(), register()]);
      const before = await everythingStored();
      for (const answer of [...both, await register()]) {
        expect(answer).toMatchObject({ status: 201, text: both[0]?.text });
        expect(answer.headers.get("Host-Token")).toBe(both[0]?.headers.get("Host-Token"));
      }
      expect(await everythingStored()).toBe(before);
      const token = both[0]?.headers.get("Host-Token") ?? "";
      expect((await world.get("/api/v3/projects", { token })).status).toBe(200);

      expect(refusalIn(await register({ ...body, host_name: "Other" }), 409).code).toBe("key_reused");
      const others = await world.token("host", { register_only: true });
      expect(refusalIn(await register(body, others), 409).code).toBe("host_known");
      const keyless = await world.post("/api/v3/automation/hosts", body, { token: enrolling });
      expect(refusalIn(keyless, 409).code).toBe("host_known");
      const issued = z.array(z.looseObject({ id: z.int() }));
      const newest = issued.parse((await world.get("/api/v3/tokens?limit=1000")).body);
      const own = newest.filter(
        (each) => each.host_server_id === registered.parse(both[0]?.body).host_server_id,
      );
      for (const { id } of own) await world.delete(`/api/v3/tokens/${id}`);
      expect(refusalIn(await register(), 409).code).toBe("host_known");
    }
  });

  test("gets a token that can't be guessed from its request: it takes the deployment's own secret to make it again", async () => {
    const issuing = new World();
    const token = await issuing.token("host", { register_only: true });
    const [one, other, none] = ["one secret", "another secret", ""].map(
      (ADMIN_TOKEN) => new World({ settings: { ADMIN_TOKEN } }),
    );
    for (const [first, second] of [
      [one, other],
      [none, none],
    ]) {
      const body = facts();
      const options = { token, headers: { "Idempotency-Key": crypto.randomUUID() } };
      expect(await first?.post("/api/v3/automation/hosts", body, options)).toMatchObject({ status: 201 });
      const repeat = await second?.post("/api/v3/automation/hosts", body, options);
      expect(repeat).toMatchObject({ status: 409, body: { code: "host_known" } });
    }
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
