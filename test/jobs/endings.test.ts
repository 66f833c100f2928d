import { expect, test } from "vitest";
import { FAR_START, fireAlarms, leasedRun, renew, reportUnder } from "../lease-client.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const SECOND = 1000;
const aware = () => new World({ now: FAR_START });

test("a late end of a lost run corrects host_lost, once, and only with its lease", async () => {
  const world = aware();
  const { projectId, hostId, jobId, leaseId } = await leasedRun(world);
  world.advance(120 * SECOND);
  await fireAlarms(world, hostId);
  expect(
    await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId: "another" }),
  ).toMatchObject({ status: 409 });
  expect(await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId })).toMatchObject({
    status: 200,
    body: { status: "COMPLETED" },
  });
  expect(await reportUnder(world, { projectId, jobId, status: "FAILED", leaseId })).toMatchObject({
    status: 409,
  });
  const { history } = await world.job(projectId, jobId);
  expect(history.map(({ to, reason }) => `${to} ${reason}`)).toEqual([
    "RUNNING null",
    "FAILED host_lost",
    "FAILED refused COMPLETED",
    "COMPLETED late",
    "COMPLETED refused FAILED",
  ]);
});

test("a late FAILED confirms host_lost, and a repeat of it changes nothing", async () => {
  const world = aware();
  const { projectId, hostId, jobId, leaseId } = await leasedRun(world);
  world.advance(120 * SECOND);
  await fireAlarms(world, hostId);
  for (const _ of [1, 2]) {
    expect(await reportUnder(world, { projectId, jobId, status: "FAILED", leaseId })).toMatchObject({
      status: 200,
    });
  }
  expect(await reportUnder(world, { projectId, jobId, status: "COMPLETED", leaseId })).toMatchObject({
    status: 409,
  });
  const { history } = await world.job(projectId, jobId);
  expect(history.map(({ to, reason }) => `${to} ${reason}`).slice(2)).toEqual([
    "FAILED late",
    "FAILED refused COMPLETED",
  ]);
});

test("a run past its schedule's minutes is failed by the tick, and one without ends after RUN_LIMIT_MINUTES", async () => {
  const world = new World({ now: FAR_START, settings: { RUN_LIMIT_MINUTES: "600" } });
  const { projectId, hostId, agentId, guid } = await world.ready();
  const short = await world.schedule(projectId, agentId, { facts: { allocated_minutes: 45 } });
  const long = await world.schedule(projectId, agentId);
  for (const { jobId } of [short, long]) await world.report(projectId, jobId, "RUNNING");
  const ends = [];
  for (let passed = 0; passed <= 600; passed += 30) {
    world.now = FAR_START + passed * MINUTE;
    await world.ping(hostId, guid);
    await world.tick();
    ends.push([short, long].map(({ jobId }) => world.job(projectId, jobId)));
  }
  const statuses = await Promise.all(
    ends.map(async (jobs) => (await Promise.all(jobs)).map(({ status }) => status)),
  );
  expect(statuses.at(-1)).toEqual(["FAILED", "FAILED"]);
  expect(await world.job(projectId, short.jobId)).toMatchObject({
    history: [{}, { to: "FAILED", reason: "run_limit", at: "2096-03-02T11:00:00+00:00" }],
  });
  expect(await world.job(projectId, long.jobId)).toMatchObject({
    history: [{}, { to: "FAILED", reason: "run_limit", at: "2096-03-02T20:00:00+00:00" }],
  });
});

test("with RUN_LIMIT_MINUTES=0 a run may take as long as its host is in contact", async () => {
  const world = new World({ now: FAR_START, settings: { RUN_LIMIT_MINUTES: "0" } });
  const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  world.advance(9000 * HOUR);
  await world.ping(hostId, guid);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "RUNNING" });
});

test("a leased run past its limit is failed, and its renewals are answered that the lease is lost", async () => {
  const world = new World({ now: FAR_START, settings: { RUN_LIMIT_MINUTES: "1" } });
  const { projectId, hostId, jobId, leaseId } = await leasedRun(world);
  for (let passed = 0; passed < 30; passed++) {
    world.advance(MINUTE);
    await renew(world, hostId, leaseId);
    await fireAlarms(world, hostId);
  }
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({
    status: "FAILED",
    history: [{}, { reason: "run_limit" }],
  });
  expect(await renew(world, hostId, leaseId)).toMatchObject({ status: 409 });
});

test("the tick fails the runs of a host that was silent for 35 minutes; those of a host in contact go on", async () => {
  const world = aware();
  const [silent, pinging, polling] = [
    await world.ready({ jobs: 1 }),
    await world.ready({ jobs: 1 }),
    await world.ready({ jobs: 1 }),
  ];
  for (const { projectId, jobId } of [silent, pinging, polling])
    await world.report(projectId, jobId, "RUNNING");
  for (let passed = 0; passed < 120; passed += 10) {
    world.advance(10 * MINUTE);
    await world.ping(pinging.hostId, pinging.guid);
    await world.schedule(polling.projectId, polling.agentId);
    await world.poll(polling.hostId);
    if (world.now % (30 * MINUTE) === 0) await world.tick();
  }
  const statusOf = async ({ projectId, jobId }: Ready) => (await world.job(projectId, jobId)).status;
  expect(await Promise.all([silent, pinging, polling].map(statusOf))).toEqual([
    "FAILED",
    "RUNNING",
    "RUNNING",
  ]);
  const { history } = await world.job(silent.projectId, silent.jobId);
  expect(history.at(-1)).toMatchObject({ reason: "host_lost", by: "clock", at: "2096-03-02T11:00:00+00:00" });
  const { status } = await world.report(silent.projectId, silent.jobId, "COMPLETED");
  expect([status, await statusOf(silent)]).toEqual([200, "COMPLETED"]);
});

test("an ended job runs again as a new one that names it; an open one and one of an inactive agent do not", async () => {
  const world = aware();
  const { projectId, hostId, agentId, jobId } = await world.ready({ jobs: 1 });
  const rerun = (headers: Record<string, string> = {}) =>
    world.post(`/api/v3/projects/${projectId}/automation/jobs/${jobId}/rerun`, undefined, { headers });
  expect(await rerun()).toMatchObject({ status: 409, body: { code: "job_not_ended" } });
  await world.report(projectId, jobId, "CANCELLED");
  const agent = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;
  await world.post(`${agent}/deactivate`);
  expect(await rerun({ "x-qtest-nonce": "one" })).toMatchObject({
    status: 409,
    body: { code: "agent_inactive" },
  });
  await world.post(`${agent}/activate`);
  const first = await rerun({ "x-qtest-nonce": "one" });
  expect(first).toMatchObject({
    status: 201,
    body: { status: "PLANNED", repeats_job_id: jobId, attempt: 1 },
  });
  expect((await rerun({ "x-qtest-nonce": "one" })).body).toEqual(first.body);
  const second = await rerun();
  expect(second.status).toBe(201);
  expect(jobsIn(await world.poll(hostId))).toHaveLength(2);
});

test("a running job that is older than its host's last registration needs attention", async () => {
  const world = aware();
  const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  const attention = async () =>
    (await world.get(`/api/v3/projects/${projectId}/automation/jobs/${jobId}`)).body;
  expect(await attention()).toMatchObject({ needs_attention: false });
  world.advance(SECOND);
  const facts = { host_name: "Host", ip_address: "10.0.0.1", mac_address: "0", host_guid: guid };
  expect(await world.post("/api/v3/automation/host", facts)).toMatchObject({
    body: { host_server_id: hostId },
  });
  expect(await attention()).toMatchObject({ needs_attention: true });
  expect((await world.get(`/api/v3/projects/${projectId}/automation/jobs`)).body).toMatchObject([
    { job_id: jobId, needs_attention: true },
  ]);
});
