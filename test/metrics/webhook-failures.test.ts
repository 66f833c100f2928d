import { expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { scene } from "../webhooks/delivery-scene.ts";
import { drain, makeWebhook, runFor, runQueue } from "../webhooks/receiver.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { newWorld, scrape } from "./scrape.ts";

const DAY = 24 * HOUR;

/** What the webhooks' counters grow by from now on: those that grow, by form and word. */
const growing = async (world: World) => {
  const read = async () =>
    new Map(
      (await scrape(world)).text
        .split("\n")
        .filter((line) => line.startsWith("muster_webhook_"))
        .map((line): [string, number] => {
          const [, family, form, word] =
            /^muster_webhook_(?:tries|deliveries)_(\w+)_total\{form="(\w+)",\w+="(\w+)"\} /.exec(line) ?? [];
          return [`${family} ${form} ${word}`, Number(line.split(" ").at(-1))];
        }),
    );
  const before = await read();
  return async () =>
    Object.fromEntries(
      [...(await read())].flatMap(([name, value]) => {
        const more = value - (before.get(name) ?? 0);
        return more === 0 ? [] : [[name, more]];
      }),
    );
};

test("each try that fails is counted by how, and one that is taken is not", async () => {
  const { world, receiver, report } = await scene({ world: newWorld() });
  const grown = await growing(world);
  const answers = [
    () => 500,
    () => new Response(null, { status: 302, headers: { Location: "https://ci.example.com/other" } }),
    () => 404,
    () => new Response(null, { status: 429, headers: { "Retry-After": "120" } }),
    (): number => {
      throw new Error("connection refused");
    },
  ];
  receiver.answer = () => (answers.shift() ?? (() => 204))();
  await report("RUNNING");
  await runFor(world, 6 * HOUR);
  expect(receiver.received).toHaveLength(6);
  expect(await grown()).toEqual({
    ...{ "failed standard 5xx": 1, "failed standard 3xx": 1 },
    ...{ "failed standard 4xx": 2, "failed standard no_answer": 1 },
  });
});

test("a delivery that is given up is counted once with its tries, and once more if it is sent again and given up", async () => {
  const { world, receiver, webhook, report, states } = await scene({ world: newWorld() });
  const grown = await growing(world);
  receiver.answer = () => 500;
  await report("RUNNING");
  await runFor(world, 25 * HOUR);
  const tries = receiver.received.length;
  expect(await states()).toEqual([`dead ${tries}`]);
  expect(await grown()).toEqual({ "failed standard 5xx": tries, "dead standard failed": 1 });
  await world.post(`${webhook.path}/deliveries/resend`);
  await runFor(world, 25 * HOUR);
  expect(await grown()).toMatchObject({ "dead standard failed": 2 });
});

test("of a receiver that is gone, the one that learned it and all that waited are dead", async () => {
  const { world, receiver, ready, report } = await scene({ jobs: 3, world: newWorld() });
  const grown = await growing(world);
  receiver.answer = () => 500;
  for (const job of ready.jobIds) await report("RUNNING", job);
  await runQueue(world);
  expect(await grown()).toEqual({ "failed standard 5xx": 3 });
  receiver.answer = () => 410;
  await runFor(world, 10 * MINUTE);
  expect(await grown()).toEqual({
    ...{ "failed standard 5xx": 3, "failed standard 4xx": 1 },
    ...{ "dead standard gone": 1, "dead standard disabled": 2 },
  });
});

test("what waits for a webhook that a person disables is dead, and counted once though it is disabled twice", async () => {
  const world = newWorld();
  const { receiver, ready } = await scene({ jobs: 2, world });
  const { path } = await makeWebhook(world, ready.projectId, { form: "slack", events: ["job.started"] });
  const grown = await growing(world);
  for (const job of ready.jobIds) await world.report(ready.projectId, job, "RUNNING");
  await world.put(path, { name: "Another" });
  expect(await grown()).toEqual({});
  for (let times = 0; times < 2; times++) await world.put(path, { enabled: false });
  expect(await grown()).toEqual({ "dead slack disabled": 2 });
  await runQueue(world);
  expect(receiver.received).toHaveLength(2);
  expect(await grown()).toEqual({ "dead slack disabled": 2 });
});

test("what tells of something that was removed is dead without a try", async () => {
  const { world, receiver, webhook, report } = await scene({ world: newWorld() });
  const grown = await growing(world);
  await report("RUNNING");
  await world.env.DB.prepare("UPDATE webhook_deliveries SET subject = 'job:999999999' WHERE webhook_id = ?")
    .bind(webhook.id)
    .run();
  await runQueue(world);
  expect(receiver.received).toEqual([]);
  expect(await grown()).toEqual({ "dead standard removed": 1 });
});

test("the test of a webhook is not counted, nor what was claimed and not tried", async () => {
  const { world, receiver, ready, webhook, report } = await scene({ jobs: 24, world: newWorld() });
  const grown = await growing(world);
  receiver.answer = () => 500;
  await world.post(`${webhook.path}/test`);
  expect(receiver.received).toHaveLength(1);
  expect(await grown()).toEqual({});
  for (const job of ready.jobIds) await report("RUNNING", job);
  await drain(world, webhook.id);
  const tried = receiver.received.length - 1;
  expect(tried).toBeLessThan(24);
  expect(await grown()).toEqual({ "failed standard 5xx": tried });
});

test.each(["before", "after"] as const)(
  "a failure whose storing fails %s it takes effect is counted once",
  async (when) => {
    const faults = faulty();
    const world = new World({ now: newWorld().now, seam: faults.seam });
    const { receiver, report, states } = await scene({ world });
    const grown = await growing(world);
    receiver.answer = () => 500;
    await report("RUNNING");
    faults.fail({ to: "d1", only: "settled_at = iif", when, times: 2 });
    await runQueue(world);
    expect(faults.fired()).toBe(2);
    expect(await states()).toEqual(["waiting 1"]);
    expect(await grown()).toEqual({ "failed standard 5xx": 1 });
    receiver.answer = () => 410;
    faults.fail({ to: "d1", only: "settled_at = iif", when, times: 2 });
    await runFor(world, MINUTE);
    expect(await grown()).toEqual({
      ...{ "failed standard 5xx": 1, "failed standard 4xx": 1, "dead standard gone": 1 },
    });
  },
);

test("a try that ends after its claim ran out is not counted, though the one that took its place is under way", async () => {
  const { world, receiver, webhook, report, states } = await scene({ world: newWorld() });
  const grown = await growing(world);
  const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let second: Promise<unknown> = Promise.resolve();
  receiver.answer = async () => {
    receiver.answer = async () => {
      begun.resolve();
      await ended.promise;
      return 404;
    };
    world.advance(3 * MINUTE);
    second = drain(world, webhook.id);
    await begun.promise;
    return 500;
  };
  await report("RUNNING");
  await drain(world, webhook.id);
  expect(receiver.received).toHaveLength(2);
  expect(await grown()).toEqual({});
  ended.resolve();
  await second;
  expect(await states()).toEqual(["waiting 2"]);
  expect(await grown()).toEqual({ "failed standard 4xx": 1 });
});

test("each form and word has a sample from the start, so that its first failure is a growth", async () => {
  const { of } = await scrape(newWorld());
  for (const form of ["standard", "slack", "teams", "email", "github", "gitlab"]) {
    for (const error of ["no_answer", "3xx", "4xx", "5xx", "_OTHER"])
      expect(
        of(`muster_webhook_tries_failed_total{form="${form}",error_type="${error}"}`),
      ).toBeGreaterThanOrEqual(0);
    for (const reason of ["failed", "gone", "disabled", "removed"])
      expect(
        of(`muster_webhook_deliveries_dead_total{form="${form}",reason="${reason}"}`),
      ).toBeGreaterThanOrEqual(0);
  }
});

test("what a webhook of a project that is over does not get is no failure", async () => {
  const { world, ready, report } = await scene({ world: newWorld() });
  const grown = await growing(world);
  await report("RUNNING");
  await report("COMPLETED");
  await world.delete(`/api/v3/projects/${ready.projectId}`);
  await world.tick(world.now + DAY);
  expect(await grown()).toEqual({});
});
