import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { fireAlarms, lease, leasedRun, oneLease, reportUnder } from "../lease-client.ts";
import { HostSocket } from "../push/socket-client.ts";
import { MINUTE } from "../world.ts";
import { farWorld, objectOf, open, openAs } from "./live-page.ts";
import { Visitor } from "./visitor.ts";

/* The console's pages are told on a socket that something changed. */

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
