import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { counting } from "../fault-injection.ts";
import { fireAlarmWith } from "../faults/object-d1.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, World } from "../world.ts";
import { issued } from "./issued.ts";
import { faultsIn, needlessFor, refusalsOf } from "./judge.ts";

const world = new World({ now: FAR_START });

/** What is said of one statement. */
const judge = async (text: string, values = 0): Promise<string[]> =>
  refusalsOf(await faultsIn(new Map([[text, values]])));

describe("the judge of plans refuses", () => {
  test.each([
    ["a table read from end to end", "SELECT id FROM jobs WHERE attempt = 2", "SCAN jobs"],
    ["one under another name", "SELECT id FROM jobs j WHERE attempt = 2", "SCAN j"],
    ["an index read from end to end", "SELECT COUNT(*) FROM tokens", "SCAN tokens USING"],
    ["one within a statement", "SELECT 1 WHERE EXISTS (SELECT 1 FROM hosts WHERE name = 'x')", "SCAN hosts"],
    ["one before a write", "DELETE FROM agents WHERE name = 'x'", "SCAN agents"],
    ["rows sorted", "SELECT id FROM jobs WHERE host_id = 1 ORDER BY attempt", "USE TEMP B-TREE"],
    ["rows grouped", "SELECT 1 FROM jobs WHERE host_id = 1 GROUP BY attempt", "USE TEMP B-TREE"],
    ["no condition", "UPDATE jobs SET attempt = 2", "SCAN jobs"],
  ])("%s", async (_, text, line) => {
    expect(await judge(text)).toContainEqual(expect.stringContaining(line));
  });

  test("a plan that D1 makes with statistics of large tables, though not without them", async () => {
    const all = "SELECT id FROM hosts WHERE presence IN ('Online', 'Offline') AND name = 'x'";
    expect(await faultsIn(new Map([[all, 0]]))).toMatchObject([{ line: "SCAN hosts", knowing: true }]);
  });

  test("the condition of a partial index that is bound where it must be said", async () => {
    const over = (status: string) => `SELECT id FROM jobs WHERE status = ${status} AND run_until <= 5`;
    expect(await judge(over("'RUNNING'"))).toEqual([]);
    expect(await judge(over("?"), 1)).toEqual([expect.stringContaining("SCAN jobs")]);
  });
});

test.each([
  ["a row by its key", "SELECT * FROM jobs WHERE id = 1"],
  ["rows by an index, in its order", "SELECT id FROM jobs WHERE project_id = 1 AND id > 5 ORDER BY id"],
  ["values that came with it", "SELECT value FROM json_each('[1,2]')"],
  ["the one row of the site", "SELECT checked_at FROM site"],
  [
    "a table made on the way",
    "WITH few AS MATERIALIZED (SELECT id FROM jobs WHERE id = 1) SELECT id FROM few",
  ],
])("the judge of plans lets pass: %s", async (_, text) => {
  expect(await judge(text)).toEqual([]);
});

test("the statements of the Worker, its tick and a host's object are checked, those of a test are not", async () => {
  const { seam, counts } = counting();
  const seen = new World({ seam, now: world.now });
  const { projectId, hostId, jobId } = await seen.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(seen, hostId));
  await reportUnder(seen, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  await seen.tick();
  await env.DB.prepare("SELECT 'a test'").bind().all();
  expect(counts.statements.length).toBeGreaterThan(40);
  expect(counts.statements.filter((text) => !issued.has(text))).toEqual([]);
  expect(issued.has("SELECT 'a test'")).toBe(false);
  const ofAlarms = () => [...issued.keys()].filter((text) => text.includes("'requeue'"));
  expect(ofAlarms()).toEqual([]);
  seen.advance(HOUR);
  expect(await fireAlarmWith(seen, hostId, { seam: (plain) => plain })).toBe(true);
  expect(ofAlarms()).not.toEqual([]);
});

test("every allowed exception is used", async () => {
  const ready = await world.ready();
  const project = `/api/v3/projects/${ready.projectId}/automation`;
  const run = { test_run_id: 1, test_case_name: "one", automation_content: "one" };
  expect(await world.post(`${project}/test-runs`, [run])).toMatchObject({ status: 201 });
  const { path } = await makeSchedule(world, ready, { test_run_ids: [1] });
  expect(await world.post(`${path}/run-now`)).toMatchObject({ status: 201 });
  await world.poll(ready.hostId);
  const window = [world.now, world.now + HOUR].map((at) => new Date(at).toISOString());
  const calendar = await world.get(`${project}/calendar?from=${window[0]}&to=${window[1]}`);
  expect(calendar).toMatchObject({ status: 200 });
  const listed = await world.get(`${project}/jobs?from=${window[0]}&to=${window[1]}`);
  expect(listed).toMatchObject({ status: 200 });
  expect(await world.get("/api/v3/audit?order=newest")).toMatchObject({ status: 200 });
  const stretch = await world.get(`/api/v3/audit?from=${window[0]}&to=${window[1]}&order=newest`);
  expect(stretch.status).toBe(200);
  for (const one of [`from=${window[0]}`, `to=${window[1]}`])
    for (const order of ["oldest", "newest"])
      expect(await world.get(`/api/v3/audit?${one}&order=${order}`)).toMatchObject({ status: 200 });
  expect(await world.post("/api/v3/automation/automation-agents")).toMatchObject({ status: 200 });
  await world.tick();
  expect((await world.text("GET", "/metrics")).status).toBe(200);
  const exported = await world.get("/api/v3/automation/export");
  expect(exported).toMatchObject({ status: 200, text: expect.stringContaining("sqlite_sequence") });
  const visitor = await Visitor.in(world);
  const schedule = path.replace("/api/v3", "").replace("/automation", "");
  for (const page of [
    "",
    "/hosts",
    "/jobs",
    "/jobs?status=RUNNING",
    "/schedules",
    "/schedules?host=1",
    schedule,
    "/calendar",
  ])
    expect(await visitor.get(`/console${page}`)).toMatchObject({ status: 200 });
  expect(needlessFor(await faultsIn(issued))).toEqual([]);
});
