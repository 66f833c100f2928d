import { expect, test } from "vitest";
import { FAR_START, fireAlarms, lease, leasesIn, oneLease, renew, reportUnder } from "../lease-client.ts";
import { World } from "../world.ts";

const SECOND = 1000;
const aware = () => new World({ now: FAR_START });

test("a run whose lease is not renewed is failed as lost by the alarm, and its renewals are answered so", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  world.advance(119 * SECOND);
  expect(await fireAlarms(world, hostId)).toBe(0);
  await renew(world, hostId, lease_id);
  world.advance(119 * SECOND);
  expect(await fireAlarms(world, hostId)).toBe(0);
  world.advance(SECOND);
  expect(await fireAlarms(world, hostId)).toBe(1);
  expect(await world.job(projectId, jobId)).toMatchObject({
    status: "FAILED",
    history: [{ to: "RUNNING" }, { to: "FAILED", by: "clock", reason: "host_lost" }],
  });
  expect(await renew(world, hostId, lease_id)).toMatchObject({ status: 409, body: { code: "lease_lost" } });
});

test("a lost run is planned again where its schedule says so, until its attempts are used up", async () => {
  const world = aware();
  const { projectId, hostId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId, {
    facts: { on_lost: "requeue", max_attempts: 2 },
  });
  for (const attempt of [1, 2]) {
    const { lease_id, ...leased } = oneLease(await lease(world, hostId));
    expect(leased.attempt).toBe(attempt);
    expect(
      await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id }),
    ).toMatchObject({ status: 200 });
    world.advance(120 * SECOND);
    await fireAlarms(world, hostId);
    const stale = await reportUnder(world, {
      projectId,
      jobId,
      status: "COMPLETED",
      leaseId: lease_id,
      options: {
        token: await world.token("operator"),
      },
    });
    expect(stale.status).toBe(403);
    if (attempt === 1) {
      expect(
        await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId: lease_id }),
      ).toMatchObject({
        status: 409,
        body: { code: "lease_lost" },
      });
      expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED", attempt: 2 });
    }
  }
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "FAILED", attempt: 2 });
});

test("a run that is planned again may wait as long as its schedule says from then on", async () => {
  const world = aware();
  const { projectId, hostId, agentId } = await world.ready();
  const facts = { on_lost: "requeue", max_attempts: 2, expire_after_minutes: 1 };
  const { jobId } = await world.schedule(projectId, agentId, { facts });
  const { lease_id } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  world.advance(120 * SECOND);
  await fireAlarms(world, hostId);
  world.advance(59 * SECOND);
  expect(oneLease(await lease(world, hostId))).toMatchObject({ attempt: 2, job: { job_id: jobId } });
  world.advance(61 * SECOND);
  expect(leasesIn(await lease(world, hostId))).toEqual([]);
});
