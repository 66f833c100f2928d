import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { HOUR, START, World } from "../world.ts";

const rows = z.array(z.object({ project_id: z.int(), day: z.number(), status: z.string(), jobs: z.int() }));

const countedOf = async (projectId: number): Promise<Record<string, number>> => {
  const { results } = await env.DB.prepare("SELECT * FROM outcomes WHERE project_id = ? AND jobs <> 0")
    .bind(projectId)
    .all();
  return Object.fromEntries(
    rows
      .parse(results)
      .map(({ day, status, jobs }) => [`${new Date(day).toISOString().slice(0, 10)} ${status}`, jobs]),
  );
};

test("the tick counts each end of a job once, on its day, for its project and for all", async () => {
  const world = new World();
  const { projectId, jobIds } = await world.ready({ jobs: 4 });
  const all = await countedOf(0);
  const [completed = 0, failed = 0, cancelled = 0, later = 0] = jobIds;
  for (const job of [completed, failed, later]) await world.report(projectId, job, "RUNNING");
  await world.report(projectId, completed, "COMPLETED");
  await world.report(projectId, failed, "FAILED");
  await world.report(projectId, cancelled, "CANCELLED");
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  const first = { "2026-03-02 COMPLETED": 1, "2026-03-02 FAILED": 1, "2026-03-02 CANCELLED": 1 };
  expect(await countedOf(projectId)).toEqual(first);
  world.advance(14 * HOUR);
  await world.report(projectId, later, "COMPLETED");
  await world.tick();
  expect(await countedOf(projectId)).toEqual({ ...first, "2026-03-03 COMPLETED": 1 });
  const inAll = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, jobs) => sum + jobs, 0);
  expect(inAll(await countedOf(0)) - inAll(all)).toBe(4);
});

test("a late report takes the failure that it corrects off the day that it was counted on", async () => {
  const world = new World({ now: START + 100 * HOUR });
  const { projectId, jobId, hostId, guid } = await world.ready({ jobs: 1 });
  await world.ping(hostId, guid);
  await world.report(projectId, jobId, "RUNNING");
  world.advance(2 * HOUR);
  await world.tick();
  await world.tick();
  const day = new Date(world.now).toISOString().slice(0, 10);
  expect(await countedOf(projectId)).toEqual({ [`${day} FAILED`]: 1 });
  world.advance(24 * HOUR);
  await world.report(projectId, jobId, "COMPLETED");
  await world.tick();
  const next = new Date(world.now).toISOString().slice(0, 10);
  expect(await countedOf(projectId)).toEqual({ [`${next} COMPLETED`]: 1 });
});

test("ends are counted by the half hour too, in one tick or in several", async () => {
  const world = new World({ now: START + 300 * HOUR });
  const { projectId, jobIds } = await world.ready({ jobs: 3 });
  for (const job of jobIds) {
    await world.report(projectId, job, "RUNNING");
    await world.report(projectId, job, "COMPLETED");
    await world.tick();
    world.advance(HOUR / 4);
  }
  const found = await env.DB.prepare("SELECT jobs, half_hours FROM outcomes WHERE project_id = ?")
    .bind(projectId)
    .first();
  const half = ((START + 300 * HOUR) % (24 * HOUR)) / (HOUR / 2);
  expect(found).toMatchObject({ jobs: 3 });
  expect(JSON.parse(String(found?.half_hours))).toEqual({ [half]: 2, [half + 1]: 1 });
});

test("a refused report and a request to cancel are no ends", async () => {
  const world = new World({ now: START + 200 * HOUR });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  await world.report(projectId, jobId, "COMPLETED");
  expect((await world.report(projectId, jobId, "FAILED")).status).toBe(409);
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  expect(Object.values(await countedOf(projectId))).toEqual([1]);
});
