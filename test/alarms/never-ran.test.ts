import { describe, expect, test } from "vitest";
import { iso, jobsOf, makeSchedule } from "../scheduling.ts";
import { HOUR } from "../world.ts";
import { alarmsOf, HALF_HOUR, kindsOf, later, laterWorld } from "./read-alarms.ts";

describe("a schedule of which no run began", () => {
  /** A cron schedule on a host that is alive and takes nothing, a day and an hour later. */
  const neverRan = async (facts: Record<string, unknown> = {}) => {
    const world = laterWorld({ settings: { JOB_WAIT_MINUTES: "100000" } });
    const ready = await world.ready();
    const { path, id, jobIds } = await makeSchedule(world, ready, {
      ...{ name: "Nightly", cron: "0 11 * * *", overlap: "allow" },
      ...facts,
    });
    await world.ping(ready.hostId, ready.guid);
    world.advance(25 * HOUR);
    await world.ping(ready.hostId, ready.guid);
    world.advance(HALF_HOUR);
    await world.tick();
    return { world, ready, path, id, jobIds };
  };

  test("raises an alarm a day after its first time, which ends with its first run", async () => {
    const { world, ready, id, jobIds } = await neverRan();
    expect(await alarmsOf(world, ready.projectId)).toMatchObject([
      {
        kind: "schedule_never_ran",
        message: 'Schedule "Nightly" never ran',
        schedule_id: id,
        schedule_name: "Nightly",
        host_server_id: null,
      },
    ]);
    await world.report(ready.projectId, jobIds[1] ?? 0, "RUNNING");
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    await world.report(ready.projectId, jobIds[1] ?? 0, "COMPLETED");
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises none before that day is over", async () => {
    const world = laterWorld({ settings: { JOB_WAIT_MINUTES: "100000" } });
    const ready = await world.ready();
    await makeSchedule(world, ready, { cron: "0 11 * * *" });
    world.advance(24 * HOUR);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual(["schedule_never_ran"]);
  });

  test("raises none whose runs a blackout left out", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const { id } = await makeSchedule(world, ready, { cron: "0 11 * * *" });
    const window = { from: iso(world.now), to: iso(world.now + 5 * 24 * HOUR) };
    const blackouts = `/api/v3/projects/${ready.projectId}/automation/blackouts`;
    expect((await world.post(blackouts, { name: "The lab moves", ...window })).status).toBe(201);
    await later(world, ready);
    world.advance(48 * HOUR);
    await later(world, ready);
    expect((await jobsOf(id))[0]).toMatchObject({ status: "CANCELLED", status_reason: "blackout" });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises none that another run of it kept from running, though that one is no longer known", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const { id, jobIds } = await makeSchedule(world, ready, { cron: "0 11 * * *", overlap: "skip" });
    const [first = 0] = jobIds;
    world.advance(HOUR);
    await world.report(ready.projectId, first, "RUNNING");
    world.advance(25 * HOUR);
    await world.report(ready.projectId, first, "COMPLETED");
    await world.env.DB.prepare("UPDATE jobs SET started_at = NULL WHERE id = ?").bind(first).run();
    await later(world, ready);
    expect((await jobsOf(id))[1]).toMatchObject({ status: "CANCELLED", status_reason: "overlap" });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises none that is paused, and ends when it is", async () => {
    const { world, ready, path } = await neverRan();
    expect((await world.post(`${path}/pause`)).status).toBe(200);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("raises none that runs once: its job that waits says so", async () => {
    const world = laterWorld({ settings: { JOB_WAIT_MINUTES: "100000" } });
    const ready = await world.ready({ jobs: 1 });
    world.advance(25 * HOUR);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });
});
