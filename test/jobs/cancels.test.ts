import { expect, test } from "vitest";
import { FAR_START, fireAlarms, leasedRun, renew, reportUnder } from "../lease-client.ts";
import { jobsIn, World } from "../world.ts";

const SECOND = 1000;
const aware = () => new World({ now: FAR_START });

test("an operator's cancel of a leased run asks the host first, names the job in every answer, and the host ends it", async () => {
  const world = aware();
  const operator = await world.token("operator");
  const { projectId, hostId, guid, jobId, leaseId } = await leasedRun(world);
  await world.ping(hostId, guid);
  expect(await world.report(projectId, jobId, { status: "CANCELLED", token: operator })).toMatchObject({
    status: 200,
    body: { status: "RUNNING" },
  });
  expect(await world.get(`/api/v3/projects/${projectId}/automation/jobs/${jobId}`)).toMatchObject({
    body: {
      cancel_requested: true,
      history: [{}, { from: "RUNNING", to: "RUNNING", reason: "cancel_requested" }],
    },
  });
  expect((await renew(world, hostId, leaseId)).body).toMatchObject({ cancel_requested: true });
  for (const answer of [await world.ping(hostId, guid), await world.poll(hostId)]) {
    expect(answer.headers.get("Cancel-Requested")).toBe(String(jobId));
  }
  expect(await reportUnder(world, { projectId, jobId, status: "CANCELLED", leaseId })).toMatchObject({
    status: 200,
  });
  for (const answer of [await world.ping(hostId, guid), await world.poll(hostId)]) {
    expect(answer.headers.get("Cancel-Requested")).toBeNull();
  }
});

test("a host that does not answer a cancel within 60 s is not waited for", async () => {
  const world = aware();
  const operator = await world.token("operator");
  const { projectId, hostId, jobId, leaseId } = await leasedRun(world);
  await world.report(projectId, jobId, { status: "CANCELLED", token: operator });
  world.advance(30 * SECOND);
  await renew(world, hostId, leaseId);
  world.advance(30 * SECOND);
  await fireAlarms(world, hostId);
  const job = await world.job(projectId, jobId);
  expect([job.status, job.history.at(-1)?.reason]).toEqual(["CANCELLED", "cancel_unanswered"]);
  expect(await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId })).toMatchObject({
    status: 409,
  });
  expect((await world.job(projectId, jobId)).history.at(-1)).toMatchObject({ reason: "refused COMPLETED" });
});

test("a second cancel ends a run at once, and so does the first if the host is silent or has no leases", async () => {
  const world = aware();
  const operator = { token: await world.token("operator") };
  const twice = await leasedRun(world);
  await world.report(twice.projectId, twice.jobId, { status: "CANCELLED", ...operator });
  expect(
    await world.report(twice.projectId, twice.jobId, { status: "CANCELLED", ...operator }),
  ).toMatchObject({
    body: { status: "CANCELLED" },
  });
  const silent = await leasedRun(world);
  world.advance(61 * SECOND);
  expect(
    await world.report(silent.projectId, silent.jobId, { status: "CANCELLED", ...operator }),
  ).toMatchObject({
    body: { status: "CANCELLED" },
  });
  const old = await world.ready({ jobs: 1 });
  await world.report(old.projectId, old.jobId, "RUNNING");
  expect(await world.report(old.projectId, old.jobId, { status: "CANCELLED", ...operator })).toMatchObject({
    body: { status: "CANCELLED" },
  });
});

test("cancelling a schedule ends its open jobs and leaves a running one", async () => {
  const world = aware();
  const { projectId, hostId, agentId } = await world.ready();
  const open = await world.schedule(projectId, agentId);
  const running = await world.schedule(projectId, agentId);
  await world.report(projectId, running.jobId, "RUNNING");
  const cancel = (id: number) =>
    world.post(`/api/v3/projects/${projectId}/automation/schedules/${id}/cancel`);
  expect(await cancel(open.id)).toMatchObject({ status: 200, body: { cancelled: 1 } });
  expect(await cancel(open.id)).toMatchObject({ status: 200, body: { cancelled: 0 } });
  expect(await cancel(running.id)).toMatchObject({ status: 200, body: { cancelled: 0 } });
  expect(await cancel(99_999_999)).toMatchObject({ status: 404 });
  expect(jobsIn(await world.poll(hostId))).toEqual([]);
});
