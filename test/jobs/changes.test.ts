import { expect, test } from "vitest";
import { Counts, standingAround, type Trip } from "../fault-injection.ts";
import { makeSchedule, tale } from "../scheduling.ts";
import { jobsIn, MINUTE, World } from "../world.ts";

const SECOND = 1000;

/** A world in which something happens, once, just before or after a call that `matches`. */
const disturbed = () => {
  let matches: (trip: Trip) => boolean = () => false;
  let disturb: () => Promise<unknown> = async () => undefined;
  let late = false;
  const counts = new Counts();
  const seam = standingAround(async (trip, go) => {
    counts.note(trip);
    if (!matches(trip)) return go();
    matches = () => false;
    if (!late) await disturb();
    const reply = await go();
    if (late) await disturb();
    return reply;
  });
  const world = new World({ seam });
  const on = (when: "before" | "after", which: (trip: Trip) => boolean, what: () => Promise<unknown>) => {
    [late, matches, disturb] = [when === "after", which, what];
  };
  /** Two polls, a minute later, the second of which may be answered by the object that there is nothing. */
  const settle = async (hostId: number) => {
    world.advance(MINUTE);
    for (const _ of [1, 2]) await world.poll(hostId);
  };
  /** Polls; whether D1 was asked, and for which jobs. */
  const poll = async (hostId: number) => {
    counts.reset();
    const jobs = jobsIn(await world.poll(hostId));
    return { jobs, askedD1: counts.d1RoundTrips > 0 };
  };
  return { world, counts, on, settle, poll };
};

const calls = (method: string) => (trip: Trip) => trip.to === "object" && trip.method === method;
const inserting = (trip: Trip) =>
  trip.to === "d1" && trip.statements.some((text) => text.includes("INSERT INTO jobs"));
const schedule = (world: World, projectId: number, agentId: number) =>
  world.post("/api/v3/automation/jobs/schedule/create", { projectId, agentId });
const fail = (error: Error) => () => Promise.reject(error);
const PASSING = new Error("D1_ERROR: Network connection lost.");
const OVERLOADED = Object.assign(new Error("the object is overloaded"), { overloaded: true });
const DEAD = new Error("the Worker died here");

test("the object learns nothing from a poll that read D1 before a job was there", async () => {
  const { world, on, poll } = disturbed();
  const { projectId, agentId, hostId } = await world.ready();
  world.advance(MINUTE);
  on("before", calls("learnNothingDue"), () => world.schedule(projectId, agentId));
  expect(await poll(hostId)).toEqual({ jobs: [], askedD1: true });
  expect((await poll(hostId)).jobs).toHaveLength(1);
});

test("the object learns nothing from a poll that read D1 during a change", async () => {
  const { world, on, poll, settle } = disturbed();
  const { projectId, agentId, hostId } = await world.ready();
  await settle(hostId);
  on("before", inserting, async () => {
    for (const _ of [1, 2]) expect(await poll(hostId)).toEqual({ jobs: [], askedD1: true });
  });
  const { jobId } = await world.schedule(projectId, agentId);
  expect((await poll(hostId)).jobs).toEqual([jobId]);
});

test("a job whose Worker died once it was there is handed out, and nothing is learned for a minute", async () => {
  const { world, on, poll, settle } = disturbed();
  const { projectId, agentId, hostId } = await world.ready();
  await settle(hostId);
  on("before", calls("endChange"), fail(DEAD));
  expect(await schedule(world, projectId, agentId)).toMatchObject({ status: 500 });
  const { jobs } = await poll(hostId);
  expect(jobs).toHaveLength(1);
  await world.report(projectId, jobs[0] ?? 0, "CANCELLED");
  const asked = [];
  for (let seconds = 0; seconds <= 70; seconds += 10) {
    asked.push((await poll(hostId)).askedD1);
    world.advance(10 * SECOND);
  }
  expect(asked).toEqual([true, true, true, true, true, true, true, false]);
});

test("a change that took two tries is left to run out: the first may still be on its way", async () => {
  const { world, counts, on } = disturbed();
  const { projectId, agentId } = await world.ready();
  counts.reset();
  await world.schedule(projectId, agentId);
  expect(counts.objectCalls).toEqual({ beginChange: 1, endChange: 1 });
  on("before", inserting, fail(PASSING));
  counts.reset();
  await world.schedule(projectId, agentId);
  expect(counts.objectCalls).toEqual({ beginChange: 1 });
});

test("a job is not made by a try that comes too late for its change", async () => {
  const { world, on } = disturbed();
  const { projectId, agentId, hostId } = await world.ready();
  on("before", inserting, () => {
    world.advance(20 * SECOND);
    return Promise.reject(PASSING);
  });
  expect(await schedule(world, projectId, agentId)).toMatchObject({ status: 503 });
  expect(jobsIn(await world.poll(hostId))).toEqual([]);
});

test("a job is not made if the host's object can't be notified of it first, and is if only the end can't be notified", async () => {
  const { world, on } = disturbed();
  const { projectId, agentId, hostId } = await world.ready();
  on("before", calls("beginChange"), fail(OVERLOADED));
  expect(await schedule(world, projectId, agentId)).toMatchObject({ status: 503 });
  expect(jobsIn(await world.poll(hostId))).toEqual([]);
  on("before", calls("endChange"), fail(OVERLOADED));
  const { jobId } = await world.schedule(projectId, agentId);
  expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
});

test("an empty poll is answered though its host's object can't learn from it", async () => {
  const { world, on } = disturbed();
  const { hostId } = await world.ready();
  world.advance(MINUTE);
  on("before", calls("learnNothingDue"), fail(OVERLOADED));
  expect(await world.poll(hostId)).toMatchObject({ status: 200, body: [] });
});

/** A schedule of one host that gets an agent of another, whose host is quiet, while a change of it begins. */
const moved = async (facts: object) => {
  const { world, on, settle, poll } = disturbed();
  const one = await world.ready();
  const other = await world.host();
  const agentId = await world.agent(one.projectId, other.id);
  const { path, id } = await makeSchedule(world, one, facts);
  const move = () =>
    world.put(path, {
      name: "Moved",
      agent_server_id: agentId,
      cron: "* * * * *",
      start_date: new Date(world.now + 20 * MINUTE).toISOString(),
      ...facts,
    });
  return { world, on, settle, poll, path, id, move, one, otherId: other.id };
};

test("a schedule that moves to another host as it is run is run there, and that host notified", async () => {
  const { world, on, settle, poll, path, move, otherId } = await moved({ cron: "0 0 1 1 *" });
  await settle(otherId);
  expect(await poll(otherId)).toEqual({ jobs: [], askedD1: false });
  on("after", calls("beginChange"), async () => {
    await move();
    await poll(otherId);
    expect(await poll(otherId)).toEqual({ jobs: [], askedD1: false });
  });
  expect(await world.post(`${path}/run-now`)).toMatchObject({ status: 201 });
  expect((await poll(otherId)).jobs).toHaveLength(1);
});

test("a job is not made on a host that a schedule just moved to, if the Worker dies before that host is notified", async () => {
  const { world, on, settle, poll, id, path, move, otherId } = await moved({ cron: "0 0 1 1 *" });
  await settle(otherId);
  on("after", calls("beginChange"), async () => {
    await move();
    on("before", calls("beginChange"), fail(DEAD));
  });
  expect(await world.post(`${path}/run-now`)).toMatchObject({ status: 500 });
  expect(await tale(id)).toEqual([]);
  expect((await poll(otherId)).jobs).toEqual([]);
});

test("a schedule that moves to another host as it is resumed goes on there, and that host is notified", async () => {
  const { world, on, settle, poll, path, move, otherId } = await moved({});
  await world.post(`${path}/pause`);
  await settle(otherId);
  expect(await poll(otherId)).toEqual({ jobs: [], askedD1: false });
  on("after", calls("beginChange"), async () => {
    await move();
    await poll(otherId);
    expect(await poll(otherId)).toEqual({ jobs: [], askedD1: false });
  });
  expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200, body: { paused_at: null } });
  expect((await poll(otherId)).jobs.length).toBeGreaterThan(0);
});
