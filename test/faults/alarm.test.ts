import { expect, test } from "vitest";
import { alarmAt, FAR_START, fireAlarms, lease, oneLease, renew, reportUnder } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { fireAlarmWith } from "./object-d1.ts";
import { everyPlan, faultText, planned } from "./plan.ts";

/** A run under a lease that nobody has renewed for as long as it was given. */
const lostRun = async (facts: Record<string, unknown> = {}) => {
  const world = new World({ now: FAR_START });
  const ready = await world.ready();
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  const { lease_id } = oneLease(await lease(world, ready.hostId));
  await reportUnder(world, { projectId: ready.projectId, jobId, status: "RUNNING", leaseId: lease_id });
  world.advance(2 * MINUTE);
  return { ...ready, world, jobId, leaseId: lease_id };
};

/** The statuses that a job has gone through. */
const pathOf = async (world: World, projectId: number, jobId: number) => {
  const { status, history } = await world.job(projectId, jobId);
  expect(history.at(-1)?.to).toBe(status);
  return history.map(({ to, reason }) => (reason === null ? to : `${to} ${reason}`));
};

/** The alarm may have been set once more before the run ended; it finds nothing to do, and sets no other. */
const expectQuiet = async (world: World, hostId: number): Promise<void> => {
  world.advance(10_000);
  await fireAlarms(world, hostId);
  expect(await alarmAt(hostId)).toBe(null);
};

const ENDS = ["RUNNING", "FAILED host_lost"];

for (const kind of ["overloaded", "dead"] as const) {
  test(`the alarm's D1 fails (${kind}), before or after: it is set again, and the run ends once`, async () => {
    const counted = planned();
    const plain = await lostRun();
    await fireAlarmWith(plain.world, plain.hostId, { seam: counted.seam });
    expect(await pathOf(plain.world, plain.projectId, plain.jobId)).toEqual(ENDS);
    for (const plan of everyPlan(counted.trips().length, kind)) {
      const message = faultText(plan, counted.trips());
      const { world, projectId, hostId, jobId, leaseId } = await lostRun();
      const fault = planned();
      fault.arm(plan);
      expect(await fireAlarmWith(world, hostId, { seam: fault.seam }), message).toBe(true);
      expect(fault.trips().length, message).toBe(plan.nth);
      const reached = plan.when === "after" ? ENDS : ["RUNNING"];
      expect(await pathOf(world, projectId, jobId), message).toEqual(reached);
      expect(await renew(world, hostId, leaseId), message).toMatchObject({ body: { code: "lease_lost" } });
      expect(await alarmAt(hostId), message).toBe(world.now + 10_000);
      world.advance(10_000);
      expect(await fireAlarms(world, hostId), message).toBe(1);
      await expectQuiet(world, hostId);
      expect(await pathOf(world, projectId, jobId), message).toEqual(ENDS);
    }
  });
}

test("a transient fault inside the alarm is tried again there, and the run ends once", async () => {
  for (const plan of everyPlan(1, "passing")) {
    const { world, projectId, hostId, jobId } = await lostRun();
    const fault = planned();
    fault.arm(plan);
    await fireAlarmWith(world, hostId, { seam: fault.seam });
    expect(fault.trips().length).toBe(3);
    await expectQuiet(world, hostId);
    expect(await pathOf(world, projectId, jobId)).toEqual(ENDS);
  }
});

test("an alarm that fails many times over is never given up", async () => {
  const { world, projectId, hostId, jobId } = await lostRun();
  for (let failed = 0; failed < 12; failed++) {
    const fault = planned();
    fault.arm({ nth: 1, when: "before", kind: "overloaded" });
    expect(await fireAlarmWith(world, hostId, { seam: fault.seam })).toBe(true);
    world.advance(10_000);
  }
  expect(await fireAlarms(world, hostId)).toBe(1);
  expect(await pathOf(world, projectId, jobId)).toEqual(ENDS);
});

test("a lost run that is planned again is planned once, however the alarm fails", async () => {
  for (const plan of [...everyPlan(1, "dead"), ...everyPlan(1, "passing")]) {
    const { world, projectId, hostId, jobId } = await lostRun({ on_lost: "requeue", max_attempts: 3 });
    const fault = planned();
    fault.arm(plan);
    await fireAlarmWith(world, hostId, { seam: fault.seam });
    world.advance(10_000);
    await fireAlarms(world, hostId);
    expect(await pathOf(world, projectId, jobId)).toEqual(["RUNNING", "PLANNED host_lost"]);
    expect(await world.job(projectId, jobId)).toMatchObject({ attempt: 2 });
    expect(oneLease(await lease(world, hostId))).toMatchObject({ attempt: 2, job: { job_id: jobId } });
  }
});
