import { expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { makeSchedule } from "../scheduling.ts";
import { MINUTE, World } from "../world.ts";
import { scene } from "./delivery-scene.ts";
import { drain, runFor, runQueue } from "./receiver.ts";

const SECOND = 1000;

test("two consumers at once send each event once", async () => {
  const { world, receiver, ready, webhook, report, states } = await scene({ jobs: 30 });
  for (const job of ready.jobIds) await report("RUNNING", job);
  await Promise.all([1, 2, 3].map(() => drain(world, webhook.id)));
  expect(receiver.received).toHaveLength(30);
  expect(new Set(receiver.ids).size).toBe(30);
  expect(await states()).toEqual(Array(30).fill("delivered 1"));
});

test("many consumers at once have so many under way and no more, and together send all", async () => {
  const { world, receiver, ready, webhook, states } = await scene();
  const { path } = await makeSchedule(world, ready, { cron: "* * * * *", max_runs: 150 });
  await world.post(`${path}/cancel`);
  let underWay = 0;
  let most = 0;
  receiver.answer = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 50));
    underWay -= 1;
    return 204;
  };
  await Promise.all(Array.from({ length: 8 }, () => drain(world, webhook.id)));
  expect(most).toBeLessThanOrEqual(24);
  expect(most).toBeGreaterThan(6);
  expect(receiver.received).toHaveLength(150);
  expect(new Set(receiver.ids).size).toBe(150);
  expect(new Set(await states())).toEqual(new Set(["delivered 1"]));
});

test("a consumer that dies after the receiver took an event loses nothing: it comes again, with its id", async () => {
  const faults = faulty();
  const { world, receiver, ready, webhook, report, states } = await scene({
    world: new World({ seam: faults.seam }),
  });
  await report("RUNNING");
  faults.fail({ to: "d1", only: "settled_at = iif", when: "before", times: 5 });
  await expect(drain(world, webhook.id)).rejects.toMatchObject({ code: "unavailable" });
  expect(receiver.received).toHaveLength(1);
  await world.put(`/api/v3/projects/${ready.projectId}`, { name: "Renamed meanwhile" });
  world.advance(MINUTE);
  await drain(world, webhook.id);
  expect(receiver.received).toHaveLength(1);
  world.advance(61 * SECOND);
  await drain(world, webhook.id);
  expect(await states()).toEqual(["delivered 2"]);
  expect(receiver.received).toHaveLength(2);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  expect(new Set(receiver.ids).size).toBe(1);
});

test("what nobody was woken for is sent by the tick", async () => {
  const { world, receiver, report } = await scene();
  await report("RUNNING");
  world.wakes = [];
  world.advance(30 * MINUTE);
  await world.tick();
  await runQueue(world);
  expect(receiver.types).toEqual(["job.started"]);
});

test("a change of a webhook does not lose what waits for it", async () => {
  const { world, receiver, webhook, report, states } = await scene();
  receiver.answer = () => 500;
  await report("RUNNING");
  await runQueue(world);
  receiver.answer = () => 204;
  await world.put(webhook.path, { target: "https://other.example.com/" });
  await runFor(world, MINUTE);
  expect(await states()).toEqual(["delivered 2"]);
  expect(receiver.received.at(-1)?.url).toBe("https://other.example.com/");
});

test("a project without webhooks wakes nobody", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  await world.tick();
  expect(world.wakes).toEqual([]);
});
