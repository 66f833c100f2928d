import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { pruneWebhooks } from "../../src/webhooks/prune-webhooks.ts";
import { runStep } from "../steps.ts";
import { HOUR, World } from "../world.ts";
import { makeWebhook, Receiver, runQueue } from "./receiver.ts";

const DAY = 24 * HOUR;

const countOf = async (table: string, where: string, id: number): Promise<number> => {
  const row = await env.DB.prepare(`SELECT COUNT(*) AS rows FROM ${table} WHERE ${where} = ?`)
    .bind(id)
    .first();
  return z.object({ rows: z.int() }).parse(row).rows;
};

const scene = async () => {
  const world = new World();
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 3 });
  const webhook = await makeWebhook(world, ready.projectId, { events: ["job.started"] });
  const deliveries = () => countOf("webhook_deliveries", "webhook_id", webhook.id);
  const prune = (queries = 100) => runStep(pruneWebhooks, world, { queries });
  return { world, receiver, ready, webhook, deliveries, prune };
};

test("what was delivered, and what is dead, is removed after so many days; what waits stays", async () => {
  const { world, receiver, ready, webhook, deliveries, prune } = await scene();
  const [one = 0, two = 0, three = 0] = ready.jobIds;
  await world.report(ready.projectId, one, "RUNNING");
  await runQueue(world);
  // Of what was taken only that it was is kept.
  const kept = await env.DB.prepare("SELECT status, body FROM webhook_deliveries WHERE webhook_id = ?")
    .bind(webhook.id)
    .all();
  expect(kept.results).toEqual([{ status: "delivered", body: null }]);
  receiver.answer = () => 410;
  await world.report(ready.projectId, two, "RUNNING");
  await runQueue(world);
  await world.put(webhook.path, { enabled: true });
  await world.report(ready.projectId, three, "RUNNING");
  expect(await deliveries()).toBe(3);
  world.advance(30 * DAY);
  expect(await prune()).toEqual({ deliveries: 0, of_deleted: 0 });
  world.advance(1);
  expect(await prune(0)).toEqual({ deliveries: 0, of_deleted: 0 });
  expect(await prune()).toEqual({ deliveries: 2, of_deleted: 0 });
  expect(await prune()).toEqual({ deliveries: 0, of_deleted: 0 });
  expect(await deliveries()).toBe(1);
});

test("a deleted webhook goes with all that it was sent", async () => {
  const { world, ready, webhook, deliveries, prune } = await scene();
  for (const job of ready.jobIds) await world.report(ready.projectId, job, "RUNNING");
  await world.delete(webhook.path);
  expect(await prune()).toEqual({ deliveries: 0, of_deleted: 4 });
  expect(await deliveries()).toBe(0);
  expect(await countOf("webhooks", "id", webhook.id)).toBe(0);
});

test("nothing is sent to a deleted webhook, though events wait for it", async () => {
  const { world, receiver, ready, webhook } = await scene();
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  await world.delete(webhook.path);
  await runQueue(world);
  expect(receiver.received).toEqual([]);
});

test("a deleted project's webhooks go with it", async () => {
  const world = new World();
  const project = await world.project();
  const { id } = await makeWebhook(world, project);
  expect(await world.delete(`/api/v3/projects/${project}`)).toMatchObject({ status: 200 });
  for (let ticks = 0; ticks < 4; ticks++) {
    world.advance(HOUR / 2);
    await world.tick();
  }
  expect(await countOf("webhooks", "id", id)).toBe(0);
});
