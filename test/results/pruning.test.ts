import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { pruneResults } from "../../src/results/prune-results.ts";
import { counting, faulty } from "../fault-injection.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "./junit.ts";

const DAY = 24 * HOUR;
const TABLES = [
  ...["runs", "run_totals", "reports", "tests", "results", "failures", "test_words", "files", "quarantines"],
  ...["uploads", "upload_parts"],
];

/** How many rows a project's object has in each table that has some. */
const rowsOf = ({ projectId }: Ready) =>
  runInDurableObject(env.PROJECT_RESULTS.getByName(String(projectId)), (_, { storage: { sql } }) =>
    Object.fromEntries(
      TABLES.map((table) => [
        table,
        Number(sql.exec(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows),
      ]).filter(([, rows]) => rows !== 0),
    ),
  );

const keysOf = async ({ projectId }: Ready): Promise<string[]> => {
  const { objects } = await env.RESULTS.list({ prefix: `projects/${projectId}/` });
  return objects.map(({ key }) => key.split("/").slice(6, 7).join());
};

const SETTINGS = { REPORT_DAYS: "10", ARTIFACT_DAYS: "5" };

/** A run that left a report, a log and a file. */
const full = async (projectsBefore = 0) => {
  const world = new World({ settings: SETTINGS });
  for (let made = 0; made < projectsBefore; made++) await world.project();
  const ready = await running(world);
  await sendReport(world, ready, junit(...passed("one"), failed("two")));
  await world.post(`${jobPath(ready)}/attempts/1/log?offset=0&final=true`, "written\n");
  await world.put(`${jobPath(ready)}/attempts/1/artifacts/a.txt`, "x", {
    headers: { "Content-Length": "1" },
  });
  return { world, ready };
};

const prune = (world: World) => runStep(pruneResults, world, { queries: 100 });

test("logs and files go after ARTIFACT_DAYS, reports and results after REPORT_DAYS, and nothing is left behind", async () => {
  const { world, ready } = await full();
  expect((await keysOf(ready)).sort()).toEqual(["artifacts", "log", "reports"]);
  world.advance(5 * DAY);
  await prune(world);
  expect((await keysOf(ready)).length).toBe(3);
  world.advance(HOUR);
  await prune(world);
  expect(await keysOf(ready)).toEqual(["reports"]);
  expect(await rowsOf(ready)).toMatchObject({ runs: 1, results: 2, files: 1 });
  world.advance(5 * DAY);
  await prune(world);
  expect(await keysOf(ready)).toEqual([]);
  expect(await rowsOf(ready)).toEqual({});
});

test("a file that came and was never recorded as there goes after ARTIFACT_DAYS", async () => {
  const { seam, fail } = faulty();
  const world = new World({ settings: SETTINGS, seam });
  const ready = await running(world);
  fail({ to: "object", only: "noteFile", when: "before", times: 9 });
  const sent = world.put(`${jobPath(ready)}/attempts/1/artifacts/a.txt`, "x", {
    headers: { "Content-Length": "1" },
  });
  expect((await sent).status).toBe(503);
  fail();
  expect(await keysOf(ready)).toEqual(["artifacts"]);
  world.advance(5 * DAY + HOUR);
  await prune(world);
  expect(await keysOf(ready)).toEqual([]);
  expect(await rowsOf(ready)).toEqual({});
});

test("of a test whose older runs go, the later ones stay", async () => {
  const { world, ready } = await full();
  world.advance(9 * DAY);
  const later = await runAgain(world, ready);
  await sendReport(world, later, junit(...passed("two")));
  world.advance(2 * DAY);
  await prune(world);
  const { body } = await world.get(`/api/v3/projects/${ready.projectId}/automation/tests`);
  expect(body).toMatchObject([{ title: "two", recent: "p", failures: 0, failing_since_job_id: null }]);
});

/** Ticks until no project is due. */
const pruneAll = async (world: World): Promise<void> => {
  for (let ticks = 0; ticks < 9 && (await prune(world)).projects !== 0; ticks++);
};

test("every project that had a job has its turn, however many there are", async () => {
  const { world, ready } = await full(60);
  await env.DB.exec(
    "INSERT OR IGNORE INTO outcomes (project_id, day, status, jobs) SELECT id, 0, 'COMPLETED', 1 FROM projects",
  );
  world.advance(11 * DAY);
  expect(await prune(world)).toMatchObject({ projects: 50 });
  await pruneAll(world);
  expect(await rowsOf(ready)).toEqual({});
});

test("no object is called of a project that never had a job, nor of one before anything of it can be old", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const calls = async () => {
    counts.reset();
    const { projects } = await prune(world);
    return { projects, ...counts.objectCalls };
  };
  await pruneAll(world);
  for (let made = 0; made < 5; made++) await world.project();
  expect(await calls()).toEqual({ projects: 0 });
  const ready = await running(world);
  await pruneAll(world);
  await sendReport(world, ready, junit(...passed("one")));
  world.advance(5 * DAY);
  expect(await calls()).toEqual({ projects: 0 });
  await env.DB.prepare("UPDATE projects SET sweep_at = ? WHERE id <> ? AND sweep_at <= ?")
    .bind(world.now + 9 * DAY, ready.projectId, world.now + 2 * DAY)
    .run();
  world.advance(2 * DAY);
  expect(await calls()).toEqual({ projects: 1, oldest: 1 });
  expect(await calls()).toEqual({ projects: 0 });
});

test("a project whose object was unavailable has its turn an hour later, and holds up no other", async () => {
  const { seam, fail } = faulty();
  const { ready } = await full();
  const world = new World({ settings: SETTINGS, seam });
  world.advance(11 * DAY);
  fail({ to: "object", only: "oldest", when: "before", times: 9999 });
  await pruneAll(world);
  fail();
  expect(await prune(world)).toMatchObject({ projects: 0 });
  world.advance(HOUR);
  await pruneAll(world);
  expect(await rowsOf(ready)).toEqual({});
});
