import { describe, expect, test } from "vitest";
import { lease, leasesIn } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { makeSchedule, tale } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const EACH_MINUTE = { cron: "* * * * *", max_runs: 6 };

/** The jobs that a poll for everything due returns. */
const due = async (world: World, { hostId }: Ready) =>
  jobsIn(await world.poll(hostId, { to: world.now + 1, headers: { "Lease-Owner": "p" } }));

/** A host with a schedule of each minute that ran its first job, and was then off for four minutes. */
const offForFourMinutes = async (facts: object = {}) => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { ...EACH_MINUTE, ...facts });
  const [first = 0] = schedule.jobIds;
  expect(await due(world, ready)).toEqual([first]);
  for (const status of ["RUNNING", "COMPLETED"]) await world.report(ready.projectId, first, status);
  world.advance(4 * MINUTE);
  return { world, ready, schedule };
};

const ONE_RUN = [
  "10:00 COMPLETED",
  "10:01 CANCELLED missed",
  "10:02 CANCELLED missed",
  "10:03 CANCELLED missed",
  "10:04 PLANNED",
  "10:05 PLANNED",
];

describe("of what came due while its host was off, one run of a schedule is made up for, the latest", () => {
  test.each(["skip", "cancel_running"])("with overlap %s", async (overlap) => {
    const { world, ready, schedule } = await offForFourMinutes({ overlap });
    expect(await due(world, ready)).toEqual([schedule.jobIds[4]]);
    expect(await tale(schedule.id)).toEqual(ONE_RUN);
    expect((await world.job(ready.projectId, schedule.jobIds[1] ?? 0)).history).toMatchObject([
      { to: "CANCELLED", by: "clock", reason: "missed" },
    ]);
  });

  test("for a host that pings or registers before it polls, and for one that leases its jobs", async () => {
    for (const first of ["ping", "register", "lease"]) {
      const { world, ready, schedule } = await offForFourMinutes();
      if (first === "ping") await world.ping(ready.hostId, ready.guid);
      const again = { host_name: "Again", ip_address: "1.1.1.1", mac_address: "00", host_guid: ready.guid };
      if (first === "register") await world.post("/api/v3/automation/hosts", again);
      const jobs =
        first === "lease"
          ? leasesIn(await lease(world, ready.hostId)).map(({ job }) => job.job_id)
          : await due(world, ready);
      expect(jobs, first).toEqual([schedule.jobIds[4]]);
      expect(await tale(schedule.id), first).toEqual(ONE_RUN);
    }
  });

  test("for one that opens a socket", async () => {
    const { world, ready, schedule } = await offForFourMinutes();
    const host = await HostSocket.ready(shareClock(world), ready.hostId, { slots: 4 });
    expect((await host.offered()).map(({ job }) => job.job_id)).toEqual([schedule.jobIds[4]]);
    expect(await tale(schedule.id)).toEqual(ONE_RUN);
  });

  test("however late that one is: a nightly run is made up for in the morning", async () => {
    const world = new World();
    const ready = await world.ready();
    const { jobIds } = await makeSchedule(world, ready, { max_runs: 2, missed_within_minutes: 5 });
    world.advance(9 * HOUR);
    expect(await due(world, ready)).toEqual([jobIds[1]]);
  });
});

test("of an outage of days, too, only the latest run is left", async () => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { cron: "* * * * *" });
  expect(await due(world, ready)).toEqual([schedule.jobIds[0]]);
  await world.report(ready.projectId, schedule.jobIds[0] ?? 0, "CANCELLED");
  for (let hours = 0; hours < 48; hours += 8) {
    world.advance(8 * HOUR);
    await world.tick();
  }
  const [latest = 0, ...others] = await due(world, ready);
  expect(others).toEqual([]);
  expect((await world.job(ready.projectId, latest)).start_date).toBe(world.now);
  expect((await tale(schedule.id)).filter((line) => line.includes("missed"))).toHaveLength(48 * 60 - 1);
});

test("overlap allow keeps every run of an outage, beside a schedule of which the latest is kept", async () => {
  const world = new World();
  const ready = await world.ready();
  const all = await makeSchedule(world, ready, { ...EACH_MINUTE, overlap: "allow" });
  const latest = await makeSchedule(world, ready, EACH_MINUTE);
  await due(world, ready);
  world.advance(4 * MINUTE);
  const kept = [...all.jobIds.slice(0, 5), latest.jobIds[4]];
  expect((await due(world, ready)).sort()).toEqual(kept.sort());
});

test("runs that were asked for by hand are kept, though planned ones of their schedule are missed", async () => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, EACH_MINUTE);
  await due(world, ready);
  const window = { from: new Date(world.now - 3 * MINUTE), to: new Date(world.now) };
  expect((await world.post(`${schedule.path}/backfill`, window)).status).toBe(201);
  world.advance(4 * MINUTE);
  await due(world, ready);
  expect((await tale(schedule.id)).slice(0, 7)).toEqual([
    ...["09:57 PLANNED", "09:58 PLANNED", "09:59 PLANNED"],
    ...["10:00", "10:01", "10:02", "10:03"].map((time) => `${time} CANCELLED missed`),
  ]);
});

test("a host that polled all the time misses nothing, though it began nothing", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobIds } = await makeSchedule(world, ready, EACH_MINUTE);
  for (let minute = 0; minute < 4; minute++) {
    expect(await due(world, ready)).toEqual([jobIds[0]]);
    world.advance(MINUTE);
  }
  expect((await tale(id)).filter((line) => line.includes("CANCELLED"))).toEqual([]);
});

test("what came due after the host was back is not missed", async () => {
  const { world, ready, schedule } = await offForFourMinutes();
  await world.ping(ready.hostId, ready.guid);
  world.advance(MINUTE);
  expect(await due(world, ready)).toEqual([schedule.jobIds[4]]);
  expect((await tale(schedule.id)).slice(4)).toEqual(["10:04 PLANNED", "10:05 PLANNED"]);
});
