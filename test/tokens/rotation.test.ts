import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { START, World } from "../world.ts";

const MINUTE = 60_000;
const issued = z.object({ id: z.int(), token: z.string() });

const issue = async (world: World, facts: Record<string, unknown> = {}) =>
  issued.parse((await world.post("/api/v3/tokens", { name: "one", scope: "operator", ...facts })).body);

const rotate = (
  world: World,
  id: number,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
) => world.post(`/api/v3/tokens/${id}/rotate`, body, headers ? { headers } : {});

const opens = async (world: World, token: string): Promise<number> =>
  (await world.get("/api/v3/projects?limit=1", { token })).status;

describe("A rotated token", () => {
  test("is good by both secrets for the overlap, then by the new one alone", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    const answer = await rotate(world, id, { body: { overlap_minutes: 10 } });
    expect(answer.status).toBe(201);
    const { token } = issued.parse(answer.body);
    expect(token).not.toBe(old);
    for (const minute of [0, 5, 9.99]) {
      world.now = START + minute * MINUTE;
      expect([await opens(world, old), await opens(world, token)]).toEqual([200, 200]);
    }
    world.now = START + 10 * MINUTE;
    expect([await opens(world, old), await opens(world, token)]).toEqual([401, 200]);
  });

  test("without an overlap is refused by its old secret within 30 s", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    expect(await opens(world, old)).toBe(200);
    const { token } = issued.parse((await rotate(world, id, { body: { overlap_minutes: 0 } })).body);
    world.advance(30_000);
    expect([await opens(world, old), await opens(world, token)]).toEqual([401, 200]);
  });

  test("locks nobody out where the answer was lost and it is rotated again", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    await rotate(world, id, { body: { overlap_minutes: 60 } });
    world.advance(MINUTE);
    const { token } = issued.parse((await rotate(world, id, { body: { overlap_minutes: 60 } })).body);
    expect([await opens(world, old), await opens(world, token)]).toEqual([200, 200]);
    world.now = START + 60 * MINUTE;
    expect([await opens(world, old), await opens(world, token)]).toEqual([401, 200]);
  });

  test("by a repeat with the same key is rotated once, and the secret is not shown again", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const { token } = issued.parse((await rotate(world, id, { body: {}, headers: key })).body);
    const again = await rotate(world, id, { body: {}, headers: key });
    expect(again).toMatchObject({ status: 201, body: { id, code: "secret_already_shown" } });
    expect(again.text).not.toContain("muster_");
    expect([await opens(world, old), await opens(world, token)]).toEqual([200, 200]);
  });

  test("can be cut short by a rotation with a shorter overlap", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    await rotate(world, id, { body: { overlap_minutes: 60 } });
    await rotate(world, id, { body: { overlap_minutes: 1 } });
    world.advance(MINUTE);
    expect(await opens(world, old)).toBe(401);
  });

  test("that was revoked or has expired is refused with 409, and nothing is stored", async () => {
    const world = new World();
    const revoked = await issue(world);
    await world.delete(`/api/v3/tokens/${revoked.id}`);
    const expired = await issue(world, { expires_at: new Date(START + 1000).toISOString() });
    world.advance(1000);
    for (const { id } of [revoked, expired])
      expect(refusalIn(await rotate(world, id), 409).code).toBe("token_ended");
    const { results } = await env.DB.prepare("SELECT 1 FROM former_secrets WHERE token_id IN (?, ?)")
      .bind(revoked.id, expired.id)
      .all();
    expect(results).toEqual([]);
  });

  test("that is revoked goes by all of its secrets", async () => {
    const world = new World();
    const { id, token: old } = await issue(world);
    const { token } = issued.parse((await rotate(world, id)).body);
    await world.delete(`/api/v3/tokens/${id}`);
    world.advance(30_000);
    expect([await opens(world, old), await opens(world, token)]).toEqual([401, 401]);
  });

  test("takes whole minutes of overlap from 0 to a week", async () => {
    const world = new World();
    const { id } = await issue(world);
    for (const overlap_minutes of [-1, 1.5, 10_081, "5", null])
      refusedField(await rotate(world, id, { body: { overlap_minutes } }), "overlap_minutes");
    refusalIn(await rotate(world, 999_999, { body: {} }), 404);
  });
});

const listed = z.array(
  z.strictObject({
    id: z.int(),
    name: z.string(),
    scope: z.string(),
    prefix: z.string(),
    project_ids: z.array(z.int()).nullable(),
    host_server_id: z.int().nullable(),
    register_only: z.boolean(),
    created_at: z.string(),
    created_by: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
  }),
);

describe("A token that is read", () => {
  test("shows its prefix, scope, limits and maker, and never its secret", async () => {
    const world = new World();
    const { projectId, hostId } = await world.ready();
    const { id, token } = await issue(world, {
      scope: "host",
      project_ids: [projectId, projectId],
      host_server_id: hostId,
    });
    const answer = await world.get(`/api/v3/tokens?after=${id - 1}&limit=1`);
    expect(listed.parse(answer.body)).toEqual([
      {
        id,
        name: "one",
        scope: "host",
        prefix: token.slice(0, "muster_host_".length + 8),
        project_ids: [projectId],
        host_server_id: hostId,
        register_only: false,
        created_at: "2026-03-02T10:00:00+00:00",
        created_by: "admin bootstrap",
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      },
    ]);
    expect(answer.text).not.toContain(token.slice(0, 40));
    expect((await world.get(`/api/v3/tokens/${id}`)).body).toEqual(listed.parse(answer.body)[0]);
    refusalIn(await world.get("/api/v3/tokens/999999"), 404);
  });

  const lastUse = async (world: World, id: number) =>
    z.object({ last_used_at: z.string().nullable() }).parse((await world.get(`/api/v3/tokens/${id}`)).body)
      .last_used_at;

  test("shows its last use to within 5 minutes", async () => {
    const world = new World();
    const { id, token } = await issue(world);
    for (let second = 0; second < 20 * 60; second += 10) {
      world.now = START + second * 1000;
      await opens(world, token);
      const at = Date.parse((await lastUse(world, id)) ?? "");
      expect(world.now - at).toBeLessThanOrEqual(5 * MINUTE);
    }
  });

  test("of a host shows it with the host's pings, once a window", async () => {
    const world = new World();
    const { hostId, guid } = await world.ready();
    const { id, token } = await issue(world, { scope: "host", host_server_id: hostId });
    const used: (string | null)[] = [];
    for (const minute of [1, 20, 29, 31, 59, 61]) {
      world.now = START + minute * MINUTE;
      await world.ping(hostId, guid, { token });
      used.push(await lastUse(world, id));
    }
    const at = (minute: string) => `2026-03-02T${minute}:00+00:00`;
    expect(used).toEqual([at("10:01"), at("10:01"), at("10:01"), at("10:31"), at("10:31"), at("11:01")]);
  });

  test("that was refused was not used", async () => {
    const world = new World();
    const { id, token } = await issue(world, { expires_at: new Date(START + 1000).toISOString() });
    world.advance(1000);
    expect(await opens(world, token)).toBe(401);
    expect(await lastUse(world, id)).toBeNull();
  });
});
