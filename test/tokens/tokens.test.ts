import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { counting, standingAround } from "../fault-injection.ts";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { START, World } from "../world.ts";

const issued = z.strictObject({ id: z.int(), name: z.string(), scope: z.string(), token: z.string() });

const issue = async (world: World, facts: Record<string, unknown> = {}) =>
  issued.parse((await world.post("/api/v3/tokens", { name: "one", scope: "host", ...facts })).body);

const opens = async (world: World, token: string): Promise<number> =>
  (await world.get("/api/v3/automation/hosts?limit=1", { token })).status;

describe("An issued token", () => {
  test.each(["admin", "operator", "host"])(
    "of scope %s is answered 201 with id, name, scope, token, in this order",
    async (scope) => {
      const world = new World();
      const answer = await world.post("/api/v3/tokens", { name: "one", scope });
      expect(answer).toMatchObject({ status: 201, body: { name: "one", scope } });
      expect(Object.keys(issued.parse(answer.body))).toEqual(["id", "name", "scope", "token"]);
      expect(await opens(world, issued.parse(answer.body).token)).toBe(200);
    },
  );

  test("is readable by its prefix, and 32 random bytes and a checksum long", async () => {
    const world = new World();
    const [one, two] = [await issue(world), await issue(world)];
    expect(one.token).toMatch(/^muster_host_[0-9a-f]{64}[0-9a-f]{8}$/);
    expect(one.token).not.toBe(two.token);
  });

  test("is stored only as SHA-256", async () => {
    const { token } = await issue(new World());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
    const stored = await everythingStored();
    expect(stored).toContain([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    const secret = token.split("_").at(-1) ?? token;
    expect(stored).not.toContain(secret.slice(0, 16));
    expect(stored).not.toContain(secret.slice(-16));
  });

  test("may be limited in time", async () => {
    const world = new World();
    refusedField(
      await world.post("/api/v3/tokens", { name: "x", scope: "host", expires_at: "soon" }),
      "expires_at",
    );
    const { token } = await issue(world, { expires_at: new Date(START + 10_000).toISOString() });
    expect(await opens(world, token)).toBe(200);
    world.advance(9999);
    expect(await opens(world, token)).toBe(200);
    world.advance(1);
    expect(refusalIn(await world.get("/api/v3/projects", { token }), 401).message).toContain("expired");
  });
});

describe("401", () => {
  test.each([
    ["no Authorization", {}],
    ["an empty one", { Authorization: "" }],
    ["a scheme alone", { Authorization: "Bearer" }],
    ["another scheme", { Authorization: "Basic dXNlcjpwYXNz" }],
    ["a token of nobody", { Authorization: "Bearer nonsense-of-some-length" }],
  ])("answers %s", async (_, headers) => {
    expect(refusalIn(await new World().get("/api/v3/projects", { token: null, headers }), 401).code).toBe(
      "unauthorized",
    );
  });

  test("answers an unknown token", async () => {
    const world = new World();
    const { id, token } = await issue(world);
    await env.DB.prepare("DELETE FROM tokens WHERE id = ?").bind(id).run();
    expect(refusalIn(await world.get("/api/v3/projects", { token }), 401).message).toContain("unknown");
  });

  test("answers a revoked token, and revoking again changes nothing", async () => {
    const world = new World();
    const { id, token } = await issue(world);
    const revoked = { status: 200, body: { id, name: "one", scope: "host" } };
    expect(await world.delete(`/api/v3/tokens/${id}`)).toMatchObject(revoked);
    expect(refusalIn(await world.get("/api/v3/projects", { token }), 401).message).toContain("revoked");
    expect(await world.delete(`/api/v3/tokens/${id}`)).toMatchObject(revoked);
    refusalIn(await world.delete("/api/v3/tokens/999999999"), 404);
  });

  test("answers a typo without a look-up", async () => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    const { token } = await issue(world);
    counts.reset();
    const last = token.endsWith("0") ? "1" : "0";
    const swapped = token.replace(
      /_([0-9a-f])([0-9a-f]*)$/,
      (_, first, rest) => `_${first === "0" ? "1" : "0"}${rest}`,
    );
    const typos = [token.slice(0, -1), token.slice(0, -1) + last, swapped, token.toUpperCase(), `${token}0`];
    for (const typo of typos) expect(await opens(world, typo), typo).toBe(401);
    expect(counts.statements).toEqual([]);
    expect(await opens(world, token)).toBe(200);
    expect(counts.statements.length).toBeGreaterThan(0);
  });
});

describe("The bootstrap token", () => {
  test("is compared first: it opens everything without a look-up", async () => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    expect(await world.get("/api/v3/nothing")).toMatchObject({ status: 404 });
    expect(counts.d1RoundTrips).toBe(0);
  });

  test.each(["", "x", "fifteen-letters", "               "])(
    "under 16 characters opens nothing: %j",
    async (short) => {
      const world = new World({ settings: { ADMIN_TOKEN: short } });
      expect(await world.get("/api/v3/projects", { token: short })).toMatchObject({ status: 401 });
    },
  );

  test.each(["sixteen-letters!", "a passphrase of several words", 'odd:"=,;/+ characters'])(
    "may be any string of 16 or more: %s",
    async (token) => {
      const world = new World({ settings: { ADMIN_TOKEN: token } });
      expect(await opens(world, token)).toBe(200);
      expect(await opens(world, `${token.slice(0, -1)}?`)).toBe(401);
      expect(await opens(world, `${token}x`)).toBe(401);
    },
  );
});

describe("A verdict on a token", () => {
  const GOOD_FOR = 30_000;

  const revokedAfterUse = async (world: World) => {
    const { id, token } = await issue(world);
    expect(await opens(world, token)).toBe(200);
    await env.DB.prepare("UPDATE tokens SET revoked_at = 1 WHERE id = ?").bind(id).run();
    return token;
  };

  test("spares the look-ups of 30 s", async () => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    const { token } = await issue(world);
    const lookUps = () => counts.statements.filter((text) => text.includes('from "tokens"')).length;
    counts.reset();
    for (let use = 0; use < 3; use++) await opens(world, token);
    expect(lookUps()).toBe(1);
    world.advance(GOOD_FOR);
    await opens(world, token);
    expect(lookUps()).toBe(2);
  });

  test("is good for 30 s at most: revoked elsewhere, the token is refused by then", async () => {
    const world = new World();
    const token = await revokedAfterUse(world);
    world.advance(GOOD_FOR);
    expect(await opens(world, token)).toBe(401);
  });

  test("is not extended by use", async () => {
    const world = new World();
    const token = await revokedAfterUse(world);
    for (let second = 1; second < 30; second += 4) {
      world.now = START + second * 1000;
      await opens(world, token);
    }
    world.now = START + GOOD_FOR;
    expect(await opens(world, token)).toBe(401);
  });

  test("counts from before its read began, however long that took", async () => {
    let slow = 0;
    const seam = standingAround(async (trip, go) => {
      const reply = await go();
      if (trip.to === "d1" && trip.statements.some((text) => text.includes('from "tokens"')))
        world.advance(slow);
      return reply;
    });
    const world: World = new World({ seam });
    const { id, token } = await issue(world);
    world.now = START;
    slow = 20_000;
    expect(await opens(world, token)).toBe(200);
    slow = 0;
    await env.DB.prepare("UPDATE tokens SET revoked_at = 1 WHERE id = ?").bind(id).run();
    world.now = START + GOOD_FOR;
    expect(await opens(world, token)).toBe(401);
  });
});
