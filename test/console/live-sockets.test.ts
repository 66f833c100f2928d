import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { LiveUpdates } from "../../src/index.ts";
import { faulty } from "../fault-injection.ts";
import { HOUR } from "../world.ts";
import { ask, farWorld, objectOf, open, openAs, type Page } from "./live-page.ts";
import { Visitor } from "./visitor.ts";

/* Whose socket is opened, and when it is closed. */

test("when its token is revoked a page's socket is closed, and others stay open", async () => {
  const world = farWorld();
  const answer = await world.post("/api/v3/tokens", { name: "to go", scope: "operator" });
  const { id, token } = answer.body as { id: number; token: string };
  const [page, other] = [await openAs(world, token), await openAs(world)];
  await world.delete(`/api/v3/tokens/${id}`);
  await expect.poll(() => page.code).toBe(4401);
  expect(await other.takeTold()).toBe(1);
});

test("a page is told nothing of a session that ended unseen: it is checked after 30 s, before it is told", async () => {
  const { seam, fail } = faulty();
  const world = farWorld({ seam });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const answer = await world.post("/api/v3/tokens", { name: "to go", scope: "operator" });
  const { id, token } = answer.body as { id: number; token: string };
  const page = await openAs(world, token);
  fail({ to: "pages", when: "before", times: 99 });
  await world.delete(`/api/v3/tokens/${id}`);
  fail();
  world.advance(30_000);
  await world.report(projectId, jobId, "RUNNING");
  await expect.poll(() => page.code).toBe(4401);
  expect(page.told).toBe(0);
});

test("a replaced secret's page is closed when the secret ends, and every page when its session does", async () => {
  const world = farWorld();
  const answer = await world.post("/api/v3/tokens", { name: "to change", scope: "operator" });
  const { id, token } = answer.body as { id: number; token: string };
  const page = await openAs(world, token);
  await world.post(`/api/v3/tokens/${id}/rotate`, { overlap_minutes: 60 });
  expect(await page.takeTold()).toBe(1);
  const other = await openAs(world);
  const fire = () =>
    runInDurableObject(objectOf(), async (object: LiveUpdates, { storage }) => {
      const at = await storage.getAlarm();
      if (at === null || at > world.now) return;
      await storage.deleteAlarm();
      await object.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
    });
  world.advance(HOUR);
  await fire();
  await expect.poll(() => page.code).toBe(4401);
  expect(other.code).toBeUndefined();
  world.advance(12 * HOUR);
  await fire();
  await expect.poll(() => other.code).toBe(4401);
});

test("who signs out has the sockets of that session closed, and of no other", async () => {
  const world = farWorld();
  const [visitor, other] = [await Visitor.in(world), await Visitor.in(world)];
  const [one, two, third] = [await open(visitor), await open(visitor), await open(other)];
  await visitor.post("/console/sign-out");
  await expect.poll(() => [one.code, two.code]).toEqual([4401, 4401]);
  expect(await third.takeTold()).toBe(0);
});

test("the socket is refused without a session, to other sites' pages, and without an upgrade", async () => {
  const world = farWorld();
  const visitor = await Visitor.in(world);
  expect((await ask(new Visitor(world))).status).toBe(401);
  expect((await ask(visitor, { Origin: "https://elsewhere.test" })).status).toBe(403);
  expect((await ask(visitor, { Upgrade: "" })).status).toBe(426);
});

test("a session has 32 sockets at most, and one that closes makes room", async () => {
  const world = farWorld();
  const visitor = await Visitor.in(world);
  const pages: Page[] = [];
  for (let opened = 0; opened < 32; opened++) pages.push(await open(visitor));
  expect((await ask(visitor)).status).toBe(429);
  pages[0]?.close();
  await expect.poll(() => pages[0]?.code).toBe(1000);
  await expect.poll(async () => (await ask(visitor)).status).toBe(101);
});

test("a page that says anything but ping is closed", async () => {
  const world = farWorld();
  const page = await openAs(world);
  page.say("hello");
  await expect.poll(() => page.code).toBe(4400);
});
