import { expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { alarmAt, FAR_START, fireAlarms, giveBack, lease, oneLease, reportUnder } from "../lease-client.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, World, type WorldOptions } from "../world.ts";

const SECOND = 1000;
const OVERLAP = { status: 409, body: { code: "overlap" } };

/** A job under a lease, and the next job of its schedule, which a process without leases began first. */
const overtaken = async (options: WorldOptions = {}) => {
  const world = new World({ now: FAR_START, ...options });
  const ready = await world.ready();
  const { jobIds } = await makeSchedule(world, ready, { max_runs: 2, on_lost: "requeue", max_attempts: 3 });
  const [jobId = 0, other = 0] = jobIds;
  const { lease_id } = oneLease(await lease(world, ready.hostId));
  expect(await world.report(ready.projectId, other, "RUNNING")).toMatchObject({ status: 200 });
  const begin = () =>
    reportUnder(world, { projectId: ready.projectId, jobId, status: "RUNNING", leaseId: lease_id });
  return { ...ready, world, jobId, other, lease_id, begin };
};

test("RUNNING under a lease that overlaps another run is refused as that, and the lease goes on", async () => {
  const { world, projectId, other, begin } = await overtaken();
  for (const _ of [1, 2]) {
    const answer = await begin();
    expect(answer).toMatchObject(OVERLAP);
    expect(answer.text).toContain("give it back");
  }
  await world.report(projectId, other, "COMPLETED");
  expect(await begin()).toMatchObject({ status: 200, body: { status: "RUNNING" } });
});

test("the lease of a refused RUNNING can be given back at once, and the job is offered to others again", async () => {
  const { world, projectId, hostId, jobId, other, lease_id, begin } = await overtaken();
  expect(await begin()).toMatchObject(OVERLAP);
  expect(await giveBack(world, hostId, lease_id)).toMatchObject({ status: 200, body: { job_id: jobId } });
  await world.report(projectId, other, "COMPLETED");
  expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
});

test("a refused RUNNING hides its job until accept_by and no longer, and burns no attempt", async () => {
  const { world, projectId, hostId, jobId, other, begin } = await overtaken();
  expect(await begin()).toMatchObject(OVERLAP);
  expect(await alarmAt(hostId)).toBeNull();
  await world.report(projectId, other, "COMPLETED");
  world.advance(60 * SECOND);
  expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
  world.advance(HOUR);
  await fireAlarms(world, hostId);
  expect(await world.job(projectId, jobId)).toMatchObject({ attempt: 1, history: [] });
});

test("a refused RUNNING under no lease does not hide its job either", async () => {
  const world = new World({ now: FAR_START });
  const ready = await world.ready();
  const { jobIds } = await makeSchedule(world, ready, { max_runs: 2 });
  const [jobId = 0, other = 0] = jobIds;
  await world.report(ready.projectId, other, "RUNNING");
  expect(await world.report(ready.projectId, jobId, "RUNNING")).toMatchObject(OVERLAP);
  await world.report(ready.projectId, other, "COMPLETED");
  expect(jobsIn(await world.poll(ready.hostId))).toEqual([jobId]);
});

test("a RUNNING whose first try may still be on its way keeps its lease for the alarm to judge", async () => {
  const { seam, fail } = faulty();
  const { hostId, begin } = await overtaken({ seam });
  fail({ to: "d1", only: "holder", nth: 2, when: "after" });
  expect(await begin()).toMatchObject(OVERLAP);
  expect(await alarmAt(hostId)).not.toBeNull();
});

test("max_attempts counts the runs that began: an attempt whose refused RUNNING is never taken back spends none", async () => {
  const { seam, fail } = faulty();
  const { world, projectId, hostId, jobId, other, begin } = await overtaken({ seam });
  fail({ to: "d1", only: "holder", nth: 2, when: "after" });
  expect(await begin()).toMatchObject(OVERLAP);
  await world.report(projectId, other, "COMPLETED");
  world.advance(2 * MINUTE);
  await fireAlarms(world, hostId);
  for (const [attempt, onLost, then] of [
    [2, "requeue", "PLANNED"],
    [3, "requeue", "PLANNED"],
    [4, "fail", "FAILED"],
  ]) {
    const again = await lease(world, hostId);
    expect(again).toMatchObject({ status: 201, body: [{ attempt, on_lost: onLost }] });
    await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: oneLease(again).lease_id });
    world.advance(2 * MINUTE);
    await fireAlarms(world, hostId);
    expect(await world.job(projectId, jobId)).toMatchObject({ status: then });
  }
});
