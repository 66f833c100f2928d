import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { iso, makeSchedule, tale } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START, World } from "../world.ts";
import { edit, waiting } from "./edited.ts";

const DAY = 24 * HOUR;

const hostFacts = (guid: string) => ({
  host_name: "Again",
  ip_address: "192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: guid,
});

const agentFacts = (number: string) => ({
  name: "AGENT 1",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: number,
  active: true,
});

const agentsOf = ({ projectId, hostId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;

/** How the jobs ahead of a schedule ended, and what makes the schedule go on. */
const ENDINGS: Record<
  string,
  (at: { world: World; ready: Ready; path: string; facts: object }) => Promise<unknown>
> = {
  "its host is retired, registered again, and it is resumed": async ({ world, ready, path }) => {
    await world.delete(`/api/v3/automation/hosts/${ready.hostId}`);
    await world.post("/api/v3/automation/host", hostFacts(ready.guid));
    return world.post(`${path}/resume`);
  },
  "its agent is deleted, made again, and it is resumed": async ({ world, ready, path, facts }) => {
    const other = await world.agent(ready.projectId, ready.hostId, { agent_client_id: "gone" });
    await edit(world, path, { agentId: other, ...facts });
    await world.delete(`${agentsOf(ready)}/${other}`);
    await world.post(agentsOf(ready), agentFacts("gone"));
    return world.post(`${path}/resume`);
  },
  "its agent is deleted, and it gets another and is resumed": async ({ world, ready, path, facts }) => {
    await world.delete(`${agentsOf(ready)}/${ready.agentId}`);
    const other = await world.agent(ready.projectId, ready.hostId);
    await edit(world, path, { agentId: other, ...facts });
    return world.post(`${path}/resume`);
  },
  "it is cancelled and edited": async ({ world, ready, path, facts }) => {
    await world.post(`${path}/cancel`);
    return edit(world, path, { agentId: ready.agentId, ...facts });
  },
  "it is cancelled, paused and resumed": async ({ world, path }) => {
    await world.post(`${path}/cancel`);
    await world.post(`${path}/pause`);
    return world.post(`${path}/resume`);
  },
};

test.each(Object.entries(ENDINGS))(
  "a schedule whose jobs ahead ended is planned again: %s",
  async (_, goOn) => {
    for (const facts of [{ cron: "0 * * * *", max_runs: 3 }, { cron: "30 10,11 * * *" }]) {
      const world = new World({ now: START + MINUTE });
      const ready = await world.ready();
      const { id, path } = await makeSchedule(world, ready, facts);
      const planned = await waiting(id);
      world.advance(MINUTE);
      expect(await goOn({ world, ready, path, facts })).toMatchObject({ status: 200 });
      const expected = "max_runs" in facts ? ["11:00", "12:00", "13:00"] : ["10:30", "11:30"];
      expect((await waiting(id)).slice(0, 3)).toEqual(expect.arrayContaining(expected.slice(0, 2)));
      if ("max_runs" in facts) expect(await waiting(id)).toEqual(planned);
      await world.tick(world.now + 30 * MINUTE);
      if ("max_runs" in facts) expect(await waiting(id)).toEqual(planned);
      world.now = START + 2 * HOUR;
      expect(jobsIn(await world.poll(ready.hostId, { from: START, to: world.now + 1000 }))).toHaveLength(1);
    }
  },
);

test("what is cancelled stays so until the schedule is edited or resumed", async () => {
  const world = new World({ now: START + MINUTE });
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "0 * * * *", max_runs: 2 });
  await world.post(`${path}/cancel`);
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await waiting(id)).toEqual([]);
});

test("a resumed schedule makes up for the runs that were cancelled alone: those that wait or ran stand", async () => {
  const world = new World({ now: START + MINUTE });
  const ready = await world.ready();
  const { id, path, jobIds } = await makeSchedule(world, ready, { max_runs: 4 });
  const [first = 0, second = 0] = jobIds;
  await world.report(ready.projectId, first, "RUNNING");
  await world.report(ready.projectId, first, "COMPLETED");
  await world.report(ready.projectId, second, "CANCELLED");
  await world.post(`${path}/pause`);
  await world.post(`${path}/resume`);
  await world.tick(START + 30 * MINUTE);
  expect(await tale(id)).toEqual([
    "11:00 COMPLETED",
    "12:00 CANCELLED",
    "12:00 PLANNED",
    "13:00 PLANNED",
    "14:00 PLANNED",
  ]);
});

test.each([
  { back: 10, left: ["12:00", "13:00", "14:00"] },
  { back: 70, left: ["13:00", "14:00", "15:00"] },
])(
  "max_runs counts no run that ended with its host before it began: $back minutes later the schedule still has three",
  async ({ back, left }) => {
    const world = new World({ now: START + MINUTE });
    const ready = await world.ready();
    const { id, path, jobIds } = await makeSchedule(world, ready, { max_runs: 4 });
    world.now = START + HOUR;
    await world.report(ready.projectId, jobIds[0] ?? 0, "RUNNING");
    await world.report(ready.projectId, jobIds[0] ?? 0, "COMPLETED");
    await world.delete(`/api/v3/automation/hosts/${ready.hostId}`);
    expect(await waiting(id)).toEqual([]);
    world.advance(back * MINUTE);
    await world.post("/api/v3/automation/host", hostFacts(ready.guid));
    expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
    await world.tick(world.now + 30 * MINUTE);
    expect(await waiting(id)).toEqual(left);
    await world.tick(START + 2 * DAY);
    expect(await waiting(id)).toEqual(left);
  },
);

test("a schedule that is given another agent while it is paused makes up for a time whose job ended with the first one", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "* * * * *" });
  const other = await world.host();
  const agent_server_id = await world.agent(ready.projectId, other.id);
  const { projectId, hostId, agentId } = ready;
  await world.delete(`/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`);
  world.advance(MINUTE);
  const edit = { name: "Moved", agent_server_id, cron: "*/5 * * * *", max_runs: 3 };
  expect(await world.put(path, edit)).toMatchObject({ status: 200 });
  world.advance(29 * MINUTE);
  expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
  expect((await tale(id)).filter((line) => !line.endsWith("agent_deleted"))).toEqual([
    ...["10:05 CANCELLED missed", "10:10 CANCELLED missed"],
    "10:15 PLANNED",
  ]);
});

test("a job that was added by hand and cancelled gives a resumed schedule no run beyond max_runs", async () => {
  const world = new World({ now: START + MINUTE });
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "30 * * * *", max_runs: 1 });
  const window = { from: iso(START + HOUR), to: iso(START + 2 * HOUR) };
  const filled = z
    .array(z.object({ job_id: z.int() }))
    .parse((await world.post(`${path}/backfill`, window)).body);
  const hourly = { name: "Hourly", agent_server_id: ready.agentId, cron: "0 * * * *", max_runs: 3 };
  expect(await world.put(path, hourly)).toMatchObject({ status: 200 });
  expect(await waiting(id)).toEqual(["11:00", "11:30", "12:00", "13:00"]);
  await world.report(ready.projectId, filled[0]?.job_id ?? 0, "CANCELLED");
  await world.post(`${path}/pause`);
  expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
  await world.tick(START + 30 * MINUTE);
  expect(await waiting(id)).toEqual(["11:00", "12:00", "13:00"]);
});

test("runs that waited past their times until their host was retired are none of max_runs, once", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "*/5 * * * *", max_runs: 3, missed: "skip" });
  world.advance(36 * MINUTE);
  await world.delete(`/api/v3/automation/hosts/${ready.hostId}`);
  await world.post("/api/v3/automation/host", hostFacts(ready.guid));
  for (let time = 0; time < 2; time++) {
    expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
    expect(await waiting(id), `resume ${time + 1}`).toEqual(["10:40", "10:45", "10:50"]);
    world.advance(MINUTE);
    await world.post(`${path}/pause`);
  }
});

test("the calendar ends with the last of max_runs", async () => {
  const world = new World();
  const ready = await world.ready();
  await makeSchedule(world, ready, { cron: "0 12 * * *", max_runs: 40 });
  const month = (from: number, to: number) =>
    world.get(`/api/v3/projects/${ready.projectId}/automation/calendar?from=${iso(from)}&to=${iso(to)}`);
  const days = async (from: number, to: number) => {
    const { body } = await month(from, to);
    return Array.isArray(body) ? body.length : -1;
  };
  expect(await days(START, START + 60 * DAY)).toBe(40);
  expect(await days(START + 35 * DAY, START + 60 * DAY)).toBe(5);
  expect(await days(START + 60 * DAY, START + 90 * DAY)).toBe(0);
});

test("after a long pause one run alone is made up for, and the schedule is planned to the present at once", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, {
    cron: "* * * * *",
    missed_within_minutes: 10_000,
    overlap: "allow",
  });
  await world.post(`${path}/pause`);
  world.advance(3 * DAY);
  await world.post(`${path}/resume`);
  for (let tick = 0; tick < 3; tick++) await world.tick();
  const { results } = await env.DB.prepare(
    "SELECT COUNT(*) AS jobs, MIN(scheduled_at) AS first FROM jobs WHERE schedule_id = ? AND status IN ('PLANNED', 'NOT_RUN') AND scheduled_at < ?",
  )
    .bind(id, world.now)
    .all();
  expect(results).toEqual([{ jobs: 1, first: world.now - MINUTE }]);
  expect(jobsIn(await world.poll(ready.hostId, { from: world.now, to: world.now + 1 }))).toHaveLength(1);
});

test("the time to expire counts from when a job is there: backfilled, made up for or activated", async () => {
  const world = new World();
  const ready = await world.ready();
  const brief = { overlap: "allow", expire_after_minutes: 20, missed_within_minutes: 600 };
  const { id, path } = await makeSchedule(world, ready, { ...brief, cron: "0 * * * *" });
  await world.post(`${path}/pause`);
  world.advance(4 * HOUR + 30 * MINUTE);
  await world.tick();
  await world.post(`${path}/resume`);
  await world.post(`${path}/backfill`, { from: iso(START - 2 * HOUR), to: iso(START) });
  await world.tick();
  expect(await waiting(id)).toEqual(expect.arrayContaining(["08:00", "09:00", "14:00"]));
  expect(jobsIn(await world.poll(ready.hostId, { from: START - DAY, to: world.now }))).toHaveLength(3);
  const agent = `${agentsOf(ready)}/${ready.agentId}`;
  await world.post(`${agent}/deactivate`);
  world.advance(30 * MINUTE);
  await world.tick();
  world.advance(15 * MINUTE);
  await world.post(`${agent}/activate`);
  world.advance(19 * MINUTE);
  expect(jobsIn(await world.poll(ready.hostId, { from: world.now - HOUR, to: world.now }))).toHaveLength(1);
  world.advance(26 * MINUTE);
  await world.tick();
  expect((await tale(id)).filter((job) => /expired/.test(job))).toHaveLength(4);
});
