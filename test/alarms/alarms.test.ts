import { describe, expect, test } from "vitest";
import { raiseAlarms } from "../../src/alarms/raise-alarms.ts";
import { makeSchedule, schedulesOf } from "../scheduling.ts";
import { runStep } from "../steps.ts";
import { HOUR, MINUTE, type Ready, type World } from "../world.ts";
import { alarmsOf, HALF_HOUR, kindsOf, later, laterWorld, wireTime } from "./read-alarms.ts";

const maintenance = (world: World, { hostId }: Ready, until: number) =>
  world.put(`/api/v3/automation/hosts/${hostId}/maintenance`, {
    until: new Date(until).toISOString(),
    note: "a new disk",
  });

describe("a job that waits past its time", () => {
  test("raises one alarm of its host, which stays until it began", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { name: "Nightly" } });
    const due = world.now;
    await later(world, ready);
    expect(await alarmsOf(world, ready.projectId)).toEqual([]);
    await later(world, ready);
    const raised = await alarmsOf(world, ready.projectId);
    expect(raised).toEqual([
      {
        alarm_id: expect.any(Number),
        kind: "job_waiting",
        message: expect.stringContaining(`Job ${jobId} of schedule "Nightly" waits past its time`),
        since: wireTime(due),
        raised_at: wireTime(due + HOUR),
        host_server_id: ready.hostId,
        host_name: expect.any(String),
        schedule_id: expect.any(Number),
        schedule_name: "Nightly",
        job_id: jobId,
      },
    ]);
    await later(world, ready);
    expect(await alarmsOf(world, ready.projectId)).toEqual(raised);
    await world.report(ready.projectId, jobId, "RUNNING");
    await later(world, ready);
    expect(await alarmsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises one alarm, however many jobs of the host wait", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 3 });
    await later(world, ready, { halfHours: 2 });
    expect(await alarmsOf(world, ready.projectId)).toMatchObject([{ job_id: ready.jobIds[0] }]);
    await world.report(ready.projectId, ready.jobIds[0] ?? 0, "CANCELLED");
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual(["job_waiting"]);
  });

  test("raises none where it could not be handed out: a paused schedule, a host in maintenance, an inactive agent", async () => {
    const world = laterWorld();
    const paused = await world.ready();
    const { id } = await world.schedule(paused.projectId, paused.agentId);
    expect((await world.post(`${schedulesOf(paused.projectId)}/${id}/pause`)).status).toBe(200);
    const [maintained, inactive] = [await world.ready({ jobs: 1 }), await world.ready({ jobs: 1 })];
    expect((await maintenance(world, maintained, world.now + 5 * HOUR)).status).toBe(200);
    const agent = `/api/v3/projects/${inactive.projectId}/automation/hosts/${inactive.hostId}/agents/${inactive.agentId}`;
    expect((await world.post(`${agent}/deactivate`)).status).toBe(200);
    for (let each = 0; each < 3; each++) {
      for (const { hostId, guid } of [paused, maintained, inactive]) await world.ping(hostId, guid);
      world.advance(HALF_HOUR);
      await world.tick();
    }
    for (const { projectId } of [paused, maintained, inactive])
      expect(await kindsOf(world, projectId)).toEqual([]);
  });

  test("raises none while another run of its schedule keeps it waiting, which skips it", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const { path, jobIds } = await makeSchedule(world, ready, { cron: "*/30 * * * *", overlap: "skip" });
    expect(path).toContain("schedules");
    const [first = 0] = jobIds;
    world.advance(HALF_HOUR);
    await world.report(ready.projectId, first, "RUNNING");
    await later(world, ready, { halfHours: 4 });
    expect(await world.job(ready.projectId, first)).toMatchObject({ status: "RUNNING" });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });
});

describe("a silent host", () => {
  test("raises an alarm where it has work, which ends when it is back", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    await world.ping(ready.hostId, ready.guid);
    const heard = world.now;
    await world.schedule(ready.projectId, ready.agentId, { at: world.now + 80 * MINUTE });
    await later(world, ready, { silent: true });
    expect(await alarmsOf(world, ready.projectId)).toEqual([]);
    await later(world, ready, { silent: true });
    expect(await alarmsOf(world, ready.projectId)).toMatchObject([
      { kind: "host_silent", since: wireTime(heard), host_server_id: ready.hostId, job_id: null },
    ]);
    await later(world, ready, { silent: true });
    expect(await kindsOf(world, ready.projectId)).toEqual(["host_silent"]);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises none without work, or with work that comes later", async () => {
    const world = laterWorld();
    const [idle, early] = [await world.ready(), await world.ready()];
    await world.schedule(early.projectId, early.agentId, { at: world.now + 24 * HOUR });
    for (const { hostId, guid } of [idle, early]) await world.ping(hostId, guid);
    await later(world, idle, { halfHours: 3, silent: true });
    expect(await kindsOf(world, idle.projectId)).toEqual([]);
    expect(await kindsOf(world, early.projectId)).toEqual([]);
  });

  test("raises one in each project that has work for it, and none in maintenance", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 1 });
    const other = await world.project();
    const third = await world.project();
    const agentId = await world.agent(other, ready.hostId);
    await world.agent(third, ready.hostId);
    await world.schedule(other, agentId);
    await world.ping(ready.hostId, ready.guid);
    await later(world, ready, { halfHours: 2, silent: true });
    expect(await kindsOf(world, ready.projectId)).toContain("host_silent");
    expect(await kindsOf(world, other)).toContain("host_silent");
    expect(await kindsOf(world, third)).toEqual([]);
    await maintenance(world, ready, world.now + 5 * HOUR);
    await later(world, ready, { silent: true });
    for (const project of [ready.projectId, other]) expect(await kindsOf(world, project)).toEqual([]);
  });

  test("raises none while it may still ping in the window in which it was registered", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 1 });
    for (const minutes of [29, 1]) {
      world.advance(minutes * MINUTE);
      await world.tick();
      expect(await kindsOf(world, ready.projectId)).toEqual([]);
    }
    world.advance(HALF_HOUR);
    await world.tick();
    expect(await kindsOf(world, ready.projectId)).toContain("host_silent");
  });
});

test.each([
  ["watched_agent_id", "agents", "job_waiting"],
  ["watched_schedule_id", "schedules", "schedule_never_ran"],
])("a tick goes on where the last one stopped, by %s", async (cursor, table, kind) => {
  const world = laterWorld({ settings: { NEVER_RAN_HOURS: "1" } });
  const ready = await world.ready();
  await makeSchedule(world, ready, { cron: "0 * * * *", overlap: "allow" });
  await world.ping(ready.hostId, ready.guid);
  world.advance(3 * HOUR);
  const { DB } = world.env;
  await DB.prepare(`UPDATE site SET ${cursor} = (SELECT MAX(id) FROM ${table})`).run();
  await world.tick();
  expect(await kindsOf(world, ready.projectId)).not.toContain(kind);
  await world.tick();
  expect(await kindsOf(world, ready.projectId)).toContain(kind);
});

describe("ticks", () => {
  test("that run again, or late, raise and end nothing", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 1 });
    await later(world, ready, { halfHours: 2 });
    const raised = await alarmsOf(world, ready.projectId);
    expect(raised).toHaveLength(1);
    for (const at of [world.now, world.now - HALF_HOUR, world.now - HOUR]) await world.tick(at);
    expect(await alarmsOf(world, ready.projectId)).toEqual(raised);
  });

  test("run no statement that is not left to them", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 1 });
    await later(world, ready);
    world.advance(HALF_HOUR);
    expect(await runStep(raiseAlarms, world, { queries: 5 })).toEqual({ raised: 0, cleared: 0 });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    const { raised = 0 } = await runStep(raiseAlarms, world, { queries: 100 });
    expect(raised).toBeGreaterThan(0);
    expect(await kindsOf(world, ready.projectId)).toContain("job_waiting");
  });
});

describe("the list of alarms", () => {
  test("comes in pages, and shows no other project's", async () => {
    const world = laterWorld();
    const ready = await world.ready({ jobs: 1 });
    const other = await world.ready({ jobs: 1 });
    await later(world, ready, { halfHours: 3 });
    const all = await alarmsOf(world, ready.projectId);
    expect(all.map(({ kind }) => kind).sort()).toEqual(["job_waiting"]);
    expect((await alarmsOf(world, other.projectId)).map(({ host_server_id }) => host_server_id)).toEqual([
      other.hostId,
      other.hostId,
    ]);
    const path = `/api/v3/projects/${other.projectId}/automation/alarms`;
    const page = await world.get(`${path}?limit=1`);
    expect(page.body).toMatchObject([{ host_server_id: other.hostId }]);
    expect(page.headers.get("link")).toContain("after=");
    const token = await world.token("operator", { project_ids: [ready.projectId] });
    expect((await world.get(path, { token })).status).toBe(404);
  });
});
