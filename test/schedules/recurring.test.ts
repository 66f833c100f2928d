import { expect, test } from "vitest";
import { askForSchedule, jobsOf, makeSchedule, schedulesOf, tale } from "../scheduling.ts";
import { HOUR, jobsIn, START, World } from "../world.ts";

const DAY = 24 * HOUR;

test("a cron is planned to the horizon, at most 500 jobs ahead, as the preview shows", async () => {
  const world = new World();
  const ready = await world.ready();
  const berlin = { cron: "30 6 * * *", time_zone: "Europe/Berlin" };
  const daily = await makeSchedule(world, ready, berlin);
  expect(daily.times).toHaveLength(30);
  expect(daily.times[0]).toBe("2026-03-03T05:30:00+00:00");
  expect(daily.times.at(-1)).toBe("2026-04-01T04:30:00+00:00");
  const often = await makeSchedule(world, ready, { cron: "*/5 * * * *" });
  expect(often.times).toHaveLength(500);
  const preview = await world.post(`${schedulesOf(ready.projectId)}/preview`, berlin);
  expect(preview).toMatchObject({ status: 200 });
  expect(preview.body).toMatchObject({ times: daily.times.slice(0, 20).map((utc) => ({ utc })) });
  expect(preview.body).toHaveProperty("times.0.local", "2026-03-03T06:30:00+01:00");
});

test("bounds and max_runs end a schedule", async () => {
  const world = new World();
  const ready = await world.ready();
  const bounded = await makeSchedule(world, ready, {
    start_date: "2026-03-02T12:00:00+0000",
    end_date: "2026-03-02T15:00:00+0000",
  });
  expect(bounded.times.map((time) => time.slice(11, 13))).toEqual(["12", "13", "14"]);
  const counted = await makeSchedule(world, ready, { max_runs: 2 });
  expect(counted.times.map((time) => time.slice(11, 13))).toEqual(["10", "11"]);
  world.advance(40 * DAY);
  await world.tick();
  expect(await jobsOf(bounded.id)).toHaveLength(3);
  expect(await jobsOf(counted.id)).toHaveLength(2);
});

test("a single run far ahead has its job at once, and only one", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, times } = await makeSchedule(world, ready, { cron: null, start_date: "2031-01-01T00:00:00Z" });
  expect(times).toEqual(["2031-01-01T00:00:00+00:00"]);
  world.advance(31 * DAY);
  await world.tick();
  expect(await jobsOf(id)).toHaveLength(1);
});

test("the tick plans on to where the horizon then is, each run once", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { cron: "0 */6 * * *", overlap: "allow" });
  for (let day = 0; day < 5; day++) {
    world.advance(DAY);
    await world.tick();
    await world.tick();
  }
  const times = (await jobsOf(id)).map(({ scheduled_at }) => scheduled_at);
  expect(times.at(-1)).toBeGreaterThan(world.now + 29 * DAY);
  for (const [place, at] of times.entries()) expect(at).toBe(START + 2 * HOUR + place * 6 * HOUR);
});

test("materials given whole are the schedule's own; ids that are missing are given", async () => {
  const world = new World();
  const ready = await world.ready();
  const materials = [
    { test_case_name: "groovy.GebLogin", automation_content: "groovy.GebLogin", test_run_id: 6691 },
    { test_case_name: "groovy.GebLogout", automation_content: "groovy.GebLogout" },
  ];
  await makeSchedule(world, ready, {
    cron: null,
    start_date: "2026-03-02T10:00:00Z",
    automation_materials: materials,
  });
  expect((await world.poll(ready.hostId)).body).toMatchObject([
    {
      automation_materials: [
        { test_run_id: 6691, test_case_name: "groovy.GebLogin" },
        { test_run_id: 6693, test_case_name: "groovy.GebLogout" },
      ],
    },
  ]);
});

test("a schedule is read, listed, replaced and deleted; what may have been handed out stays as it was", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { max_runs: 5, overlap: "allow" });
  expect(await world.get(path)).toMatchObject({ status: 200, body: { schedule_id: id, cron: "0 * * * *" } });
  expect((await world.get(schedulesOf(ready.projectId))).body).toMatchObject([{ schedule_id: id }]);
  const replaced = await world.put(path, {
    name: "Half past",
    agent_server_id: ready.agentId,
    cron: "30 * * * *",
    max_runs: 2,
    overlap: "allow",
    automation_materials: [{ test_case_name: "a", automation_content: "a" }],
  });
  expect(replaced).toMatchObject({ status: 200, body: { name: "Half past", cron: "30 * * * *" } });
  expect(await tale(id)).toEqual(["10:00 PLANNED", "10:30 PLANNED", "11:30 PLANNED"]);
  const polled = await world.poll(ready.hostId, { from: START, to: START + 2 * HOUR });
  expect(polled.body).toMatchObject([
    { automation_materials: [] },
    { automation_materials: [{ test_case_name: "a" }] },
    { automation_materials: [{ test_case_name: "a" }] },
  ]);
  expect(await world.delete(path)).toMatchObject({ status: 200 });
  expect(await world.get(path)).toMatchObject({ status: 404 });
  expect(new Set((await tale(id)).map((job) => job.slice(6)))).toEqual(
    new Set(["CANCELLED schedule_deleted"]),
  );
});

test("a run now is a job beside the plan, and its repeat with the same key is the same one", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "0 23 * * *", max_runs: 1 });
  const headers = { "Idempotency-Key": "now" };
  const first = await world.post(`${path}/run-now`, undefined, { headers });
  expect(first).toMatchObject({ status: 201, body: { start_date: "2026-03-02T10:00:00+00:00" } });
  expect((await world.post(`${path}/run-now`, undefined, { headers })).body).toEqual(first.body);
  await world.post(`${path}/run-now`);
  expect(await tale(id)).toEqual(["10:00 PLANNED", "10:00 PLANNED", "23:00 PLANNED"]);
});

test("a backfill fills in what has no job or only a failed one, all or none", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path, jobIds } = await makeSchedule(world, ready, { max_runs: 2, overlap: "allow" });
  const [first = 0] = jobIds;
  await world.report(ready.projectId, first, "CANCELLED");
  const window = { from: "2026-03-02T08:00:00Z", to: "2026-03-02T12:00:00Z" };
  expect((await world.post(`${path}/backfill`, window)).body).toHaveLength(3);
  expect((await world.post(`${path}/backfill`, window)).body).toEqual([]);
  expect(await tale(id)).toEqual([
    "08:00 PLANNED",
    "09:00 PLANNED",
    "10:00 CANCELLED",
    "10:00 PLANNED",
    "11:00 PLANNED",
  ]);
  const long = await world.post(`${path}/backfill`, { ...window, to: "2027-03-02T12:00:00Z" });
  expect(long).toMatchObject({ status: 400, body: { errors: [{ field: "to" }] } });
  expect(await jobsOf(id)).toHaveLength(5);
});

test("the calendar has the jobs and the coming times of each day in the zone asked for", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { cron: "30 23 * * *" });
  const calendar = (query: string) =>
    world.get(`/api/v3/projects/${ready.projectId}/automation/calendar?${query}`);
  const planned = (start_date: string) => ({
    job_id: expect.any(Number),
    schedule_id: id,
    status: "PLANNED",
    start_date,
  });
  const coming = (start_date: string) => ({ schedule_id: id, start_date });
  const days = await calendar("from=2026-03-30T00:00:00Z&to=2026-04-03T00:00:00Z&time_zone=Europe/Berlin");
  expect(days.body).toEqual([
    { date: "2026-03-31", jobs: [planned("2026-03-30T23:30:00+00:00")], coming: [], skipped: [] },
    { date: "2026-04-01", jobs: [planned("2026-03-31T23:30:00+00:00")], coming: [], skipped: [] },
    { date: "2026-04-02", jobs: [], coming: [coming("2026-04-01T23:30:00+00:00")], skipped: [] },
    { date: "2026-04-03", jobs: [], coming: [coming("2026-04-02T23:30:00+00:00")], skipped: [] },
  ]);
  expect(await calendar("from=2026-03-30T00:00:00Z&to=2026-08-03T00:00:00Z")).toMatchObject({ status: 400 });
});

const material = (content: string) => ({ test_case_name: "a", automation_content: content });

test.each([
  ["cron", { cron: "0 0 30 2 *" }],
  ["cron", { cron: "* * * * * *" }],
  ["cron", { cron: "61 * * * *" }],
  ["time_zone", { time_zone: "Europe/Nowhere" }],
  ["end_date", { start_date: "2026-03-02T12:00:00Z", end_date: "2026-03-02T12:00:00Z" }],
  ["end_date", { cron: null, start_date: "2026-03-02T12:00:00Z", end_date: "2026-03-03T12:00:00Z" }],
  ["max_runs", { max_runs: 0 }],
  ["overlap", { overlap: "queue" }],
  ["missed", { missed: "all" }],
  ["expire_after_minutes", { expire_after_minutes: 1.5 }],
  ["automation_materials", { automation_materials: Array(5001).fill(material("a")) }],
  ["automation_materials", { automation_materials: [], test_run_ids: [] }],
])("a schedule whose %s is wrong is refused, and nothing is made", async (field, facts) => {
  const world = new World();
  const ready = await world.ready();
  const refused = await askForSchedule(world, ready, facts);
  expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining(field) } });
  expect((await world.get(schedulesOf(ready.projectId))).body).toEqual([]);
});

test("a look-ahead poll sees planned jobs of weeks to come", async () => {
  const world = new World();
  const ready = await world.ready();
  await makeSchedule(world, ready, { cron: "0 3 * * MON" });
  expect(jobsIn(await world.poll(ready.hostId, { to: START + 29 * DAY }))).toHaveLength(4);
});
