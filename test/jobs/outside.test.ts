import { describe, expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { makeSchedule, tale } from "../scheduling.ts";
import { type Answer, HOUR, jobsIn, MINUTE, type Ready, type RequestOptions, World } from "../world.ts";

const outside = ({ headers }: Answer): string | null => headers.get("Jobs-Outside");

/** Polls with a window from some milliseconds from now on, of an hour unless said otherwise. */
const poll = (
  world: World,
  { hostId }: Ready,
  { fromMs, ms = HOUR, options }: { fromMs: number; ms?: number; options?: RequestOptions },
) => world.poll(hostId, { from: world.now + fromMs, to: world.now + fromMs + ms, ...options });

describe("a poll is answered how many due jobs its window misses", () => {
  test("by a clock that is ahead, one that is behind, and a window that slides", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 2 });
    await world.schedule(ready.projectId, ready.agentId, { at: world.now + HOUR });
    world.advance(MINUTE);
    for (const fromMs of [2 * HOUR, -3 * HOUR, 0]) {
      const answer = await poll(world, ready, { fromMs });
      expect([jobsIn(answer).length, outside(answer)], `${fromMs}`).toEqual([fromMs === 0 ? 1 : 0, "2"]);
    }
    const answer = await poll(world, ready, { fromMs: -HOUR, ms: 2 * HOUR });
    expect([jobsIn(answer).length, outside(answer)]).toEqual([3, null]);
  });

  test("each time, also a poll that leases nothing; at most 100 are counted", async () => {
    const world = new World();
    const ready = await world.ready();
    await makeSchedule(world, ready, { cron: "* * * * *", overlap: "allow", max_runs: 102 });
    world.advance(101 * MINUTE);
    for (let time = 0; time < 3; time++)
      expect(outside(await poll(world, ready, { fromMs: MINUTE, ms: 10_000 }))).toBe("100");
    const window = `start_date=&end_date=${new Date(world.now - 100 * MINUTE).toISOString()}&lease=false`;
    expect(outside(await world.get(`/api/v3/automation/hosts/${ready.hostId}/jobs?${window}`))).toBe("100");
  });

  test("but not what can't be handed out: expired, paused, of an inactive agent, of another host", async () => {
    const world = new World();
    const ready = await world.ready();
    await world.ready({ jobs: 1 });
    const inactive = await world.agent(ready.projectId, ready.hostId);
    await world.schedule(ready.projectId, inactive);
    await world.post(
      `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${inactive}/deactivate`,
    );
    await makeSchedule(world, ready, { max_runs: 1, expire_after_minutes: 1 });
    const { path } = await makeSchedule(world, ready, { max_runs: 1 });
    await world.post(`${path}/pause`);
    world.advance(2 * MINUTE);
    expect(outside(await poll(world, ready, { fromMs: HOUR }))).toBeNull();
  });

  test("and not what its token may not see", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const elsewhere = await world.project();
    await world.agent(elsewhere, ready.hostId);
    const token = await world.token("host", { project_ids: [elsewhere] });
    expect(outside(await poll(world, ready, { fromMs: HOUR, ms: HOUR, options: { token } }))).toBeNull();
    expect(outside(await poll(world, ready, { fromMs: HOUR }))).toBe("1");
  });

  test("though its host's object knew that the window is empty, ten minutes later at most", async () => {
    const world = new World();
    const ready = await world.ready();
    world.advance(MINUTE);
    await world.schedule(ready.projectId, ready.agentId, { at: world.now + 2 * MINUTE });
    world.advance(MINUTE);
    expect(outside(await poll(world, ready, { fromMs: 2 * HOUR, ms: 2 * HOUR }))).toBeNull();
    world.advance(10 * MINUTE);
    for (let time = 0; time < 3; time++)
      expect(outside(await poll(world, ready, { fromMs: 2 * HOUR, ms: HOUR }))).toBe("1");
  });
});

test("of what came due while a host was off one run is left, though its window slides", async () => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { cron: "* * * * *", max_runs: 8 });
  await world.ping(ready.hostId, ready.guid);
  world.advance(4 * MINUTE + 30_000);
  const answer = await poll(world, ready, { fromMs: 0, ms: 10_000 });
  expect([jobsIn(answer), outside(answer)]).toEqual([[], "1"]);
  expect((await tale(schedule.id)).slice(0, 6)).toEqual([
    "10:00 CANCELLED missed",
    "10:01 CANCELLED missed",
    "10:02 CANCELLED missed",
    "10:03 CANCELLED missed",
    "10:04 PLANNED",
    "10:05 PLANNED",
  ]);
});

describe("a host's page says", () => {
  const pageOf = async (world: World, { hostId }: Ready) =>
    (await (await Visitor.in(world)).get(`/console/hosts/${hostId}`)).text.replace(/<[^>]*>/g, " ");
  const WAITS = "Jobs that are due wait outside of the window that it asks for";

  test("that jobs wait outside of the window that it asks for, until its polls miss none", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    await world.ping(ready.hostId, ready.guid);
    world.advance(MINUTE);
    expect(await pageOf(world, ready)).not.toContain(WAITS);
    await poll(world, ready, { fromMs: 2 * HOUR });
    expect(await pageOf(world, ready)).toContain(WAITS);
    await poll(world, ready, { fromMs: -HOUR, ms: 2 * HOUR });
    expect(await pageOf(world, ready)).not.toContain(WAITS);
    world.advance(MINUTE);
    await world.report(ready.projectId, ready.jobId, "CANCELLED");
    await world.schedule(ready.projectId, ready.agentId);
    expect(await pageOf(world, ready)).not.toContain(WAITS);
  });

  test("how far its clock is off, by the time that its pings say", async () => {
    const times: [unknown, string | null][] = [
      ["2026-03-02T12:00:00+00:00", "2 h 0 min ahead"],
      ["2026-03-02T09:58:30Z", "1 min 30 s behind"],
      ["2026-03-02T10:00:01Z", "goes right"],
      [Date.parse("2026-03-02T10:05:00Z"), "5 min 0 s ahead"],
      ["yesterday", null],
      [{ time: 1 }, null],
      [5, null],
      [null, null],
    ];
    for (const [ping_time, said] of times) {
      const world = new World();
      const ready = await world.ready();
      const body = { host_guid: ready.guid, ping_time };
      expect((await world.post(`/api/v3/automation/hosts/${ready.hostId}/ping`, body)).status).toBe(200);
      const page = await pageOf(world, ready);
      if (said === null) expect(page, String(ping_time)).not.toContain("Its clock");
      else expect(page).toContain(said);
    }
  });
});
