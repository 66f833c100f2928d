import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { expandQuiet } from "../../src/host-object/protocol.ts";
import { timingOf } from "../../src/host-object/timing.ts";
import type { HostObject } from "../../src/index.ts";
import { parseSettings } from "../../src/settings.ts";
import { type Around, standingAround } from "../fault-injection.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { HOUR, jobsIn, MINUTE, World } from "../world.ts";

/** A host whose only job runs under a lease that is about to be lost, and is then planned again. */
const losing = async () => {
  const world = new World({ now: FAR_START });
  const { projectId, agentId, hostId } = await world.ready();
  const facts = { on_lost: "requeue", max_attempts: 2 };
  const { jobId } = await world.schedule(projectId, agentId, { facts });
  const { lease_id } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  world.advance(2 * MINUTE);
  await world.poll(hostId);
  await world.poll(hostId);
  const span = { from: world.now, until: world.now + HOUR };
  /** What the object answers a poll that then finds nothing in D1; and the next one. */
  const polls = (object: HostObject) => {
    const timing = timingOf(world.now, parseSettings({}));
    const ask = () => expandQuiet(object.nothingDue(span.from, span.until, timing.now, timing.contactMs));
    const { found, epoch } = ask();
    object.learnNothingDue(epoch ?? "", span, timing);
    return [found, ask().found];
  };
  const inObject = <Answer>(use: (object: HostObject) => Answer) =>
    runInDurableObject(env.HOST.getByName(String(hostId)), use);
  /** Fires the alarm, with `around` about its calls of D1. */
  const fire = (around: (object: HostObject) => Around) =>
    inObject(async (object) => {
      const plain: Env = Reflect.get(object, "env");
      Reflect.set(object, "env", standingAround(around(object))(plain));
      await object.alarm({ scheduledTime: world.now, isRetry: false, retryCount: 0 });
      Reflect.set(object, "env", plain);
    });
  return { world, hostId, jobId, polls, inObject, fire };
};

const NOT_LEARNED = ["not_known", "not_known"];
const LEARNED = ["not_known", "nothing"];

test("nothing is learned while the alarm ends a run, which it may plan again, nor anything kept of before", async () => {
  const { world, hostId, jobId, polls, inObject, fire } = await losing();
  expect((await inObject(polls))[1]).toBe("nothing");
  const meanwhile: string[][] = [];
  await fire((object) => ({ to }, go) => {
    if (to === "d1") meanwhile.push(polls(object));
    return go();
  });
  expect(meanwhile).toEqual([NOT_LEARNED]);
  expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
});

test("an alarm whose write failed may still have one on its way: nothing is learned for a minute", async () => {
  const { world, polls, inObject, fire } = await losing();
  await fire(() => () => Promise.reject(new Error("the storage broke")));
  world.advance(MINUTE - 1);
  expect(await inObject(polls)).toEqual(NOT_LEARNED);
  world.advance(1);
  expect(await inObject(polls)).toEqual(LEARNED);
});
