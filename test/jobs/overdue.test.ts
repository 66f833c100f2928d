import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { CLOCK_BATCH } from "../../src/jobs/sweep-store.ts";
import { jobsIn, MINUTE, START, World } from "../world.ts";

const HALF_HOUR = 30 * MINUTE;

test("a planned job becomes NOT_RUN when its time passed 30 minutes ago, with a line of history", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  world.advance(HALF_HOUR - 1);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED", history: [] });
  world.advance(1);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({
    status: "NOT_RUN",
    attempt: 1,
    history: [
      { at: "2026-03-02T10:30:00+00:00", from: "PLANNED", to: "NOT_RUN", by: "clock", reason: "overdue" },
    ],
  });
});

test("a job whose time passed less than 30 minutes before the tick stays PLANNED until the next", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1, at: START + 1000 });
  world.advance(HALF_HOUR);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED" });
  world.advance(HALF_HOUR);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "NOT_RUN" });
});

test("a NOT_RUN job is still handed out, as NOT_RUN, and can be run", async () => {
  const world = new World();
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  world.advance(HALF_HOUR);
  await world.tick();
  expect(await world.poll(hostId)).toMatchObject({ body: [{ job_id: jobId, status: "NOT_RUN" }] });
  expect(await world.report(projectId, jobId, "RUNNING")).toMatchObject({ status: 200 });
});

test("a tick that runs twice marks a job once, and a late one at the time it was due", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  world.advance(HALF_HOUR + 20 * MINUTE);
  for (const _ of ["once", "twice"]) await world.tick();
  const { history } = await world.job(projectId, jobId);
  expect(history.map(({ at, to }) => `${at} ${to}`)).toEqual(["2026-03-02T10:30:00+00:00 NOT_RUN"]);
});

test.each(["RUNNING", "COMPLETED", "CANCELLED"])("a job that is %s is left as it is", async (status) => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  if (status === "COMPLETED") await world.report(projectId, jobId, "RUNNING");
  await world.report(projectId, jobId, status);
  const before = await world.job(projectId, jobId);
  world.advance(HALF_HOUR);
  await world.tick();
  expect(before.status).toBe(status);
  expect(await world.job(projectId, jobId)).toEqual(before);
});

test("one tick marks more jobs than one batch holds, each once", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  await env.DB.prepare(
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, 1 + i, status, attempt, status_changed_at
     FROM jobs, n WHERE id = ?1`,
  )
    .bind(jobId, CLOCK_BATCH + 10)
    .run();
  world.advance(HALF_HOUR);
  await world.tick();
  const counted = await env.DB.prepare(
    `SELECT status, COUNT(*) AS jobs, (SELECT COUNT(*) FROM job_history WHERE job_id IN
       (SELECT id FROM jobs WHERE project_id = ?1)) AS history
     FROM jobs WHERE project_id = ?1 GROUP BY status`,
  )
    .bind(projectId)
    .all();
  const jobs = CLOCK_BATCH + 11;
  expect(counted.results).toEqual([{ status: "NOT_RUN", jobs, history: jobs }]);
});

test("the jobs of an agent that is not active stay planned", async () => {
  const world = new World();
  const { projectId, hostId, agentId, jobId } = await world.ready({ jobs: 1 });
  const agent = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;
  await world.post(`${agent}/deactivate`);
  world.advance(HALF_HOUR);
  await world.tick();
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED" });
  expect(jobsIn(await world.poll(hostId))).toEqual([]);
});
