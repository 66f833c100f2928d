import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { pruneResults } from "../../src/results/prune-results.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "./junit.ts";

const DAY = 24 * HOUR;
const TABLES = ["runs", "reports", "tests", "results", "failures", "test_words", "files", "quarantines"];

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

test("every project has its turn, however many there are", async () => {
  const { world, ready } = await full(60);
  world.advance(11 * DAY);
  await world.tick();
  for (let ticks = 0; ticks < 6; ticks++) await prune(world);
  expect(await rowsOf(ready)).toEqual({});
});
