import { expect, test } from "vitest";
import { z } from "zod";
import { everythingStored } from "../http/rows.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const COOKIE = "__Host-muster";
const world = new World();

const issue = async (facts: object) => {
  const answer = await world.post("/api/v3/tokens", { name: "A person", scope: "operator", ...facts });
  return z.object({ id: z.int(), token: z.string() }).parse(answer.body);
};

const isSignedIn = async (visitor: Visitor) => (await visitor.get("/console/hosts")).status === 200;

test("the root leads to the console, which asks for a token", async () => {
  const visitor = new Visitor(world);
  expect(await visitor.get("/")).toMatchObject({ status: 302 });
  const asked = await visitor.get("/console/jobs?status=FAILED");
  expect(asked.status).toBe(401);
  expect(asked.text).toContain('name="to" value="/console/jobs?status=FAILED"');
});

test("a session is a cookie that only this host's browser has, over TLS, and no script reads", async () => {
  const answer = await new Visitor(world).signIn(world.adminToken, { to: "/console/jobs" });
  expect(answer.headers.get("location")).toBe("/console/jobs");
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^__Host-muster=/);
  for (const fact of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"])
    expect(cookie).toContain(fact);
});

test("a local server without TLS has a cookie under a plain name", async () => {
  const body = new URLSearchParams({ token: world.adminToken });
  const answer = await world.send(
    new Request("http://127.0.0.1:8787/console/sign-in", {
      method: "POST",
      body,
      headers: { Origin: "http://127.0.0.1:8787" },
      redirect: "manual",
    }),
  );
  expect(answer.headers.get("set-cookie")).toMatch(/^muster=/);
  expect(answer.headers.get("set-cookie")).not.toContain("Secure");
});

test("the cookie holds neither a secret nor what one is looked up by", async () => {
  const { token } = await issue({});
  const visitor = await Visitor.in(world, token);
  const cookie = atob(decodeURIComponent(visitor.cookies.get(COOKIE) ?? "").split(".")[0] ?? "");
  const { mark } = z.looseObject({ mark: z.string() }).parse(JSON.parse(cookie));
  expect(cookie).not.toContain(token.slice(-20));
  expect(await everythingStored()).not.toContain(mark);
});

test("a sign-in leads to a page of the console and nowhere else", async () => {
  for (const to of [
    "https://evil.test/",
    "//evil.test",
    "/console//evil.test",
    "/console\\evil",
    "/health",
  ]) {
    const answer = await new Visitor(world).signIn(world.adminToken, { to });
    expect(answer.headers.get("location"), to).toBe("/console");
  }
});

test.each(["", "nothing", "muster_admin_0000"])("%j opens nothing", async (token) => {
  const answer = await new Visitor(world).signIn(token);
  expect(answer.status).toBe(401);
  expect(textOf(answer.text)).toContain("Token is not taken");
  expect(answer.headers.get("set-cookie")).toBeNull();
});

test("a token that only registers hosts has no use for the console", async () => {
  const { token } = await issue({ scope: "host", register_only: true });
  const answer = await new Visitor(world).signIn(token);
  expect(answer.status).toBe(403);
  expect(textOf(answer.text)).toContain("this token registers hosts and does nothing else");
});

test("a forged or changed cookie is no session", async () => {
  const visitor = await Visitor.in(world, (await issue({})).token);
  const [payload = "", signature = ""] = decodeURIComponent(visitor.cookies.get(COOKIE) ?? "").split(".");
  const facts = z.looseObject({ token: z.int() }).parse(JSON.parse(atob(payload)));
  const asAdmin = btoa(JSON.stringify({ ...facts, token: 0 }));
  for (const forged of [`${asAdmin}.${signature}`, asAdmin, `${payload}.${btoa("x".repeat(32))}`, "x.y"]) {
    visitor.cookies.set(COOKIE, encodeURIComponent(forged));
    expect(await isSignedIn(visitor), forged).toBe(false);
  }
});

test("a session of one installation is none of another", async () => {
  const visitor = await Visitor.in(world);
  const other = new World({ settings: { ADMIN_TOKEN: "another-admin-token-of-another" } });
  const there = new Visitor(other);
  for (const [name, value] of visitor.cookies) there.cookies.set(name, value);
  expect(await isSignedIn(there)).toBe(false);
});

test("a session lasts 12 hours, however much it is used", async () => {
  const visitor = await Visitor.in(world, (await issue({})).token);
  for (let hour = 0; hour < 11; hour++) {
    world.advance(HOUR);
    expect(await isSignedIn(visitor)).toBe(true);
  }
  world.advance(HOUR - 1);
  expect(await isSignedIn(visitor)).toBe(true);
  world.advance(1);
  expect(await isSignedIn(visitor)).toBe(false);
});

test("revoking a token ends its sessions within 30 s", async () => {
  const { id, token } = await issue({});
  const visitor = await Visitor.in(world, token);
  await world.delete(`/api/v3/tokens/${id}`);
  world.advance(30_000);
  const answer = await visitor.get("/console/hosts");
  expect(answer.status).toBe(401);
  expect(visitor.cookies.has(COOKIE)).toBe(false);
});

test("a session of a secret that was replaced ends with it, and not before", async () => {
  const { id, token } = await issue({});
  const visitor = await Visitor.in(world, token);
  await world.post(`/api/v3/tokens/${id}/rotate`, { overlap_minutes: 10 });
  world.advance(9 * MINUTE);
  expect(await isSignedIn(visitor)).toBe(true);
  world.advance(MINUTE);
  expect(await isSignedIn(visitor)).toBe(false);
});

test("a session ends with its token", async () => {
  const { token } = await issue({ expires_at: new Date(world.now + HOUR).toISOString() });
  const visitor = await Visitor.in(world, token);
  world.advance(HOUR - 1);
  expect(await isSignedIn(visitor)).toBe(true);
  world.advance(1);
  expect(await isSignedIn(visitor)).toBe(false);
});

test("signing out takes the cookie away", async () => {
  const visitor = await Visitor.in(world);
  expect(await visitor.post("/console/sign-out")).toMatchObject({ status: 303 });
  expect(visitor.cookies.has(COOKIE)).toBe(false);
  expect(await isSignedIn(visitor)).toBe(false);
});

test("failed sign-ins count against the address that they come from", async () => {
  const limited = new World({ settings: { RATE_LIMITS: "on" } });
  const from = { "CF-Connecting-IP": "203.0.113.77" };
  const tryOnce = async () =>
    (
      await new Visitor(limited).send("POST", "/console/sign-in", {
        body: new URLSearchParams({ token: "x" }),
        headers: from,
      })
    ).status;
  const statuses = new Set<number>();
  for (let tried = 0; tried < 120; tried++) statuses.add(await tryOnce());
  expect([...statuses]).toEqual([401, 429]);
});

test("pages allow no code or style but the site's own, and are not cached", async () => {
  const visitor = await Visitor.in(world);
  for (const path of ["/console/hosts", "/console/nothing", "/console/sign-in"]) {
    const { headers } = await visitor.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  const api = await world.get("/api/v3/projects");
  expect(api.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
});
