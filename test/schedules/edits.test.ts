import { expect, test } from "vitest";
import { iso, makeSchedule, schedulesOf, tale } from "../scheduling.ts";
import { HOUR, MINUTE, START, World } from "../world.ts";
import { edit, waiting } from "./edited.ts";

const DAY = 24 * HOUR;

test("with max_runs an edit plans the runs that a preview shows, a run that stands already being one of them", async () => {
  const world = new World({ now: START + MINUTE });
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready);
  world.now = START + HOUR - MINUTE / 2;
  const facts = { cron: "0 * * * *", max_runs: 3 };
  const { body } = await world.post(`${schedulesOf(ready.projectId)}/preview`, facts);
  expect(await edit(world, path, { agentId: ready.agentId, ...facts })).toMatchObject({ status: 200 });
  await world.tick();
  expect(await waiting(id)).toEqual(["11:00", "12:00", "13:00"]);
  expect(body).toMatchObject({
    times: [11, 12, 13].map((hour) => ({ utc: expect.stringContaining(`T${hour}:00`) })),
  });
});

test("a single run that was cancelled is planned again by an edit that leaves its start as it is", async () => {
  const world = new World();
  const ready = await world.ready();
  const start = { cron: null, start_date: iso(START + HOUR) };
  const { id, path, jobIds } = await makeSchedule(world, ready, start);
  await world.report(ready.projectId, jobIds[0] ?? 0, "CANCELLED");
  expect(await edit(world, path, { agentId: ready.agentId, ...start })).toMatchObject({ status: 200 });
  expect(await tale(id)).toEqual(["11:00 CANCELLED", "11:00 PLANNED"]);
  await edit(world, path, { agentId: ready.agentId, ...start });
  expect(await tale(id)).toEqual(["11:00 CANCELLED", "11:00 PLANNED"]);
});

test.each([
  ["a single run", { cron: null, start_date: iso(START + 3 * HOUR) }],
  ["a cron", { cron: "0 13 * * *" }],
])(
  "%s that was edited to a single run while it was paused is planned when it is resumed",
  async (_, facts) => {
    const world = new World();
    const ready = await world.ready();
    const { id, path } = await makeSchedule(world, ready, facts);
    await world.post(`${path}/pause`);
    await edit(world, path, { agentId: ready.agentId, cron: null, start_date: iso(START + 2 * HOUR) });
    expect(await waiting(id)).toEqual([]);
    await world.post(`${path}/resume`);
    expect(await waiting(id)).toEqual(["12:00"]);
    await world.post(`${path}/pause`);
    await world.post(`${path}/resume`);
    expect(await waiting(id)).toEqual(["12:00"]);
  },
);

test("a single run whose time passed while it was paused is made up for by its rule", async () => {
  for (const [missed, outcome] of [
    ["run_once", "11:00 PLANNED"],
    ["skip", "11:00 CANCELLED missed"],
  ]) {
    const world = new World();
    const ready = await world.ready();
    const facts = { cron: null, missed, start_date: iso(START + HOUR) };
    const { id, path } = await makeSchedule(world, ready, { ...facts, start_date: iso(START + 3 * HOUR) });
    await world.post(`${path}/pause`);
    await edit(world, path, { agentId: ready.agentId, ...facts });
    world.advance(90 * MINUTE);
    await world.post(`${path}/resume`);
    expect(await tale(id)).toEqual([outcome]);
  }
});

test("an edit less than a lease time before a run leaves it the run, once", async () => {
  const world = new World({ now: START - 30_000 });
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { cron: "0 12 * * *" });
  await edit(world, path, { agentId: ready.agentId, cron: "0 * * * *", max_runs: 2 });
  expect(await tale(id)).toEqual(["10:00 PLANNED", "11:00 PLANNED"]);
  await edit(world, path, { agentId: ready.agentId, cron: "0 * * * *", max_runs: 2 });
  expect(await tale(id)).toEqual(["10:00 PLANNED", "11:00 PLANNED"]);
});

test("a single run whose job was pruned is not run again by a rename", async () => {
  const world = new World();
  const ready = await world.ready();
  const facts = { cron: null, start_date: iso(START) };
  const { id, path, jobIds } = await makeSchedule(world, ready, facts);
  const [job = 0] = jobIds;
  await world.report(ready.projectId, job, "RUNNING");
  await world.report(ready.projectId, job, "COMPLETED");
  // A rerun that waits keeps the schedule.
  world.now = START + 80 * DAY;
  await world.post(`/api/v3/projects/${ready.projectId}/automation/jobs/${job}/rerun`);
  world.now = START + 91 * DAY;
  await world.tick();
  expect(await tale(id)).toEqual(["10:00 NOT_RUN overdue"]);
  expect(
    await edit(world, path, { agentId: ready.agentId, ...facts, missed_within_minutes: 500_000 }),
  ).toMatchObject({
    status: 200,
  });
  expect(await tale(id)).toEqual(["10:00 NOT_RUN overdue"]);
});
