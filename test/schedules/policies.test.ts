import { expect, test } from "vitest";
import { makeSchedule, tale } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START, World } from "../world.ts";

/** Runs the ticks of every half hour up to `at`. */
const tickTo = async (world: World, at: number): Promise<void> => {
  const half = 30 * MINUTE;
  for (let tick = world.now - (world.now % half) + half; tick <= at; tick += half) {
    world.now = tick;
    await world.tick();
  }
  world.now = at;
};

const agentPath = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

test("with overlap skip, what comes due behind a run is skipped, by the tick and by the run's own end", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobIds } = await makeSchedule(world, ready, { max_runs: 4 });
  const [first = 0, second = 0] = jobIds;
  await world.report(ready.projectId, first, "RUNNING");
  world.advance(HOUR + MINUTE);
  expect(jobsIn(await world.poll(ready.hostId, { to: world.now }))).toEqual([]);
  expect(await world.report(ready.projectId, second, "RUNNING")).toMatchObject({
    status: 409,
    body: { code: "overlap" },
  });
  await tickTo(world, START + 90 * MINUTE);
  expect((await tale(id)).slice(0, 2)).toEqual(["10:00 RUNNING", "11:00 CANCELLED overlap"]);
  world.now = START + 121 * MINUTE;
  await world.report(ready.projectId, first, "COMPLETED");
  expect(await tale(id)).toEqual([
    "10:00 COMPLETED",
    "11:00 CANCELLED overlap",
    "12:00 CANCELLED overlap",
    "13:00 PLANNED",
  ]);
});

test("with overlap allow, runs of one schedule stand beside each other", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobIds } = await makeSchedule(world, ready, { max_runs: 2, overlap: "allow" });
  for (const job of jobIds) {
    expect(jobsIn(await world.poll(ready.hostId, { to: world.now + 1 }))).toEqual([job]);
    expect(await world.report(ready.projectId, job, "RUNNING")).toMatchObject({ status: 200 });
    world.advance(HOUR);
  }
  expect(await tale(id)).toEqual(["10:00 RUNNING", "11:00 RUNNING"]);
});

test("with overlap cancel_running, a run that starts takes the place of the one before, and so does one that is due at the tick", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobIds } = await makeSchedule(world, ready, { max_runs: 3, overlap: "cancel_running" });
  const [first = 0, second = 0] = jobIds;
  await world.report(ready.projectId, first, "RUNNING");
  world.advance(HOUR);
  expect(jobsIn(await world.poll(ready.hostId, { to: world.now + 1 }))).toEqual([second]);
  await world.report(ready.projectId, second, "RUNNING");
  expect((await tale(id)).slice(0, 2)).toEqual(["10:00 CANCELLED overlap", "11:00 RUNNING"]);
  expect(await world.report(ready.projectId, first, "COMPLETED")).toMatchObject({ status: 409 });
  world.advance(HOUR);
  await world.ping(ready.hostId, ready.guid);
  await world.tick();
  expect((await tale(id))[1]).toBe("11:00 CANCELLED overlap");
});

test("of several due jobs of a schedule that may not overlap, a host that was there gets the earliest", async () => {
  const world = new World();
  const ready = await world.ready();
  const { jobIds } = await makeSchedule(world, ready, { max_runs: 3 });
  for (let minute = 0; minute < 180; minute++) {
    world.advance(MINUTE);
    await world.ping(ready.hostId, ready.guid);
  }
  for (const job of jobIds) {
    expect(jobsIn(await world.poll(ready.hostId, { to: world.now }))).toEqual([job]);
    expect(await world.report(ready.projectId, job, "RUNNING")).toMatchObject({ status: 200 });
    expect(jobsIn(await world.poll(ready.hostId, { to: world.now }))).toEqual([]);
    await world.report(ready.projectId, job, "COMPLETED");
  }
});

test("an unfetched job expires after its schedule's minutes; without them it never does", async () => {
  const world = new World();
  const ready = await world.ready();
  const brief = await makeSchedule(world, ready, { max_runs: 1, expire_after_minutes: 45 });
  const patient = await makeSchedule(world, ready, { max_runs: 1 });
  world.advance(45 * MINUTE);
  expect(jobsIn(await world.poll(ready.hostId))).toEqual(patient.jobIds);
  await tickTo(world, START + 24 * HOUR);
  expect(await tale(brief.id)).toEqual(["10:00 CANCELLED expired"]);
  expect(await tale(patient.id)).toEqual(["10:00 NOT_RUN overdue"]);
});

test("a paused schedule hands out nothing, and what it missed is run once or skipped when it is resumed", async () => {
  const world = new World();
  const ready = await world.ready();
  const once = await makeSchedule(world, ready, { max_runs: 5 });
  const late = await makeSchedule(world, ready, { max_runs: 5, missed_within_minutes: 5 });
  const skip = await makeSchedule(world, ready, { max_runs: 5, missed: "skip" });
  world.advance(MINUTE);
  const all = [once, late, skip];
  for (const { path } of all) {
    expect(await world.post(`${path}/pause`, { note: "maintenance" })).toMatchObject({
      body: { paused_at: "2026-03-02T10:01:00+00:00", pause_note: "maintenance" },
    });
  }
  expect(jobsIn(await world.poll(ready.hostId, { to: START + 9 * HOUR }))).toEqual([]);
  await tickTo(world, START + 2 * HOUR + 10 * MINUTE);
  for (const { path } of all) await world.post(`${path}/resume`);
  expect(await tale(once.id)).toEqual([
    "10:00 PLANNED",
    "11:00 CANCELLED missed",
    "12:00 PLANNED",
    "13:00 PLANNED",
    "14:00 PLANNED",
  ]);
  for (const { id } of [late, skip]) {
    expect((await tale(id)).slice(1, 4)).toEqual([
      "11:00 CANCELLED missed",
      "12:00 CANCELLED missed",
      "13:00 PLANNED",
    ]);
  }
});

test("pausing and resuming again and again doubles nothing and loses nothing", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "*/10 * * * *" });
  for (let turn = 0; turn < 6; turn++) {
    await world.post(`${path}/pause`);
    await world.post(`${path}/pause`);
    world.advance(turn % 2 === 0 ? 0 : 25 * MINUTE);
    await world.tick();
    await world.post(`${path}/resume`);
    await world.post(`${path}/resume`);
  }
  const times = (await tale(id)).map((job) => job.slice(0, 5));
  expect(times.slice(0, 8)).toEqual(["10:00", "10:10", "10:20", "10:30", "10:40", "10:50", "11:00", "11:10"]);
});

test("an inactive agent's jobs stay planned; activated again they are handed out, if not missed beyond the limit", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { max_runs: 4 });
  world.advance(MINUTE);
  await world.post(`${agentPath(ready)}/deactivate`);
  await tickTo(world, START + 2 * HOUR + 30 * MINUTE);
  expect(await tale(id)).toEqual(["10:00 PLANNED", "11:00 PLANNED", "12:00 PLANNED", "13:00 PLANNED"]);
  expect(jobsIn(await world.poll(ready.hostId, { to: START + 9 * HOUR }))).toEqual([]);
  await world.post(`${agentPath(ready)}/activate`);
  expect(await tale(id)).toEqual([
    "10:00 PLANNED",
    "11:00 CANCELLED missed",
    "12:00 PLANNED",
    "13:00 PLANNED",
  ]);
});

test("a deleted agent's open jobs are cancelled and its schedules paused with a note; so with a retired host", async () => {
  const world = new World();
  const deleted = await world.ready();
  const retired = await world.ready();
  const ofDeleted = await makeSchedule(world, deleted, { max_runs: 1 });
  const ofRetired = await makeSchedule(world, retired, { max_runs: 1 });
  await world.delete(agentPath(deleted));
  await world.delete(`/api/v3/automation/hosts/${retired.hostId}`);
  expect(await tale(ofDeleted.id)).toEqual(["10:00 CANCELLED agent_deleted"]);
  expect((await world.get(ofDeleted.path)).body).toMatchObject({
    pause_note: `agent ${deleted.agentId} was deleted`,
  });
  expect(await tale(ofRetired.id)).toEqual(["10:00 CANCELLED host_retired"]);
  expect((await world.get(ofRetired.path)).body).toMatchObject({
    pause_note: `host ${retired.hostId} was retired`,
  });
});

test("runs that could not be planned in time are missed: the latest is made up for, the others recorded", async () => {
  const world = new World({ settings: { HORIZON_DAYS: "1" } });
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { cron: "0 */6 * * *" });
  expect(await tale(id)).toEqual(["12:00 PLANNED", "18:00 PLANNED", "00:00 PLANNED", "06:00 PLANNED"]);
  world.now = START + 44 * HOUR + 30 * MINUTE;
  await world.tick();
  expect((await tale(id)).slice(4, 8)).toEqual([
    "12:00 CANCELLED missed",
    "18:00 CANCELLED missed",
    "00:00 CANCELLED missed",
    "06:00 PLANNED",
  ]);
});
