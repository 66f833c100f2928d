import { expect, test } from "vitest";
import { HOUR, MINUTE } from "../world.ts";
import { scene } from "./delivery-scene.ts";
import { deliveriesOf, runFor, runQueue } from "./receiver.ts";

const SECOND = 1000;
const DAY = 24 * HOUR;

test("an event is on its way at once, as a POST that follows no redirect", async () => {
  const { world, receiver, report, states } = await scene();
  await report("RUNNING");
  expect(world.wakes).toMatchObject([{ at: world.now }]);
  await runQueue(world);
  expect(receiver.received).toMatchObject([
    {
      url: "https://ci.example.com/muster",
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "webhook-id": expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      },
    },
  ]);
  expect(await states()).toEqual(["delivered 1"]);
});

test("what is not taken is tried again, later each time, with the same id and the same body", async () => {
  const { world, receiver, report, states } = await scene();
  const triedAt: number[] = [];
  receiver.answer = () => {
    triedAt.push(world.now);
    return triedAt.length >= 4 ? 204 : 500;
  };
  await report("RUNNING");
  await report("COMPLETED");
  const start = world.now;
  await runFor(world, 20 * MINUTE);
  const [first, ...later] = receiver.received.slice(0, 4);
  expect(triedAt.slice(0, 4).map((at) => at - start)).toEqual([0, 10 * SECOND, 70 * SECOND, 370 * SECOND]);
  for (const each of later) {
    expect(each.body).toBe(first?.body);
    expect(each.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(each.headers["webhook-timestamp"]).not.toBe(first?.headers["webhook-timestamp"]);
  }
  expect(await states()).toEqual(["delivered 4", "delivered 1"]);
});

test("events of one job arrive in their order, though those of others overtake", async () => {
  const { world, receiver, ready, report } = await scene({ jobs: 2 });
  const [one = 0, other = 0] = ready.jobIds;
  let refusals = 2;
  receiver.answer = ({ body }) => (body.includes(`"job":{"id":${one},`) && refusals-- > 0 ? 503 : 204);
  for (const job of [one, other]) await report("RUNNING", job);
  for (const job of [one, other]) await report("COMPLETED", job);
  await runFor(world, 10 * MINUTE);
  const taken = receiver.received.map(({ body }) => {
    const { type, data } = JSON.parse(body);
    return `${type} ${data.job.id === one ? "one" : "other"}`;
  });
  expect(taken.filter((line) => line.endsWith("one"))).toEqual([
    "job.started one",
    "job.started one",
    "job.started one",
    "job.ended one",
  ]);
  expect(taken.indexOf("job.ended other")).toBeLessThan(taken.indexOf("job.ended one"));
});

test("what was not taken in 24 hours is dead, and is sent again when somebody says so", async () => {
  const { world, receiver, webhook, report, states } = await scene();
  receiver.answer = () => 500;
  await report("RUNNING");
  await runFor(world, DAY - MINUTE);
  expect(await states()).toEqual([expect.stringMatching(/^waiting (9|1\d)$/)]);
  await runFor(world, 2 * MINUTE);
  const tried = receiver.received.length;
  expect(await states()).toEqual([expect.stringMatching(/^dead /)]);
  await runFor(world, DAY);
  expect(receiver.received).toHaveLength(tried);
  const [dead] = await deliveriesOf(world, webhook.path, "?status=dead");
  expect(dead).toMatchObject({ answer_status: 500, answer: "answered 500", next_try_at: null });
  receiver.answer = () => 200;
  const resend = `${webhook.path}/deliveries/${dead?.delivery_id}/resend`;
  expect(await world.post(resend)).toMatchObject({ status: 200, body: { status: "waiting", tries: 0 } });
  await runFor(world, 6 * MINUTE);
  expect(await states()).toEqual(["delivered 1"]);
  expect(new Set(receiver.ids).size).toBe(1);
  expect(await world.post(resend)).toMatchObject({ status: 409, body: { code: "not_dead" } });
});

test("all dead ones are sent again at once, but not by a disabled webhook", async () => {
  const { world, receiver, ready, webhook, report, states } = await scene({ jobs: 3 });
  receiver.answer = () => 500;
  for (const job of ready.jobIds) await report("RUNNING", job);
  await world.put(webhook.path, { enabled: false });
  expect(await states()).toEqual(["dead 0", "dead 0", "dead 0"]);
  expect(await world.post(`${webhook.path}/deliveries/resend`)).toMatchObject({
    status: 409,
    body: { code: "webhook_disabled" },
  });
  receiver.answer = () => 204;
  await world.put(webhook.path, { enabled: true });
  expect(await world.post(`${webhook.path}/deliveries/resend`)).toMatchObject({ body: { sent_again: 3 } });
  await runQueue(world);
  expect(await states()).toEqual(["delivered 1", "delivered 1", "delivered 1"]);
});

test("a receiver that answers 410 is disabled with a note, and called no more", async () => {
  const { world, receiver, ready, report, states, read } = await scene({ jobs: 2 });
  receiver.answer = () => 410;
  const [one = 0, other = 0] = ready.jobIds;
  await report("RUNNING", one);
  await runQueue(world);
  expect(await read()).toMatchObject({ enabled: false, disabled_note: expect.stringContaining("410") });
  await report("RUNNING", other);
  await runFor(world, HOUR);
  expect(receiver.received).toHaveLength(1);
  expect(await states()).toEqual(["dead 1"]);
});

test.each([
  ["seconds", () => "600"],
  ["a date", (now: number) => new Date(now + 600 * SECOND).toUTCString()],
])("nothing is sent before the time that a Retry-After asks for by %s", async (_, text) => {
  const { world, receiver, ready, webhook, report, states, read } = await scene({ jobs: 2 });
  const [one = 0, other = 0] = ready.jobIds;
  receiver.answer = () => new Response(null, { status: 429, headers: { "Retry-After": text(world.now) } });
  await report("RUNNING", one);
  await runQueue(world);
  receiver.answer = () => 204;
  await report("RUNNING", other);
  // A message of the queue may come that was sent before.
  world.wakes.push({ webhook: webhook.id, at: world.now });
  await runFor(world, 599 * SECOND);
  expect(receiver.received).toHaveLength(1);
  expect(await read()).toMatchObject({ held_until: expect.stringContaining("T10:10:00") });
  await runFor(world, 2 * SECOND);
  expect(await states()).toEqual(["delivered 2", "delivered 1"]);
});

test("a redirect is not followed, and does not take the event", async () => {
  const { world, receiver, webhook, report, states } = await scene();
  receiver.answer = () =>
    new Response(null, { status: 302, headers: { Location: "https://10.0.0.1/inside" } });
  await report("RUNNING");
  await runQueue(world);
  expect(receiver.received).toHaveLength(1);
  expect(await states()).toEqual(["waiting 1"]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { answer: "answered 302: redirects are not followed" },
  ]);
});

test("a receiver that is down is not called for each event, and gets all soon after it is back", async () => {
  const { world, receiver, ready, report, states, read } = await scene({ jobs: 40 });
  receiver.answer = () => {
    throw new Error("connection refused");
  };
  for (const job of ready.jobIds) await report("RUNNING", job);
  await runFor(world, HOUR);
  expect(receiver.received.length).toBeLessThan(36);
  expect(receiver.received.length).toBeGreaterThan(12);
  expect((await states()).every((state) => state.startsWith("waiting"))).toBe(true);
  receiver.answer = () => 204;
  const before = receiver.received.length;
  await runFor(world, 6 * MINUTE);
  // Those that were tried for the others wait for their own next time.
  const delivered = (await states()).filter((state) => state.startsWith("delivered")).length;
  expect(delivered).toBeGreaterThan(25);
  expect(receiver.received.length - before).toBe(delivered);
  await runFor(world, 2 * HOUR);
  expect((await states()).every((state) => state.startsWith("delivered"))).toBe(true);
  expect(await read()).toMatchObject({ failing_since: null, held_until: null });
});

test("a webhook that fails for three days is disabled with a note, and not before", async () => {
  const { world, receiver, ready, report, read } = await scene({ jobs: 4 });
  receiver.answer = () => 500;
  for (const job of ready.jobIds) {
    await report("RUNNING", job);
    await runFor(world, DAY - 10 * MINUTE);
    if (job !== ready.jobIds.at(-1)) expect(await read()).toMatchObject({ enabled: true });
  }
  expect(await read()).toMatchObject({
    enabled: false,
    disabled_note: "all tries failed for 3 days; the last one: answered 500",
  });
});
