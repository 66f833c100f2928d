import { expect, test } from "vitest";
import { z } from "zod";
import { faulty } from "../fault-injection.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { deliveriesOf, makeWebhook, Receiver, runQueue, typeIn } from "./receiver.ts";

const eventShape = z.object({ data: z.looseObject({ project: z.looseObject({ id: z.int() }) }) });

/** A project with a host, a job and a webhook that is told of everything. */
const scene = async (world = new World()) => {
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 1 });
  const webhook = await makeWebhook(world, ready.projectId);
  const told = async () =>
    (await deliveriesOf(world, webhook.path)).map(({ type, subject }) => `${type} ${subject}`);
  /** What was received since the last call, by type. */
  const data = async (type: string) => {
    await runQueue(world);
    return (
      receiver.received
        .filter((each) => typeIn(each) === type)
        .map(({ body }) => eventShape.parse(JSON.parse(body)).data)
        // A tick wakes the webhooks of other tests too.
        .filter(({ project }) => project.id === ready.projectId)
    );
  };
  return { world, receiver, ready, webhook, told, data };
};

test("a run tells that it started, and how it ended, with its schedule, host and agent", async () => {
  const { world, ready, told, data } = await scene();
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  world.advance(MINUTE);
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  expect(await told()).toEqual([`job.started job:${ready.jobId}`, `job.ended job:${ready.jobId}`]);
  const [started] = await data("job.started");
  const [ended] = await data("job.ended");
  expect(started).toMatchObject({
    project: { id: ready.projectId, name: expect.stringContaining("Project") },
    job: { id: ready.jobId, attempt: 1, status: "RUNNING", reason: null, by: "admin bootstrap" },
    host: { id: ready.hostId, name: expect.stringContaining("Host") },
    agent: { id: ready.agentId, name: "AGENT 1" },
    schedule: { name: expect.stringContaining("Schedule") },
  });
  expect(ended).toMatchObject({ job: { status: "COMPLETED" }, counts: null, newly_failed: null });
  expect(Object.keys(started ?? {})).not.toContain("counts");
});

test("a run that belongs to a trace is told with it", async () => {
  const { world, ready, data } = await scene();
  const trace = {
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    tracestate: "rojo=00f067aa0ba902b7",
  };
  const single = { name: "Traced", agent_server_id: ready.agentId };
  const path = `/api/v3/projects/${ready.projectId}/automation/schedules`;
  const made = await world.post(path, single, { headers: trace });
  const [job] = z.looseObject({ jobs: z.array(z.looseObject({ job_id: z.int() })) }).parse(made.body).jobs;
  for (const id of [job?.job_id ?? 0, ready.jobId]) await world.report(ready.projectId, id, "RUNNING");
  const [traced, plain] = await data("job.started");
  expect(traced).toMatchObject({ job: trace });
  expect(plain?.job).not.toHaveProperty("traceparent");
});

const junit = (failing: boolean) =>
  `<testsuite name="login"><testcase name="good"/><testcase name="wrong password">${failing ? '<failure message="no"/>' : ""}</testcase></testsuite>`;

test("the end of a run has its counts, and what failed that passed in the run before", async () => {
  const { world, ready, data } = await scene();
  const run = async (jobId: number, failing: boolean) => {
    await world.report(ready.projectId, jobId, "RUNNING");
    const reports = `/api/v3/projects/${ready.projectId}/automation/jobs/${jobId}/attempts/1/reports`;
    expect(await world.put(`${reports}/junit.xml`, junit(failing))).toMatchObject({ status: 200 });
    await world.report(ready.projectId, jobId, failing ? "FAILED" : "COMPLETED");
  };
  const { jobIds } = await makeSchedule(world, ready, { cron: "0 * * * *" });
  const [first = 0, second = 0] = jobIds;
  await run(first, false);
  world.advance(HOUR);
  await run(second, true);
  expect(await data("job.ended")).toMatchObject([
    { counts: { passed: 2, failed: 0 }, newly_failed: null },
    {
      counts: { passed: 1, failed: 1 },
      newly_failed: { count: 1, tests: [expect.stringContaining("wrong password")] },
    },
  ]);
});

test("a webhook is told only of its own project, and of the types that it chose", async () => {
  const { world, ready, told } = await scene();
  const chosen = await makeWebhook(world, ready.projectId, { events: ["job.ended"] });
  const other = await world.ready({ jobs: 1 });
  const foreign = await makeWebhook(world, other.projectId);
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  await world.report(ready.projectId, ready.jobId, "FAILED");
  expect(await told()).toHaveLength(2);
  expect(await deliveriesOf(world, chosen.path)).toMatchObject([{ type: "job.ended" }]);
  expect(await deliveriesOf(world, foreign.path)).toEqual([]);
});

test("a disabled webhook and a deleted one are told of nothing", async () => {
  const { world, ready, webhook, told } = await scene();
  await world.put(webhook.path, { enabled: false });
  const deleted = await makeWebhook(world, ready.projectId);
  await world.delete(deleted.path);
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  expect(await told()).toEqual([]);
  expect(await world.get(`${deleted.path}/deliveries`)).toMatchObject({ status: 404 });
});

test("a report that is refused or repeated tells nothing", async () => {
  const { world, ready, told } = await scene();
  const asOne = { status: "RUNNING", headers: { "Lease-Owner": "one" } };
  await world.report(ready.projectId, ready.jobId, asOne);
  await world.report(ready.projectId, ready.jobId, asOne);
  expect(
    await world.report(ready.projectId, ready.jobId, { ...asOne, headers: { "Lease-Owner": "two" } }),
  ).toMatchObject({ status: 409 });
  expect(await told()).toHaveLength(1);
});

test("a report whose answer from the database is lost tells once, and one that never came tells nothing", async () => {
  const faults = faulty();
  const { world, ready, told } = await scene(new World({ seam: faults.seam }));
  faults.fail({ to: "d1", only: "job_history", when: "after", times: 2 });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  expect(faults.fired()).toBeGreaterThan(0);
  expect(await told()).toEqual([`job.started job:${ready.jobId}`]);
  faults.fail({ to: "d1", only: "job_history", when: "before", times: 5 });
  expect(await world.report(ready.projectId, ready.jobId, "COMPLETED")).toMatchObject({ status: 503 });
  expect(await told()).toHaveLength(1);
});

test("an end by the clock, by a person and by a later run of its schedule are told too", async () => {
  const { world, ready, told, data } = await scene();
  const long = await world.schedule(ready.projectId, ready.agentId, { facts: { allocated_minutes: 10 } });
  await world.report(ready.projectId, long.jobId, "RUNNING");
  await world.report(ready.projectId, ready.jobId, "CANCELLED");
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await told()).toEqual([
    `job.started job:${long.jobId}`,
    `job.ended job:${ready.jobId}`,
    `job.ended job:${long.jobId}`,
  ]);
  expect(await data("job.ended")).toMatchObject([
    { job: { status: "CANCELLED", started_at: null } },
    { job: { status: "FAILED", reason: "run_limit", by: "clock" } },
  ]);
});

test("a host that falls silent is told of to each project that it serves, and that it is back", async () => {
  const { world, ready, webhook, told } = await scene();
  const elsewhere = await world.ready();
  const second = await world.project();
  await world.agent(second, ready.hostId);
  await world.agent(second, ready.hostId);
  const also = await makeWebhook(world, second);
  const notIts = await makeWebhook(world, elsewhere.projectId);
  await world.ping(ready.hostId, ready.guid);
  world.advance(30 * MINUTE);
  await world.tick();
  world.advance(60 * MINUTE);
  await world.tick();
  await world.tick();
  const host = `host:${ready.hostId}`;
  const ofHost = (lines: string[]) => lines.filter((line) => line.startsWith("host."));
  expect(ofHost(await told())).toEqual([`host.online ${host}`, `host.offline ${host}`]);
  expect(await deliveriesOf(world, also.path)).toMatchObject([
    { type: "host.online" },
    { type: "host.offline" },
  ]);
  expect(await deliveriesOf(world, notIts.path)).toEqual([]);
  expect(world.wakes.map(({ webhook: id }) => id)).toContain(webhook.id);
});

test("a pause is told once, with who paused it and why; those of a deleted agent too", async () => {
  const { world, ready, webhook, data, told } = await scene();
  await world.put(webhook.path, { events: ["schedule.paused"] });
  const other = await makeWebhook(world, ready.projectId, { events: ["job.ended", "schedule.missed"] });
  const { path, id } = await makeSchedule(world, ready, { name: "Nightly" });
  await world.post(`${path}/pause`, { note: "the lab moves" });
  await world.post(`${path}/pause`, { note: "the lab moves" });
  expect(await data("schedule.paused")).toMatchObject([
    { schedule: { id, name: "Nightly" }, by: "admin bootstrap", note: "the lab moves" },
  ]);
  await world.delete(
    `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`,
  );
  // The schedule of the scene's own job was not paused before.
  expect(await told()).toHaveLength(2);
  const others = await deliveriesOf(world, other.path);
  expect(others.filter(({ type }) => type === "schedule.paused")).toEqual([]);
  expect((await data("schedule.paused")).at(-1)).toMatchObject({
    note: `agent ${ready.agentId} was deleted`,
  });
});

test("a run that was missed while its schedule was paused is told of", async () => {
  const { world, ready, webhook, data } = await scene();
  await world.put(webhook.path, { events: ["schedule.missed"] });
  const { path, id } = await makeSchedule(world, ready, { cron: "0 * * * *", missed: "skip" });
  await world.post(`${path}/pause`, {});
  world.advance(90 * MINUTE);
  await world.post(`${path}/resume`);
  const missed = await data("schedule.missed");
  expect(missed.length).toBeGreaterThan(0);
  expect(missed[0]).toMatchObject({
    schedule: { id },
    job_id: expect.any(Number),
    scheduled_at: expect.stringMatching(/^2026-03-02T1\d:00:00\+00:00$/),
  });
});

test("what an event is about may be removed before it is sent: then it is dead, and keeps no other back", async () => {
  const { world, ready, webhook, receiver } = await scene();
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  await world.env.DB.batch([
    world.env.DB.prepare("UPDATE webhook_deliveries SET subject = 'job:999999999' WHERE webhook_id = ?").bind(
      webhook.id,
    ),
  ]);
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  await runQueue(world);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { type: "job.started", status: "dead", answer: expect.stringContaining("removed") },
    { type: "job.ended", status: "delivered" },
  ]);
  expect(receiver.types).toEqual(["job.ended"]);
});
