import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { LiveUpdates } from "../../src/index.ts";
import { counting, faulty, standingAround } from "../fault-injection.ts";
import { FAR_START, fireAlarms, leasedRun } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { type Answer, HOUR, MINUTE, World } from "../world.ts";

/* `GET .../jobs/{j}?wait=50`: an answer that is held until the job has ended. */

const pathOf = (project: number, job: number) => `/api/v3/projects/${project}/automation/jobs/${job}`;

/** The sockets of all requests that wait. */
const waiting = (): Promise<number> =>
  runInDurableObject(
    env.LIVE_UPDATES.getByName("all"),
    (_: LiveUpdates, state) => state.getWebSockets("waits").length,
  );

/** A wait for a job, once its socket is open. */
const begun = async (asked: Promise<Answer>, sockets = 1): Promise<{ answer?: Answer }> => {
  const held: { answer?: Answer } = {};
  void asked.then((answer) => {
    held.answer = answer;
  });
  await expect.poll(waiting, { timeout: 10_000 }).toBe(sockets);
  return held;
};

const answerOf = async (held: { answer?: Answer }): Promise<Answer> => {
  await expect.poll(() => held.answer, { timeout: 10_000 }).toBeDefined();
  if (!held.answer) throw new Error("no answer");
  return held.answer;
};

const statusIn = ({ body }: Answer): unknown => Reflect.get(Object(body), "status");

test("a wait is answered when its job ends, and not when it begins", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`));
  await world.report(projectId, jobId, "RUNNING");
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(held.answer).toBeUndefined();
  world.advance(40_000);
  await world.report(projectId, jobId, "COMPLETED");
  const answer = await answerOf(held);
  expect(statusIn(answer)).toBe("COMPLETED");
  expect(Date.parse(answer.headers.get("Date") ?? "")).toBe(world.now);
  await expect.poll(waiting).toBe(0);
});

test("a wait of a caller that has seen a status is answered at the next one", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55&seen=PLANNED`));
  await world.report(projectId, jobId, "RUNNING");
  expect(statusIn(await answerOf(held))).toBe("RUNNING");
  const late = await world.get(`${pathOf(projectId, jobId)}?wait=55&seen=PLANNED`);
  expect(statusIn(late)).toBe("RUNNING");
});

test("a job that has ended is answered at once, at the cost of a plain read", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "CANCELLED");
  counts.reset();
  await world.get(pathOf(projectId, jobId));
  const plain = counts.d1RoundTrips;
  counts.reset();
  const answer = await world.get(`${pathOf(projectId, jobId)}?wait=55`);
  expect(statusIn(answer)).toBe("CANCELLED");
  expect([counts.d1RoundTrips, counts.pageCalls]).toEqual([plain, 0]);
});

test("after its seconds a wait is answered with the job as it is, and has read it three times", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  await world.get(pathOf(projectId, jobId));
  counts.reset();
  const answer = await world.get(`${pathOf(projectId, jobId)}?wait=3`);
  expect(statusIn(answer)).toBe("PLANNED");
  expect([counts.d1RoundTrips, counts.pageCalls]).toEqual([3, 1]);
});

test("moves of other jobs of the project cost a wait nothing", async () => {
  const { seam, counts } = counting();
  const world = new World();
  const counted = new World({ seam });
  const { projectId, jobIds } = await world.ready({ jobs: 3 });
  const [waited = 0, ...others] = jobIds;
  await counted.get(pathOf(projectId, waited));
  counts.reset();
  const held = await begun(counted.get(`${pathOf(projectId, waited)}?wait=3`));
  for (const job of others) await world.report(projectId, job, "RUNNING");
  await answerOf(held);
  expect(counts.d1RoundTrips).toBe(3);
});

test("jobs that end with their schedule, their host or at the tick are told", async () => {
  const world = new World();
  const ends: ((ready: { projectId: number; hostId: number; schedule: number }) => Promise<unknown>)[] = [
    ({ projectId, schedule }) =>
      world.post(`/api/v3/projects/${projectId}/automation/schedules/${schedule}/cancel`),
    ({ hostId }) => world.delete(`/api/v3/automation/hosts/${hostId}`),
    () => {
      world.advance(60 * MINUTE);
      return world.tick();
    },
  ];
  for (const end of ends) {
    const { projectId, hostId, agentId } = await world.ready();
    const { id: schedule, jobId } = await world.schedule(projectId, agentId, {
      facts: { expire_after_minutes: 10 },
    });
    const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`));
    await end({ projectId, hostId, schedule });
    expect(statusIn(await answerOf(held))).toBe("CANCELLED");
    await expect.poll(waiting).toBe(0);
  }
});

test("a job that its host reports on a socket is told", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, hostId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("no offer");
  await host.accept(offer);
  const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`));
  await host.report(offer, "COMPLETED");
  expect(statusIn(await answerOf(held))).toBe("COMPLETED");
  host.socket.close();
});

test("a job that is lost with its lease is told", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { projectId, hostId, jobId } = await leasedRun(world);
  const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`));
  world.advance(HOUR);
  expect(await fireAlarms(world, hostId)).toBeGreaterThan(0);
  expect(statusIn(await answerOf(held))).toBe("FAILED");
});

test("a job that ends before its wait is told of moves is seen", async () => {
  const plain = new World();
  const { projectId, jobId } = await plain.ready({ jobs: 1 });
  const world = new World({
    seam: standingAround(async (trip, go) => {
      if (trip.to === "pages") await plain.report(projectId, jobId, "CANCELLED");
      return go();
    }),
  });
  const began = Date.now();
  expect(statusIn(await world.get(`${pathOf(projectId, jobId)}?wait=20`))).toBe("CANCELLED");
  expect(Date.now() - began).toBeLessThan(10_000);
});

test("a client that goes away frees its wait", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const client = new AbortController();
  const request = new Request(`https://muster.test${pathOf(projectId, jobId)}?wait=55`, {
    headers: { Authorization: `Bearer ${world.adminToken}` },
    signal: client.signal,
  });
  const held = await begun(world.send(request));
  client.abort();
  await expect.poll(waiting).toBe(0);
  await answerOf(held);
});

test("without the object that tells of moves a wait is answered all the same", async () => {
  const { seam, fail, fired } = faulty();
  const world = new World({ seam });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  fail({ to: "pages", when: "before", times: 99 });
  expect(statusIn(await world.get(`${pathOf(projectId, jobId)}?wait=1`))).toBe("PLANNED");
  expect(fired()).toBeGreaterThan(0);
});

test("a token that is revoked during a wait is told nothing of the job", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const made = await world.post("/api/v3/tokens", { name: "to go", scope: "operator" });
  const { id, token } = made.body as { id: number; token: string };
  const held = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`, { token }));
  await world.delete(`/api/v3/tokens/${id}`);
  world.advance(31_000);
  await world.report(projectId, jobId, "CANCELLED");
  expect((await answerOf(held)).status).toBe(401);
});

test("two wait for one job, and both are answered", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const one = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`));
  const other = await begun(world.get(`${pathOf(projectId, jobId)}?wait=55`), 2);
  await world.report(projectId, jobId, "CANCELLED");
  expect([statusIn(await answerOf(one)), statusIn(await answerOf(other))]).toEqual([
    "CANCELLED",
    "CANCELLED",
  ]);
});

test.each([
  ["wait=61", "wait must be a whole number of seconds from 0 to 60"],
  ["wait=soon", "wait must be a whole number of seconds from 0 to 60"],
  ["wait=1&seen=DONE", "seen must be one of PLANNED"],
  ["wiat=1", "the nearest is wait"],
])("%s is refused", async (query, why) => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const { status, body } = await world.get(`${pathOf(projectId, jobId)}?${query}`);
  expect([status, Reflect.get(Object(body), "message")]).toEqual([400, expect.stringContaining(why)]);
});

test("a job that is not there, or of a project that the token may not know, is not waited for", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const token = await world.token("operator", { project_ids: [await world.project()] });
  expect((await world.get(`${pathOf(projectId, jobId + 1000)}?wait=55`)).status).toBe(404);
  expect((await world.get(`${pathOf(projectId, jobId)}?wait=55`, { token })).status).toBe(404);
});
