import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Answer, jobsIn, World } from "../world.ts";

const MIB = 1024 * 1024;

/** `count` more jobs of a schedule, due at its own time. */
const repeatJob = (jobId: number, count: number) =>
  env.DB.prepare(
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, 1 + i, status, attempt, status_changed_at
     FROM jobs, n WHERE id = ?1`,
  )
    .bind(jobId, count)
    .run();

const materialsIn = (answer: Answer): number[] =>
  z
    .array(z.object({ automation_materials: z.array(z.unknown()) }))
    .parse(answer.body)
    .map(({ automation_materials }) => automation_materials.length);

const owner = (name: string) => ({ headers: { "Lease-Owner": name } });

test("a poll answers at most 1,000 jobs; those left are counted, unleased, and come once the others are reported", async () => {
  const world = new World();
  const { hostId, jobId } = await world.ready({ jobs: 1 });
  await repeatJob(jobId, 1002);
  const first = await world.poll(hostId, owner("one"));
  const answered = jobsIn(first);
  expect(answered).toHaveLength(1000);
  expect(first.headers.get("Jobs-Left")).toBe("3");
  const rival = await world.poll(hostId, owner("two"));
  expect(jobsIn(rival)).toEqual([]);
  expect(rival.headers.get("Jobs-Held")).toBe("1000");
  expect(rival.headers.get("Jobs-Left")).toBe("3");
  await env.DB.prepare("UPDATE jobs SET status = 'RUNNING' WHERE id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(answered))
    .run();
  const rest = await world.poll(hostId, owner("two"));
  expect(jobsIn(rest)).toHaveLength(3);
  expect(answered).not.toEqual(expect.arrayContaining(jobsIn(rest)));
  expect(rest.headers.get("Jobs-Left")).toBeNull();
});

test("a poll answers at most 8 MiB, of whole jobs; what is left comes once the others are reported", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const runs = Array.from({ length: 240 }, (_, index) => ({
    test_run_id: index + 1,
    test_case_name: "groovy.GebLogin",
    automation_content: "x".repeat(4000),
  }));
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, runs);
  const testRunIds = runs.map(({ test_run_id }) => test_run_id);
  const jobIds: number[] = [];
  for (let job = 0; job < 10; job++)
    jobIds.push((await world.schedule(projectId, agentId, { testRunIds })).jobId);
  const first = await world.poll(hostId);
  expect(first.text.length).toBeLessThanOrEqual(8 * MIB);
  expect(first.text.length).toBeGreaterThan(7 * MIB);
  const answered = jobsIn(first);
  expect(answered).toEqual(jobIds.slice(0, answered.length));
  expect(materialsIn(first)).toEqual(answered.map(() => 240));
  expect(first.headers.get("Jobs-Left")).toBe(String(jobIds.length - answered.length));
  for (const jobId of answered) await world.report(projectId, jobId, "RUNNING");
  expect(jobsIn(await world.poll(hostId))).toEqual(jobIds.slice(answered.length));
});

test("a poll answers at least one job, however large it is", async () => {
  const world = new World();
  const { hostId, jobIds, projectId } = await world.ready({ jobs: 2 });
  await env.DB.prepare(
    "UPDATE snapshots SET materials_bytes = ? WHERE id IN (SELECT snapshot_id FROM schedules WHERE project_id = ?)",
  )
    .bind(9 * MIB, projectId)
    .run();
  const polled = await world.poll(hostId);
  expect(jobsIn(polled)).toEqual(jobIds.slice(0, 1));
  expect(polled.headers.get("Jobs-Left")).toBe("1");
});

test("each job of one schedule carries the schedule's materials", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const run = { test_run_id: 6691, test_case_name: "groovy.GebLogin", automation_content: "groovy.GebLogin" };
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [run]);
  const { jobId } = await world.schedule(projectId, agentId, { testRunIds: [6691] });
  await repeatJob(jobId, 2);
  expect(materialsIn(await world.poll(hostId))).toEqual([1, 1, 1]);
});
