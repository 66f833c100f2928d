import { describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { START, World } from "../world.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const HOUR = 3_600_000;

const form = (
  world: World,
  path: string,
  { fields, headers = {} }: { fields: Record<string, string>; headers?: Record<string, string> },
) =>
  world.post(path, new URLSearchParams(fields).toString(), { token: null, headers: { ...FORM, ...headers } });

const made = async (world: World, facts: Record<string, unknown> = {}) => {
  const name = `Host of ${crypto.randomUUID()}`;
  const token = await world.token("host", { name, ...facts });
  return { name, token };
};

const basic = (name: string, secret: string) => ({ Authorization: `Basic ${btoa(`${name}:${secret}`)}` });

describe.each(["/oauth/token", "/tc/oauth/token", "//oauth//token"])("POST %s", (path) => {
  test("grants the token whose name and secret are given as a password", async () => {
    const world = new World();
    const { name, token } = await made(world);
    const answer = await form(world, path, {
      fields: { grant_type: "password", username: name, password: token },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        access_token: token,
        token_type: "bearer",
        refresh_token: token,
        scope: "host",
        expires_in: 30 * 24 * 3600,
      },
    });
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect((await world.get("/api/v3/projects", { token })).status).toBe(200);
  });

  test("takes its parameters in the query, behind `Basic site:` as old clients send it", async () => {
    const world = new World();
    const { name, token } = await made(world);
    const query = new URLSearchParams({ grant_type: "password", username: name, password: token });
    const answer = await world.post(`${path}?${query}`, undefined, {
      token: null,
      headers: basic("site", ""),
    });
    expect(answer).toMatchObject({ status: 200, body: { access_token: token } });
  });

  test("grants client credentials, in the form or behind Basic, and a refresh", async () => {
    const world = new World();
    const { name, token } = await made(world);
    const granted = { status: 200, body: { access_token: token, scope: "host" } };
    const credentials = { grant_type: "client_credentials" };
    expect(
      await form(world, path, { fields: { ...credentials, client_id: name, client_secret: token } }),
    ).toMatchObject(granted);
    expect(await form(world, path, { fields: credentials, headers: basic(name, token) })).toMatchObject(
      granted,
    );
    expect(
      await form(world, path, { fields: { grant_type: "refresh_token", refresh_token: token } }),
    ).toMatchObject(granted);
  });
});

describe("POST /oauth/token", () => {
  const path = "/oauth/token";

  test("says when the token expires", async () => {
    const world = new World();
    const { token } = await made(world, { expires_at: new Date(START + HOUR).toISOString() });
    const refresh = { grant_type: "refresh_token", refresh_token: token };
    expect(await form(world, path, { fields: refresh })).toMatchObject({ body: { expires_in: 3600 } });
    world.advance(HOUR);
    refusalIn(await form(world, path, { fields: refresh }), 401);
  });

  test("grants the bootstrap token under its own name", async () => {
    const world = new World();
    const password = world.adminToken;
    expect(
      await form(world, path, { fields: { grant_type: "password", username: "bootstrap", password } }),
    ).toMatchObject({ status: 200, body: { scope: "admin" } });
  });

  test("refuses a wrong secret, another's name, and a revoked token with the same 401", async () => {
    const world = new World();
    const { name, token } = await made(world);
    const other = await made(world);
    for (const [username, password] of [
      [name, "wrong"],
      [name, other.token],
      ["nobody", token],
      [name, `${token.slice(0, -1)}x`],
    ]) {
      const grant = { grant_type: "password", username: username ?? "", password: password ?? "" };
      expect(refusalIn(await form(world, path, { fields: grant }), 401).code).toBe("unauthorized");
    }
  });

  test("says which field is missing or wrong", async () => {
    const world = new World();
    refusedField(await form(world, path, { fields: {} }), "grant_type");
    refusedField(await form(world, path, { fields: { grant_type: "implicit" } }), "grant_type");
    refusedField(await form(world, path, { fields: { grant_type: "password", username: "x" } }), "password");
    refusedField(await form(world, path, { fields: { grant_type: "client_credentials" } }), "client_id");
    refusedField(
      await form(world, path, { fields: { grant_type: "refresh_token", refresh_token: "" } }),
      "refresh_token",
    );
    refusedField(await world.post(path, new Uint8Array([0xff, 0xfe]), { token: null }), "body");
    refusalIn(await form(world, path, { fields: { grant_type: "x".repeat(17_000) } }), 413);
  });

  test("treats broken Basic credentials as none", async () => {
    const world = new World();
    for (const header of ["Basic", "Basic ====", "Basic /w==", "Basic Og=="]) {
      const answer = await form(world, path, {
        fields: { grant_type: "client_credentials" },
        headers: { Authorization: header },
      });
      refusedField(answer, "client_id");
    }
  });
});

describe.each(["/api/login", "/tc/api/login"])("POST %s", (path) => {
  test("answers the token as bare text", async () => {
    const world = new World();
    const { name, token } = await made(world);
    const answer = await world.text("POST", path, {
      token: null,
      body: new URLSearchParams({ j_username: name, j_password: token }).toString(),
      headers: FORM,
    });
    expect(answer).toEqual({
      status: 200,
      type: expect.stringMatching(/^text\/plain; ?charset=UTF-8$/i),
      text: token,
    });
  });

  test("refuses a request without both", async () => {
    const world = new World();
    const { name, token } = await made(world);
    refusalIn(await form(world, path, { fields: { j_username: name, j_password: "wrong" } }), 401);
    refusalIn(await form(world, path, { fields: { j_username: "wrong", j_password: token } }), 401);
    refusedField(await form(world, path, { fields: { j_username: name } }), "j_password");
  });
});
