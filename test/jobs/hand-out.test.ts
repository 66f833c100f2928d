import { describe, expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { FAR_START, fireAlarms, lease, leasesIn, oneLease, reportUnder } from "../lease-client.ts";
import { makeSchedule, tale } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const SECOND = 1000;
const EACH_MINUTE = { cron: "* * * * *" };

const held = (answer: { headers: Headers }): string | null => answer.headers.get("Jobs-Held");

const agentPath = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

/** A ready host with a schedule of each minute from now on, and the polls of a window that slides. */
const sliding = async (facts: object = {}) => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { ...EACH_MINUTE, max_runs: 10, ...facts });
  const poll = async (ms = 30 * SECOND) =>
    jobsIn(await world.poll(ready.hostId, { from: world.now, to: world.now + ms }));
  return { world, ready, schedule, poll };
};

describe("a job of a schedule that may not overlap is handed out though an earlier one waits", () => {
  test("that is outside of a window that slides: after an outage, and after an answer that was lost", async () => {
    const { world, ready, schedule, poll } = await sliding();
    const [lost = 0, , , fourth = 0, fifth = 0] = schedule.jobIds;
    expect(await poll()).toEqual([lost]);
    world.advance(170 * SECOND);
    expect(await poll()).toEqual([fourth]);
    for (const status of ["RUNNING", "COMPLETED"]) await world.report(ready.projectId, fourth, status);
    world.advance(60 * SECOND);
    expect(await poll()).toEqual([fifth]);
  });

  test("that has expired, before the tick comes", async () => {
    const { world, ready, schedule } = await sliding({ cron: "*/10 * * * *", expire_after_minutes: 5 });
    world.advance(10 * MINUTE);
    expect(jobsIn(await world.poll(ready.hostId, { to: world.now + 1 }))).toEqual([schedule.jobIds[1]]);
  });

  test("that is for an agent of another host, which is dead", async () => {
    const { world, ready, schedule } = await sliding();
    const other = await world.host();
    const agentId = await world.agent(ready.projectId, other.id);
    world.advance(2 * SECOND);
    const put = { name: "Moved", agent_server_id: agentId, ...EACH_MINUTE };
    expect(await world.put(schedule.path, put)).toMatchObject({ status: 200 });
    world.advance(2 * MINUTE);
    expect(jobsIn(await world.poll(other.id, { to: world.now + 1 }))).toHaveLength(1);
  });

  test("that is for an agent of the same host which is inactive, or which the caller did not ask for", async () => {
    for (const how of ["inactive", "not asked for"]) {
      const { world, ready, schedule } = await sliding();
      const agentId = await world.agent(ready.projectId, ready.hostId);
      world.advance(2 * SECOND);
      const put = { name: "Moved", agent_server_id: agentId, ...EACH_MINUTE };
      expect(await world.put(schedule.path, put)).toMatchObject({ status: 200 });
      if (how === "inactive") await world.post(`${agentPath(ready)}/deactivate`);
      world.advance(2 * MINUTE);
      const asked = how === "inactive" ? {} : { agent_server_ids: [agentId] };
      const leases = leasesIn(await lease(world, ready.hostId, asked));
      expect(
        leases.map(({ job }) => job.agent_server_id),
        how,
      ).toEqual([agentId]);
    }
  });
});

test("of a schedule that may not overlap, what waits behind a run is counted as held, and the console says why", async () => {
  const { world, ready, schedule } = await sliding();
  const [first = 0, second = 0] = schedule.jobIds;
  const visitor = await Visitor.in(world);
  const page = async () =>
    (await visitor.get(`/console/projects/${ready.projectId}/jobs/${second}`)).text.replace(/<[^>]*>/g, "");
  world.advance(MINUTE);
  expect(await page()).toContain(`It waits for job ${first} of its schedule, which comes first`);
  await world.report(ready.projectId, first, "RUNNING");
  const behind = await world.poll(ready.hostId, { to: world.now + 1 });
  expect([jobsIn(behind), held(behind)]).toEqual([[], "1"]);
  expect(await page()).toContain(`It waits for job ${first} of its schedule, which runs`);
  await world.post(`${schedule.path}/pause`);
  expect(await page()).toContain("Its schedule is paused");
});

test("what waits behind others counts neither as handed out nor as left, and never keeps a poll from its bound", async () => {
  const { world, ready } = await sliding();
  const free = await world.schedule(ready.projectId, ready.agentId);
  for (let minute = 0; minute < 3; minute++) {
    world.advance(MINUTE);
    await world.ping(ready.hostId, ready.guid);
  }
  const polled = await world.poll(ready.hostId, {
    from: world.now - 3 * MINUTE,
    to: world.now + 1,
    headers: { "Lease-Owner": "p" },
  });
  expect([jobsIn(polled).length, held(polled), polled.headers.get("Jobs-Left")]).toEqual([2, "3", null]);
  expect(jobsIn(polled)).toContain(free.jobId);
});

describe("the tick leaves a run alone for a job that waits and can't be handed out", () => {
  test.each([
    ["whose schedule is paused", (path: string, _: string) => `${path}/pause`],
    ["whose agent is inactive", (_: string, agent: string) => `${agent}/deactivate`],
  ])("%s", async (_, stop) => {
    const world = new World();
    const ready = await world.ready();
    const replacing = await makeSchedule(world, ready, { overlap: "cancel_running", max_runs: 3 });
    const skipping = await makeSchedule(world, ready, { max_runs: 3 });
    for (const { jobIds } of [replacing, skipping])
      await world.report(ready.projectId, jobIds[0] ?? 0, "RUNNING");
    world.advance(30 * MINUTE);
    for (const { path } of [replacing, skipping]) await world.post(stop(path, agentPath(ready)));
    world.advance(30 * MINUTE);
    await world.ping(ready.hostId, ready.guid);
    await world.tick();
    for (const { id } of [replacing, skipping])
      expect((await tale(id)).slice(0, 2)).toEqual(["10:00 RUNNING", "11:00 PLANNED"]);
  });

  test("which has expired", async () => {
    const world = new World();
    const ready = await world.ready();
    const { id, jobIds } = await makeSchedule(world, ready, {
      overlap: "cancel_running",
      expire_after_minutes: 10,
    });
    await world.report(ready.projectId, jobIds[0] ?? 0, "RUNNING");
    world.advance(90 * MINUTE);
    await world.ping(ready.hostId, ready.guid);
    await world.tick();
    expect((await tale(id)).slice(0, 2)).toEqual(["10:00 RUNNING", "11:00 CANCELLED expired"]);
  });
});

test("the end of a run skips nothing of its schedule that can't be handed out: that is settled when it is resumed", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path, jobIds } = await makeSchedule(world, ready, { max_runs: 3 });
  await world.report(ready.projectId, jobIds[0] ?? 0, "RUNNING");
  await world.post(`${path}/pause`);
  world.advance(65 * MINUTE);
  await world.report(ready.projectId, jobIds[0] ?? 0, "COMPLETED");
  expect((await tale(id))[1]).toBe("11:00 PLANNED");
});

test("a lost run is not planned again where its schedule was deleted or paused, or its agent is inactive", async () => {
  const world = new World({ now: FAR_START });
  const stops: [string, (world: World, path: string, ready: Ready) => Promise<unknown>, string][] = [
    ["nothing", async () => {}, "PLANNED"],
    ["delete", (at, path) => at.delete(path), "FAILED"],
    ["pause", (at, path) => at.post(`${path}/pause`), "FAILED"],
    ["deactivate", (at, _, ready) => at.post(`${agentPath(ready)}/deactivate`), "FAILED"],
  ];
  for (const [what, stop, status] of stops) {
    const ready = await world.ready();
    const { path, jobIds } = await makeSchedule(world, ready, { max_runs: 1, on_lost: "requeue" });
    const { lease_id } = oneLease(await lease(world, ready.hostId));
    await reportUnder(world, {
      projectId: ready.projectId,
      jobId: jobIds[0] ?? 0,
      status: "RUNNING",
      leaseId: lease_id,
    });
    await stop(world, path, ready);
    world.advance(HOUR);
    await fireAlarms(world, ready.hostId);
    expect(await world.job(ready.projectId, jobIds[0] ?? 0), what).toMatchObject({ status });
  }
});
