import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE, type Ready, type World } from "../world.ts";
import { growth, newWorld, scrape } from "./scrape.ts";

const run = async (world: World, { projectId, jobId }: Pick<Ready, "projectId" | "jobId">, end: string) => {
  await world.report(projectId, jobId, "RUNNING");
  world.advance(90_000);
  await world.report(projectId, jobId, end);
};

describe("/metrics", () => {
  test("counts hosts by presence, and open jobs by status", async () => {
    const world = newWorld();
    const grown = await growth(world, async () => {
      const host = await world.ready({ jobs: 2, at: world.now + 48 * HOUR });
      await world.ready();
      await world.schedule(host.projectId, host.agentId);
      await world.ping(host.hostId, host.guid);
      await world.report(host.projectId, host.jobId, "RUNNING");
      world.advance(HOUR / 2);
      await world.ping(host.hostId, host.guid);
      await world.tick();
    });
    expect(grown('cicd_worker_count{cicd_worker_state="available"}')).toBe(1);
    expect(grown('cicd_worker_count{cicd_worker_state="offline"}')).toBe(1);
    expect(grown('muster_jobs{status="PLANNED"}')).toBe(1);
    expect(grown('muster_jobs{status="NOT_RUN"}')).toBe(1);
    expect(grown('muster_jobs{status="RUNNING"}')).toBe(1);
    expect(grown('cicd_pipeline_run_active{cicd_pipeline_run_state="pending"}')).toBe(1);
    expect(grown('cicd_pipeline_run_active{cicd_pipeline_run_state="executing"}')).toBe(1);
  });

  test("counts no planned job twice, nor one that was planned anew", async () => {
    const world = newWorld();
    const ready = await world.ready();
    const planned = 'muster_jobs{status="PLANNED"}';
    const cron = { cron: "0 * * * *", end_date: new Date(world.now + 6 * HOUR).toISOString() };
    const facts = (hour: number) => ({
      ...cron,
      start_date: new Date(world.now + hour * HOUR).toISOString(),
    });
    let path = "";
    const made = await growth(world, async () => {
      ({ path } = await makeSchedule(world, ready, facts(1)));
      for (let ticks = 0; ticks < 3; ticks++) await world.tick();
    });
    expect(made(planned)).toBe(5);
    const edited = await growth(world, async () => {
      const body = { name: "Edited", agent_server_id: ready.agentId, ...facts(4) };
      expect(await world.put(path, body)).toMatchObject({ status: 200 });
      await world.tick();
    });
    expect(edited(planned)).toBe(-3);
    const uncounted = await growth(world, async () => {
      ({ path } = await makeSchedule(world, ready, facts(1)));
      const body = { name: "Edited", agent_server_id: ready.agentId, ...facts(4) };
      expect(await world.put(path, body)).toMatchObject({ status: 200 });
      await world.tick();
    });
    expect(uncounted(planned)).toBe(2);
  });

  test("counts each end once, however often the tick runs, and how long runs took", async () => {
    const world = newWorld();
    const host = await world.ready({ jobs: 3 });
    const [completed = 0, failed = 0, cancelled = 0] = host.jobIds;
    const grown = await growth(world, async () => {
      await run(world, { ...host, jobId: completed }, "COMPLETED");
      await run(world, { ...host, jobId: failed }, "FAILED");
      await world.report(host.projectId, cancelled, "CANCELLED");
      for (let ticks = 0; ticks < 3; ticks++) await world.tick();
    });
    for (const status of ["COMPLETED", "FAILED", "CANCELLED"])
      expect(grown(`muster_jobs_ended_total{status="${status}"}`), status).toBe(1);
    const took = "cicd_pipeline_run_duration_seconds";
    const ran = (result: string) => `cicd_pipeline_run_state="executing",cicd_pipeline_result="${result}"`;
    expect(grown(`${took}_count{${ran("success")}}`)).toBe(1);
    expect(grown(`${took}_count{${ran("failure")},error_type="_OTHER"}`)).toBe(1);
    // The job that was cancelled never ran.
    expect(grown(`${took}_count{${ran("cancellation")}}`)).toBe(0);
    expect(grown(`${took}_sum{${ran("success")}}`)).toBeCloseTo(90);
    expect(grown(`${took}_bucket{${ran("success")},le="60.0"}`)).toBe(0);
    expect(grown(`${took}_bucket{${ran("success")},le="300.0"}`)).toBe(1);
    expect(grown(`${took}_bucket{${ran("success")},le="+Inf"}`)).toBe(1);
  });

  test("counts how long jobs waited for their first attempt", async () => {
    const world = newWorld();
    const { projectId, jobIds } = await world.ready({ jobs: 2 });
    const [soon = 0, late = 0] = jobIds;
    const grown = await growth(world, async () => {
      await world.report(projectId, soon, "RUNNING");
      world.advance(20_000);
      await world.report(projectId, late, "RUNNING");
      await world.tick();
    });
    expect(grown('muster_job_wait_seconds_bucket{le="1.0"}')).toBe(1);
    expect(grown('muster_job_wait_seconds_bucket{le="15.0"}')).toBe(1);
    expect(grown('muster_job_wait_seconds_bucket{le="60.0"}')).toBe(2);
    expect(grown("muster_job_wait_seconds_count")).toBe(2);
    expect(grown("muster_job_wait_seconds_sum")).toBeCloseTo(20);
  });

  test("says how long the oldest job that is due has waited, as of now", async () => {
    const world = newWorld();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    world.advance(7 * MINUTE);
    const age = "muster_oldest_due_job_age_seconds";
    expect((await scrape(world)).of(age)).toBeGreaterThanOrEqual(420);
    await world.report(projectId, jobId, "CANCELLED");
    const alone = newWorld();
    const other = await alone.ready({ jobs: 1 });
    alone.advance(3 * MINUTE);
    await alone.tick();
    const before = (await scrape(alone)).of(age);
    alone.advance(MINUTE);
    expect((await scrape(alone)).of(age) - before).toBe(60);
    await alone.report(other.projectId, other.jobId, "CANCELLED");
  });

  test("says since when each step of the tick has not run well", async () => {
    const world = newWorld();
    await world.tick();
    world.advance(5 * MINUTE);
    const { of } = await scrape(world);
    for (const step of ["presence", "planning", "metrics"])
      expect(of(`muster_tick_step_age_seconds{step="${step}"}`), step).toBe(300);
  });

  test("is not set back by an older tick that ends late", async () => {
    const world = newWorld();
    await world.tick();
    await world.tick(world.now - HOUR);
    expect((await scrape(world)).of('muster_tick_step_age_seconds{step="planning"}')).toBe(0);
  });

  test("is read by a token of its scope, which reads nothing else", async () => {
    const world = newWorld();
    const token = await world.token("metrics");
    expect((await scrape(world, token)).status).toBe(200);
    const others = createApp(() => world.now).routes.filter(
      ({ method, path }) => method !== "ALL" && path.startsWith("/api/v3") && !path.endsWith("/socket"),
    );
    expect(others.length).toBeGreaterThan(60);
    for (const { method, path } of others) {
      const { status } = await world.request(method, path.replace(/:(\w+)(?:\{[^}]*\})?/g, "1"), { token });
      expect(status, `${method} ${path}`).toBe(403);
    }
    for (const scope of ["operator", "host"] as const)
      expect((await scrape(world, await world.token(scope))).status, scope).toBe(403);
    expect((await world.get("/metrics", { token: null })).status).toBe(401);
  });

  test("is of all projects, so that its token can't be limited to some", async () => {
    const world = newWorld();
    const body = { name: "limited", scope: "metrics", project_ids: [await world.project()] };
    expect(await world.post("/api/v3/tokens", body)).toMatchObject({ status: 400 });
  });
});
