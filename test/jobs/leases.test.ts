import { expect, test } from "vitest";
import { z } from "zod";
import { standingAround } from "../fault-injection.ts";
import {
  FAR_START,
  fireAlarms,
  giveBack,
  lease,
  leasesIn,
  leasesOf,
  oneLease,
  renew,
  reportUnder,
} from "../lease-client.ts";
import { type Answer, jobsIn, MINUTE, World } from "../world.ts";

const SECOND = 1000;
const aware = () => new World({ now: FAR_START });

test("a host that knows of leases gets due jobs, accepts one by RUNNING, renews it and reports its end", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const answer = await lease(world, hostId);
  expect(answer.status).toBe(201);
  const { lease_id, attempt, accept_by, job } = oneLease(answer);
  expect({ attempt, accept_by, job: job.job_id }).toEqual({
    attempt: 1,
    accept_by: "2096-03-02T10:01:00+00:00",
    job: jobId,
  });
  expect(await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id })).toMatchObject({
    status: 200,
  });
  world.advance(60 * SECOND);
  expect(await renew(world, hostId, lease_id)).toMatchObject({
    status: 200,
    body: { expires_at: "2096-03-02T10:03:00+00:00", renew_after_seconds: 40, cancel_requested: false },
  });
  expect(
    await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId: lease_id }),
  ).toMatchObject({
    status: 200,
    body: { status: "COMPLETED" },
  });
});

test("a leased job is handed to no poll and leased to no other until accept_by", async () => {
  const world = aware();
  const { hostId, jobId } = await world.ready({ jobs: 1 });
  oneLease(await lease(world, hostId));
  expect(await lease(world, hostId)).toMatchObject({ status: 200, body: [] });
  const polled = await world.poll(hostId);
  expect([jobsIn(polled), polled.headers.get("Jobs-Held")]).toEqual([[], "1"]);
  world.advance(60 * SECOND);
  expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
});

test("a lease request repeated with its key gets the same leases", async () => {
  const world = aware();
  const { hostId } = await world.ready({ jobs: 3 });
  const headers = { "Idempotency-Key": "one" };
  const first = await world.post(leasesOf(hostId), { owner: "process 1", max_jobs: 2 }, { headers });
  expect(leasesIn(first)).toHaveLength(2);
  expect((await world.post(leasesOf(hostId), { owner: "process 1", max_jobs: 2 }, { headers })).body).toEqual(
    first.body,
  );
});

test("only jobs that are due are leased, of the agents asked for", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const other = await world.agent(projectId, hostId);
  const { jobId: others } = await world.schedule(projectId, other);
  await world.schedule(projectId, other, { at: world.now + MINUTE });
  const asked = leasesIn(await lease(world, hostId, { agent_server_ids: [other] }));
  expect(asked.map(({ job }) => job.job_id)).toEqual([others]);
  expect(leasesIn(await lease(world, hostId)).map(({ job }) => job.job_id)).toEqual([jobId]);
});

test("RUNNING after accept_by is refused: the lease is lost", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, hostId));
  world.advance(60 * SECOND);
  expect(await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id })).toMatchObject({
    status: 409,
    body: { code: "lease_lost" },
  });
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED", history: [] });
});

test("a job under a lease is reported with that lease only", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const host = await world.token("host");
  const { lease_id } = oneLease(await lease(world, hostId));
  const refusedWithout = { status: 409, body: { code: "lease_required" } };
  expect(await world.report(projectId, jobId, { status: "RUNNING", token: host })).toMatchObject(
    refusedWithout,
  );
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  for (const status of ["COMPLETED", "FAILED", "CANCELLED"]) {
    expect(await world.report(projectId, jobId, { status, token: host })).toMatchObject(refusedWithout);
    expect(
      await reportUnder(world, { projectId, jobId, status, leaseId: "another", options: { token: host } }),
    ).toMatchObject({
      status: 409,
      body: { code: "lease_lost" },
    });
  }
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "RUNNING" });
  expect(await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id })).toMatchObject({
    status: 200,
  });
});

test("a job given back before its run is there at once, and a running one can't be given back", async () => {
  const world = aware();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const first = oneLease(await lease(world, hostId));
  expect(await giveBack(world, hostId, first.lease_id)).toMatchObject({
    status: 200,
    body: { lease_id: first.lease_id, attempt: 1, job_id: jobId },
  });
  const second = oneLease(await lease(world, hostId));
  expect(await giveBack(world, hostId, first.lease_id)).toMatchObject({ body: { code: "lease_lost" } });
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: second.lease_id });
  expect(await giveBack(world, hostId, second.lease_id)).toMatchObject({
    status: 409,
    body: { code: "lease_running" },
  });
});

test("a lease of another host, or none at all, is lost, and an unknown host is not found", async () => {
  const world = aware();
  const [one, other] = [await world.ready({ jobs: 1 }), await world.ready()];
  const { lease_id } = oneLease(await lease(world, one.hostId));
  expect(await renew(world, other.hostId, lease_id)).toMatchObject({
    status: 409,
    body: { code: "lease_lost" },
  });
  expect(await renew(world, 99_999_999, lease_id)).toMatchObject({ status: 404 });
  expect(await giveBack(world, 99_999_999, lease_id)).toMatchObject({ status: 404 });
});

test("a lease says how long its run may take, and what becomes of it if its host is lost", async () => {
  const world = aware();
  const { projectId, hostId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId, {
    facts: { on_lost: "requeue", max_attempts: 2, allocated_minutes: 30 },
  });
  const said = (answer: Answer) => z.array(z.looseObject({})).parse(answer.body)[0];
  const first = await lease(world, hostId);
  expect(said(first)).toMatchObject({ allocated_minutes: 30, on_lost: "requeue" });
  expect(
    await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: oneLease(first).lease_id }),
  ).toMatchObject({
    status: 200,
  });
  world.advance(120 * SECOND);
  await fireAlarms(world, hostId);
  // No attempt comes after the last one.
  expect(said(await lease(world, hostId))).toMatchObject({ attempt: 2, on_lost: "fail" });
  await world.schedule(projectId, agentId, {});
  expect(said(await lease(world, hostId))).toMatchObject({ allocated_minutes: 1440, on_lost: "fail" });
});

test("a RUNNING that D1 kept waiting until its lease was over begins nothing", async () => {
  let waitMs = 0;
  const seam = standingAround(async ({ to }, go) => {
    if (to === "d1") {
      world.advance(waitMs);
      waitMs = 0;
    }
    return go();
  });
  const world = new World({ now: FAR_START, seam });
  const ready = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, ready.hostId, { accept_seconds: 60 }));
  waitMs = 60_000;
  const late = await reportUnder(world, { ...ready, status: "RUNNING", leaseId: lease_id });
  expect(late).toMatchObject({ status: 409, body: { code: "lease_lost" } });
  expect(await fireAlarms(world, ready.hostId)).toBe(0);
  expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ status: "PLANNED", attempt: 1 });
});
