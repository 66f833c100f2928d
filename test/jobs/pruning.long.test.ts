import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { pruneEnded } from "../../src/jobs/prune-ended.ts";
import { rowCounts } from "../http/rows.ts";
import { iso, jobsOf, makeSchedule, schedulesOf, tale } from "../scheduling.ts";
import { runStep } from "../steps.ts";
import { HOUR, MINUTE, type Ready, START, World } from "../world.ts";

const DAY = 24 * HOUR;
const HALF_HOUR = 30 * MINUTE;
const KEPT = 90 * DAY;
const GONE = { status: 404, body: { code: "not_found" } };

const jobPath = (projectId: number, jobId: number) =>
  `/api/v3/projects/${projectId}/automation/jobs/${jobId}`;

/** Runs a job to its end. */
const complete = async (world: World, projectId: number, jobId: number) => {
  await world.report(projectId, jobId, "RUNNING");
  expect(await world.report(projectId, jobId, "COMPLETED")).toMatchObject({ status: 200 });
};

const tickAt = async (world: World, at: number) => {
  world.now = at;
  await world.tick();
};

/** What the pruning step of one tick logs of what it removed. */
const loggedBy = async (tick: () => Promise<void>): Promise<unknown> => {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  await tick().finally(() => spy.mockRestore());
  const logged = lines.map((line): unknown => JSON.parse(line));
  return logged.find((line) => z.object({ step: z.literal("pruning") }).safeParse(line).success);
};

test("90 days after it ended a job is gone, with its history, its schedule of one run and what that ran", async () => {
  const world = new World();
  const { projectId, agentId } = await world.ready();
  const before = await rowCounts();
  const { id, jobId } = await world.schedule(projectId, agentId);
  await complete(world, projectId, jobId);
  await tickAt(world, START + KEPT);
  expect(await world.get(jobPath(projectId, jobId))).toMatchObject({ status: 200 });
  const logged = await loggedBy(() => tickAt(world, START + KEPT + HALF_HOUR));
  expect(logged).toMatchObject({ jobs: 1, history: 2, schedules: 1, snapshots: 1 });
  expect(await world.get(jobPath(projectId, jobId))).toMatchObject(GONE);
  expect(await world.get(`${schedulesOf(projectId)}/${id}`)).toMatchObject(GONE);
  const { jobs, job_history, schedules, snapshots } = await rowCounts();
  expect(before).toMatchObject({ jobs, job_history, schedules, snapshots });
  expect(await loggedBy(() => world.tick())).toMatchObject({ jobs: 0, schedules: 0, snapshots: 0 });
});

test("what is open or runs stays with its history, however old", async () => {
  const world = new World({ settings: { RUN_LIMIT_MINUTES: "0", LOST_SECONDS: String(10 * 365 * 86400) } });
  const { projectId, jobIds } = await world.ready({ jobs: 2 });
  const [waiting = 0, running = 0] = jobIds;
  await world.report(projectId, running, "RUNNING");
  await tickAt(world, START + HALF_HOUR);
  const asTheyWere = [await world.job(projectId, waiting), await world.job(projectId, running)];
  expect(asTheyWere.map(({ status }) => status)).toEqual(["NOT_RUN", "RUNNING"]);
  await tickAt(world, START + 3 * KEPT);
  expect([await world.job(projectId, waiting), await world.job(projectId, running)]).toEqual(asTheyWere);
  await world.report(projectId, running, "COMPLETED");
  await world.report(projectId, waiting, "CANCELLED");
  await tickAt(world, START + 4 * KEPT);
  for (const id of jobIds) expect(await world.get(jobPath(projectId, id))).toMatchObject({ status: 200 });
});

test("a job that was cancelled long before its time is kept until that is past as well", async () => {
  const world = new World();
  const { projectId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId, { at: START + 30 * DAY });
  await world.report(projectId, jobId, "CANCELLED");
  await tickAt(world, START + KEPT + DAY);
  expect(await world.get(jobPath(projectId, jobId))).toMatchObject({ status: 200 });
  await tickAt(world, START + 30 * DAY + KEPT + HALF_HOUR);
  expect(await world.get(jobPath(projectId, jobId))).toMatchObject(GONE);
});

test("a job whose original was pruned reads as before, with what it runs, and can run again", async () => {
  const world = new World();
  const { projectId, agentId } = await world.ready();
  const { id, jobId } = await world.schedule(projectId, agentId);
  await complete(world, projectId, jobId);
  world.advance(60 * DAY);
  const again = await world.post(`${jobPath(projectId, jobId)}/rerun`);
  const { job_id: repeat } = z.object({ job_id: z.int() }).parse(again.body);
  await complete(world, projectId, repeat);
  const asItWas = await world.get(jobPath(projectId, repeat));
  expect(asItWas.body).toMatchObject({ repeats_job_id: jobId });
  await tickAt(world, START + KEPT + DAY);
  expect(await world.get(jobPath(projectId, jobId))).toMatchObject(GONE);
  expect(await world.post(`${jobPath(projectId, jobId)}/rerun`)).toMatchObject(GONE);
  expect(await world.get(jobPath(projectId, repeat))).toMatchObject({ status: 200, body: asItWas.body });
  expect(await world.get(`${schedulesOf(projectId)}/${id}`)).toMatchObject({ status: 200 });
  expect(await world.post(`${jobPath(projectId, repeat)}/rerun`)).toMatchObject({ status: 201 });
});

test("a late report of a job that was pruned is a 404", async () => {
  const world = new World();
  const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
  await world.ping(hostId, guid);
  await world.report(projectId, jobId, "RUNNING");
  await tickAt(world, START + 2 * HOUR);
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "FAILED" });
  await tickAt(world, START + KEPT + DAY);
  expect(await world.report(projectId, jobId, "COMPLETED")).toMatchObject(GONE);
});

/** A world that keeps ended jobs for two days, with a daily schedule whose first run is completed and gone. */
const longRunning = async () => {
  const world = new World({ settings: { RETENTION_DAYS: "2", HORIZON_DAYS: "3" } });
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { cron: "0 12 * * *", overlap: "allow" });
  await tickAt(world, START + 2 * HOUR);
  await complete(world, ready.projectId, schedule.jobIds[0] ?? 0);
  for (let half = 1; half <= 8; half++) await tickAt(world, START + half * 12 * HOUR);
  return { world, ready, ...schedule };
};

const timesOf = async (scheduleId: number) =>
  (await jobsOf(scheduleId)).map(({ scheduled_at }) => iso(scheduled_at).slice(8, 13));

test("a schedule goes on where it was: no pruned run is planned again, whatever is done with it", async () => {
  const { world, ready, id, path } = await longRunning();
  expect(await timesOf(id)).toEqual(["03T12", "04T12", "05T12", "06T12", "07T12", "08T12"]);
  await world.post(`${path}/pause`);
  await world.post(`${path}/resume`);
  const facts = { name: "Daily", agent_server_id: ready.agentId, cron: "0 12 * * *", overlap: "allow" };
  expect(await world.put(path, facts)).toMatchObject({ status: 200 });
  await world.tick();
  expect((await timesOf(id)).filter((time) => time < "03T12")).toEqual([]);
  const calendar = await world.get(
    `/api/v3/projects/${ready.projectId}/automation/calendar?from=${iso(START - DAY)}&to=${iso(START + 8 * DAY)}`,
  );
  expect(calendar).toMatchObject({ status: 200, body: expect.arrayContaining([]) });
  expect(calendar.text).not.toContain("2026-03-02T12:00");
  expect(calendar.text).toContain("2026-03-03T12:00");
});

test("a window that begins before what is kept is not filled in: its runs may have been completed", async () => {
  const { world, id, path } = await longRunning();
  const fill = (from: number) => world.post(`${path}/backfill`, { from: iso(from), to: iso(world.now) });
  expect(await fill(world.now - 2 * DAY - 1000)).toMatchObject({
    status: 400,
    body: { errors: [{ field: "from" }] },
  });
  expect(await timesOf(id)).not.toContain("02T12");
  expect(await fill(world.now - 2 * DAY)).toMatchObject({ status: 201 });
});

test("what a schedule ran before it was changed goes with the last job of it, a deleted schedule with its own", async () => {
  const world = new World();
  const ready = await world.ready();
  const counted = async () => {
    const { schedules = 0, snapshots = 0 } = await rowCounts();
    return { schedules, snapshots };
  };
  const none = await counted();
  const { id, path, jobIds } = await makeSchedule(world, ready, { cron: "0 10 * * *", max_runs: 1 });
  await complete(world, ready.projectId, jobIds[0] ?? 0);
  const facts = { name: "Daily", agent_server_id: ready.agentId, cron: "0 9 * * *", overlap: "allow" };
  await world.put(path, { ...facts, start_date: iso(START + KEPT), max_runs: 1 });
  expect(await tale(id)).toEqual(["10:00 COMPLETED", "09:00 PLANNED"]);
  expect((await counted()).snapshots).toBe(none.snapshots + 2);
  await tickAt(world, START + KEPT + HALF_HOUR);
  expect((await counted()).snapshots).toBe(none.snapshots + 1);
  await world.delete(path);
  await tickAt(world, world.now + DAY + KEPT);
  expect(await counted()).toEqual(none);
});

/** That many completed jobs more like this one, a minute apart from START on. */
const addCompleted = ({ jobId }: Ready, count: number) =>
  env.DB.prepare(
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at + i * 60000, 2, 'COMPLETED', 1, scheduled_at + i * 60000
     FROM jobs, n WHERE id = ?1`,
  )
    .bind(jobId, count)
    .run();

test("pruning stops where its statements are used up, those longest past first, and the next tick goes on", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await tickAt(world, START + KEPT + 5 * DAY);
  await addCompleted(ready, 5200);
  const queries = 17;
  expect(await runStep(pruneEnded, world, { queries })).toMatchObject({ jobs: 5000 });
  const { results } = await env.DB.prepare(
    "SELECT COUNT(*) AS jobs, MIN(scheduled_at) AS oldest FROM jobs WHERE status = 'COMPLETED' AND agent_id = ?",
  )
    .bind(ready.agentId)
    .all();
  expect(results).toEqual([{ jobs: 200, oldest: START + 5001 * MINUTE }]);
  expect(await runStep(pruneEnded, world, { queries })).toMatchObject({ jobs: 200, schedules: 0 });
  expect(await runStep(pruneEnded, world, { queries })).toMatchObject({ jobs: 0 });
  expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ status: "NOT_RUN" });
});

test("one tick prunes more jobs than 80,000 hosts of 20 jobs a day end in half an hour", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await tickAt(world, START + KEPT + 40 * DAY);
  await addCompleted(ready, 34_000);
  expect(await loggedBy(() => world.tick())).toMatchObject({ jobs: 34_000 });
});

test("what a replaced schedule ran is gone with the next tick, if no job kept it", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path } = await makeSchedule(world, ready, { cron: "0 23 * * *" });
  const { snapshots } = await rowCounts();
  for (const name of ["one", "two", "three"]) {
    const facts = { name, agent_server_id: ready.agentId, cron: "0 22 * * *" };
    expect(await world.put(path, facts)).toMatchObject({ status: 200 });
  }
  expect((await rowCounts()).snapshots).toBe((snapshots ?? 0) + 3);
  expect(await loggedBy(() => world.tick())).toMatchObject({ snapshots: 3 });
  expect((await rowCounts()).snapshots).toBe(snapshots);
});
