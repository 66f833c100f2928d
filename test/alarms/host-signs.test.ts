import { describe, expect, test } from "vitest";
import { counting, faulty } from "../fault-injection.ts";
import { MINUTE, type Ready, type World } from "../world.ts";
import { alarmsOf, HALF_HOUR, kindsOf, later, laterWorld, wireTime } from "./read-alarms.ts";

const LOW = { free_bytes: 12_900_000, least_bytes: 1_000_000_000 };
const HOUR_MS = 3_600_000;

/** A ping that says more than that its host lives. */
const say = async (world: World, { hostId, guid }: Ready, said: object, status = 200): Promise<void> => {
  const path = `/api/v3/automation/hosts/${hostId}/ping`;
  expect(await world.post(path, { host_guid: guid, ...said })).toMatchObject({ status });
};

const waiting = (world: World, minutes: number, reports: unknown = 3) => ({
  reports_waiting: { reports, since: new Date(world.now - minutes * MINUTE).toISOString() },
});

const messagesOf = async (world: World, projectId: number): Promise<string[]> =>
  (await alarmsOf(world, projectId)).map(({ message }) => message.replace(/"[^"]*"/, "H"));

describe("what a ping says of its host", () => {
  test("raises alarms at once, in each project that the host serves, until a ping says that it is over", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const other = await world.project();
    await world.agent(other, ready.hostId);
    await world.agent(other, ready.hostId);
    const unserved = await world.project();
    await say(world, ready, { disk: LOW, clock_offset_ms: -HOUR_MS, ...waiting(world, 20) });
    for (const project of [ready.projectId, other])
      expect(await messagesOf(world, project)).toEqual([
        "Host H takes no jobs: 12 MB of its disk are free, and 1000 MB must be",
        "Reports wait on host H that the service did not take: 3",
        "The clock of host H is 3600 s behind",
      ]);
    expect(await alarmsOf(world, unserved)).toEqual([]);
    expect((await alarmsOf(world, other))[0]).toMatchObject({
      kind: "disk_low",
      since: wireTime(world.now),
      raised_at: wireTime(world.now),
      host_server_id: ready.hostId,
      schedule_id: null,
    });
    await later(world, ready);
    expect(await alarmsOf(world, other)).toHaveLength(3);
    await say(world, ready, { disk: null, clock_offset_ms: null });
    expect(await kindsOf(world, other)).toEqual(["reports_waiting"]);
    await say(world, ready, { reports_waiting: null });
    expect(await kindsOf(world, other)).toEqual([]);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("of reports that wait raises an alarm once they wait for long", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    await say(world, ready, waiting(world, 14));
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    world.advance(MINUTE);
    await say(world, ready, waiting(world, 15));
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    await later(world, ready);
    expect(await alarmsOf(world, ready.projectId)).toMatchObject([
      { kind: "reports_waiting", since: wireTime(world.now - HALF_HOUR - 15 * MINUTE) },
    ]);
  });

  test("of its clock raises an alarm from 30 s on, by its own measure or by its time", async () => {
    const world = laterWorld();
    const [own, byTime] = [await world.ready(), await world.ready()];
    await say(world, own, {
      clock_offset_ms: 29_999,
      ping_time: new Date(world.now + HOUR_MS).toISOString(),
    });
    expect(await kindsOf(world, own.projectId)).toEqual([]);
    await say(world, own, { clock_offset_ms: 30_000 });
    expect(await messagesOf(world, own.projectId)).toEqual(["The clock of host H is 30 s ahead"]);
    // A plain ping has only the time of its own that the first one of each half hour is judged by.
    await say(world, byTime, { ping_time: world.now - HOUR_MS });
    expect(await messagesOf(world, byTime.projectId)).toEqual(["The clock of host H is 3600 s behind"]);
    await later(world, byTime);
    await say(world, byTime, { ping_time: new Date(world.now).toISOString() });
    expect(await kindsOf(world, byTime.projectId)).toEqual([]);
  });

  test("in any other form does no harm, and means that nothing is wrong", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const odd: unknown[] = [
      ...["low", 7, true, [], {}, { free_bytes: -1, least_bytes: 5 }, { free_bytes: "1", least_bytes: 2 }],
      ...[
        { free_bytes: 5, least_bytes: 5 },
        { free_bytes: 1, least_bytes: 1e300 },
      ],
    ];
    for (const disk of odd) {
      await say(world, ready, { disk: LOW });
      expect(await kindsOf(world, ready.projectId)).toEqual(["disk_low"]);
      world.advance(HALF_HOUR);
      await say(world, ready, { disk });
      expect(await kindsOf(world, ready.projectId)).toEqual([]);
    }
    for (const reports_waiting of [true, { reports: 0 }, { reports: "many" }, { since: "yesterday" }])
      await say(world, ready, { reports_waiting });
    for (const clock_offset_ms of ["late", {}, true, "1e999"]) await say(world, ready, { clock_offset_ms });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
    // Reports that are to wait from a time to come wait from now on.
    await say(world, ready, waiting(world, -600));
    world.advance(HALF_HOUR);
    await world.tick();
    expect(await kindsOf(world, ready.projectId)).toContain("reports_waiting");
  });

  test("that is no news costs D1 nothing", async () => {
    const { seam, counts } = counting();
    const world = laterWorld({ seam });
    const ready = await world.ready();
    await say(world, ready, { disk: LOW });
    counts.statements.length = 0;
    await say(world, ready, { disk: { ...LOW, free_bytes: 5 }, reports_waiting: null });
    await say(world, ready, { disk: LOW, trouble: "the disk is full", clock_offset_ms: 0 });
    expect(counts.statements.filter((text) => /host_signs|alarms/.test(text))).toEqual([]);
    await say(world, ready, { disk: null });
    expect(counts.statements.filter((text) => /host_signs|alarms/.test(text))).not.toEqual([]);
  });

  test("is stored and told once, though an answer of D1 or of the host's object is lost", async () => {
    const { seam, fail, fired } = faulty();
    const world = laterWorld({ seam });
    const ready = await world.ready();
    await world.ping(ready.hostId, ready.guid);
    fail({ to: "d1", only: "host_signs", when: "after" });
    await say(world, ready, { disk: LOW });
    const [raised] = await alarmsOf(world, ready.projectId);
    expect(raised?.kind).toBe("disk_low");
    fail({ to: "object", only: "storedSigns", when: "before", times: 10 });
    await say(world, ready, waiting(world, 20), 503);
    fail();
    await say(world, ready, { disk: LOW, ...waiting(world, 20) });
    expect(fired()).toBeGreaterThan(1);
    expect(await alarmsOf(world, ready.projectId)).toMatchObject([
      { alarm_id: raised?.alarm_id },
      { kind: "reports_waiting" },
    ]);
    world.advance(HALF_HOUR);
    await say(world, ready, { disk: null, reports_waiting: null });
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("that comes and goes raises one alarm, which ends with a tick", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    const raised = [];
    for (let each = 0; each < 3; each++) {
      await say(world, ready, { disk: LOW });
      world.advance(MINUTE);
      await say(world, ready, { disk: null });
      raised.push(...(await alarmsOf(world, ready.projectId)));
    }
    expect(new Set(raised.map(({ alarm_id }) => alarm_id)).size).toBe(1);
    await later(world, ready);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });

  test("is over with the host, or with its last agent in the project", async () => {
    const world = laterWorld();
    const [retired, left] = [await world.ready(), await world.ready()];
    for (const ready of [retired, left]) await say(world, ready, { disk: LOW });
    expect((await world.delete(`/api/v3/automation/hosts/${retired.hostId}`)).status).toBe(200);
    const agent = `/api/v3/projects/${left.projectId}/automation/hosts/${left.hostId}/agents/${left.agentId}`;
    expect((await world.delete(agent)).status).toBe(200);
    world.advance(HALF_HOUR);
    await world.tick();
    for (const { projectId } of [retired, left]) expect(await kindsOf(world, projectId)).toEqual([]);
    // Whoever comes back has said nothing yet.
    const again = await world.post("/api/v3/automation/host", {
      ...{ host_name: "back", ip_address: "192.168.74.73", mac_address: "00:15:5D:4A:4D:01" },
      host_guid: retired.guid,
    });
    expect(again.body).toMatchObject({ host_server_id: retired.hostId });
    await world.agent(retired.projectId, retired.hostId);
    await say(world, retired, { disk: null });
    await later(world, retired);
    expect(await kindsOf(world, retired.projectId)).toEqual([]);
  });

  test("counts only by the guid of the host", async () => {
    const world = laterWorld();
    const ready = await world.ready();
    await world.ping(ready.hostId, ready.guid);
    await say(world, { ...ready, guid: "another" }, { disk: LOW }, 409);
    expect(await kindsOf(world, ready.projectId)).toEqual([]);
  });
});
