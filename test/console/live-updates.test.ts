import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { LiveUpdates } from "../../src/index.ts";
import { faulty } from "../fault-injection.ts";
import { FAR_START, fireAlarms, lease, leasedRun, oneLease, reportUnder } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { HOUR, MINUTE, World, type WorldOptions } from "../world.ts";
import { Visitor } from "./visitor.ts";

/* The console's pages are told on a socket that something changed. */

const ORIGIN = "https://muster.test";
const objectOf = () => env.LIVE_UPDATES.getByName("all");

const farWorld = (options: WorldOptions = {}): World => {
  const world = shareClock(new World({ now: FAR_START, ...options }));
  Reflect.set(LiveUpdates.prototype, "clock", () => world.now);
  return world;
};

/** A page's socket. */
class Page {
  readonly #socket: WebSocket;
  told = 0;
  pongs = 0;
  code: number | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.pongs += 1;
      else {
        expect(data).toBe('{"type":"changed"}');
        this.told += 1;
      }
    });
    socket.addEventListener("close", ({ code }) => {
      this.code = code;
      if (socket.readyState !== WebSocket.CLOSED) socket.close();
    });
    socket.accept();
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close(1000, "over");
  }

  /** How often it was told since the last call; what was said before is counted. */
  async takeTold(): Promise<number> {
    const before = this.pongs;
    this.say("ping");
    await expect.poll(() => this.pongs).toBeGreaterThan(before);
    const { told } = this;
    this.told = 0;
    return told;
  }
}

const ask = (visitor: Visitor, headers: Record<string, string> = {}): Promise<Response> =>
  visitor.world.upgrade("/console/live", {
    token: null,
    headers: {
      Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      Origin: ORIGIN,
      Upgrade: "websocket",
      ...headers,
    },
  });

const open = async (visitor: Visitor): Promise<Page> => {
  const { status, webSocket } = await ask(visitor);
  if (!webSocket) throw new Error(`no socket: ${status}`);
  return new Page(webSocket);
};

/** The page of a session of its own, with the world's admin token unless given. */
const openAs = async (world: World, token?: string): Promise<Page> => open(await Visitor.in(world, token));

test("a page is told at once of what the API and the console change, and not of what they refuse or only read", async () => {
  const world = farWorld();
  const { projectId, hostId, guid, agentId, jobId } = await world.ready({ jobs: 1 });
  const visitor = await Visitor.in(world);
  const page = await open(visitor);
  const path = `/console/projects/${projectId}/jobs/${jobId}`;
  const steps: [number, () => Promise<unknown>][] = [
    [1, () => world.report(projectId, jobId, "RUNNING")],
    [0, () => world.report(projectId, jobId, "NOT_RUN")],
    [0, () => world.get(`/api/v3/projects/${projectId}/automation/jobs`)],
    [0, () => world.ping(hostId, guid)],
    [0, () => world.poll(hostId)],
    [0, () => lease(world, hostId)],
    [0, () => visitor.get(path)],
    [1, () => visitor.post(`${path}/cancel`)],
    [1, () => world.schedule(projectId, agentId)],
    [1, () => world.tick()],
  ];
  for (const [told, step] of steps) {
    world.advance(1000);
    await step();
    expect([String(step), await page.takeTold()]).toEqual([String(step), told]);
  }
});

test("a page is told of what hosts on sockets report, and of sockets that come and go", async () => {
  const world = farWorld();
  const { hostId } = await world.ready({ jobs: 1 });
  const page = await openAs(world);
  const host = await HostSocket.ready(world, hostId);
  expect(await page.takeTold()).toBe(1);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  world.advance(1000);
  await host.accept(offer);
  await expect.poll(() => page.takeTold()).toBe(1);
  world.advance(1000);
  host.socket.close(1000, "over");
  await expect.poll(() => page.takeTold()).toBe(1);
});

test("a page is told of a run that the clock ends", async () => {
  const world = farWorld();
  const { hostId } = await leasedRun(world);
  const page = await openAs(world);
  world.advance(5 * MINUTE);
  await fireAlarms(world, hostId);
  await expect.poll(() => page.told).toBe(1);
});

test("a page of a token that is limited to projects is told of these alone", async () => {
  const world = farWorld();
  const [own, others] = [await world.ready({ jobs: 1 }), await world.ready({ jobs: 1 })];
  const page = await openAs(world, await world.token("operator", { project_ids: [own.projectId] }));
  await world.report(others.projectId, others.jobId, "RUNNING");
  expect(await page.takeTold()).toBe(0);
  await world.report(own.projectId, own.jobId, "RUNNING");
  expect(await page.takeTold()).toBe(1);
});

test("of many changes in half a second a page is told once, and once more afterwards", async () => {
  const world = farWorld();
  const { projectId, jobIds } = await world.ready({ jobs: 5 });
  const page = await openAs(world);
  for (const jobId of jobIds) await world.report(projectId, jobId, "RUNNING");
  await expect.poll(() => page.told).toBe(2);
  await new Promise((later) => setTimeout(later, 700));
  expect(page.told).toBe(2);
});

test("a page is still told after its object was evicted", async () => {
  const world = farWorld();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const page = await openAs(world);
  await evictDurableObject(objectOf());
  await world.report(projectId, jobId, "RUNNING");
  expect(await page.takeTold()).toBe(1);
});

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

test("a change is answered as ever if its pages can't be told", async () => {
  const { seam, fail, fired } = faulty();
  const world = farWorld({ seam });
  const { projectId, hostId } = await world.ready({ jobs: 1 });
  const { lease_id, job } = oneLease(await lease(world, hostId));
  fail({ to: "pages", when: "before", times: 99 });
  const run = { projectId, jobId: job.job_id, status: "RUNNING", leaseId: lease_id };
  expect(await reportUnder(world, run)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  expect(fired()).toBeGreaterThan(0);
});
