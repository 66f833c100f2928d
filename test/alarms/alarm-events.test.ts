import { expect, test } from "vitest";
import { z } from "zod";
import { deliveriesOf, makeWebhook, Receiver, runQueue } from "../webhooks/receiver.ts";
import { alarmsOf, HALF_HOUR, later, laterWorld, wireTime } from "./read-alarms.ts";

const told = z.object({ type: z.string(), data: z.looseObject({ alarm: z.looseObject({}) }) });

/** A world with a host of one project, and a webhook that is told of its alarms. */
const scene = async () => {
  const world = laterWorld();
  const receiver = new Receiver();
  const ready = await world.ready();
  const webhook = await makeWebhook(world, ready.projectId, { events: ["alarm.raised", "alarm.cleared"] });
  const events = async () => {
    await runQueue(world);
    return receiver.received.map(({ body }) => told.parse(JSON.parse(body)));
  };
  return { world, receiver, ready, webhook, events };
};

test("an alarm is told once, and once more when it ends, however many ticks there are", async () => {
  const { world, ready, webhook, events } = await scene();
  const due = world.now;
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { name: "Nightly" } });
  await later(world, ready, { halfHours: 5 });
  const [{ alarm_id: id } = { alarm_id: 0 }] = await alarmsOf(world, ready.projectId);
  const facts = {
    ...{ id, kind: "job_waiting", job_id: jobId, host: { id: ready.hostId } },
    ...{ since: wireTime(due), raised_at: wireTime(due + 2 * HALF_HOUR) },
    message: expect.stringContaining(`Job ${jobId} of schedule "Nightly" waits past its time`),
  };
  expect(await events()).toMatchObject([{ type: "alarm.raised", data: { alarm: facts } }]);
  await world.report(ready.projectId, jobId, "RUNNING");
  await later(world, ready, { halfHours: 3 });
  expect(await events()).toMatchObject([
    { type: "alarm.raised" },
    { type: "alarm.cleared", data: { alarm: facts } },
  ]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { type: "alarm.raised", subject: `alarm:${id}`, status: "delivered" },
    { type: "alarm.cleared", subject: `alarm:${id}`, status: "delivered" },
  ]);
});

test("an alarm that a ping raises is told at once, without a tick", async () => {
  const { world, ready, events } = await scene();
  const path = `/api/v3/automation/hosts/${ready.hostId}/ping`;
  const ping = (disk: object | null) => world.post(path, { host_guid: ready.guid, disk });
  await ping({ free_bytes: 1, least_bytes: 1e9 });
  expect(await events()).toMatchObject([{ type: "alarm.raised", data: { alarm: { kind: "disk_low" } } }]);
  world.advance(HALF_HOUR);
  await ping(null);
  expect(await events()).toMatchObject([{ type: "alarm.raised" }, { type: "alarm.cleared" }]);
});

test("a webhook that did not ask for alarms, and one of another project, are told of none", async () => {
  const { world, receiver, ready } = await scene();
  const other = await world.ready();
  await makeWebhook(world, other.projectId);
  await makeWebhook(world, ready.projectId, { events: ["job.ended"], target: "https://other.example.com/x" });
  const path = `/api/v3/automation/hosts/${ready.hostId}/ping`;
  await world.post(path, { host_guid: ready.guid, disk: { free_bytes: 1, least_bytes: 1e9 } });
  await runQueue(world);
  expect(receiver.received.map(({ url }) => url)).toEqual(["https://ci.example.com/muster"]);
});
