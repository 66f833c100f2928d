import { describe, expect, test } from "vitest";
import { alarmAt, fireAlarms } from "../lease-client.ts";
import { MESSAGES, offeredUnder, said, shown } from "./messages.ts";
import { everyPlan, faultText } from "./plan.ts";

/* What a process says on its socket, while the storage of its host's object fails. */

/** When a look is made again. */
const RETRY_MS = 5000;

describe.each(Object.entries(MESSAGES))("%s", (_, message) => {
  test("a transient fault anywhere: it is answered as usual, and takes effect once", async () => {
    const { first: expected, calls, picture } = await said(message, undefined);
    expect(expected.status, shown(expected)).toBe(200);
    for (const plan of everyPlan(calls.length, "passing")) {
      const { first, picture: seen } = await said(message, plan);
      expect(shown(first), faultText(plan, calls)).toBe(shown(expected));
      expect(seen, faultText(plan, calls)).toEqual(picture);
    }
  });

  test("the object's work ends anywhere, or storage is overloaded: the same said again converges", async () => {
    const { first: expected, calls, picture } = await said(message, undefined);
    const overloads = everyPlan(calls.length, "overloaded").filter(({ when }) => when === "before");
    const deaths = calls.length > 0 ? everyPlan(calls.length, "dead") : [];
    for (const plan of [...deaths, ...overloads]) {
      const { first, last, picture: seen } = await said(message, plan, true);
      const text = faultText(plan, calls);
      // What a log leaves for later to R2 is stored already.
      if (message.type !== "log") expect(first.status, text).toBe(plan.kind === "dead" ? 500 : 503);
      expect(shown(last), text).toBe(shown(expected));
      expect(seen, text).toEqual(picture);
    }
  });
});

test("a look for jobs that fails anywhere is made again, and the job is offered once", async () => {
  const undisturbed = await offeredUnder(undefined);
  const [plain] = await undisturbed.host.offered();
  const calls = [...undisturbed.trips()];
  expect(plain).toMatchObject({ attempt: 1 });
  expect(calls.length).toBeGreaterThan(0);
  for (const plan of [...everyPlan(calls.length, "dead"), ...everyPlan(calls.length, "overloaded")]) {
    const { world, ready, host, arm } = await offeredUnder(plan);
    await expect.poll(() => alarmAt(ready.hostId)).toBe(world.now + RETRY_MS);
    arm();
    world.advance(RETRY_MS);
    await fireAlarms(world, ready.hostId);
    expect(await host.offered(), faultText(plan, calls)).toMatchObject([{ job: { job_id: ready.jobId } }]);
    expect(host.offers(), faultText(plan, calls)).toBe(1);
  }
});
