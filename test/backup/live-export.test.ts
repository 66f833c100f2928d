import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { refusedField } from "../http/refusals.ts";
import { FAR_START } from "../lease-client.ts";
import { running } from "../results/junit.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, World } from "../world.ts";
import { type Exported, exportLines, restoreAll, rowsOf } from "./copying.ts";
import { startAnew } from "./installation.ts";
import { artifact } from "./rich-installation.ts";

/* Exports of an installation that goes on meanwhile. */

let world: World;

beforeEach(async () => {
  await startAnew();
  world = new World({ now: FAR_START });
});

const withoutFiles = (lines: string[]): Exported => ({ lines, files: new Map() });

/** Rows that make a table larger than a page. */
const fill = (table: "snapshots", rows: number, bytes: number) =>
  env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO ${table} (materials, materials_bytes, creation_key) SELECT '["' || hex(zeroblob(?2)) || '"]', ?2, 'filled ' || i FROM n`,
  )
    .bind(rows, bytes / 2)
    .run();

test("pages are of about half a megabyte, and all rows are in them, each once", async () => {
  await fill("snapshots", 40, 100_000);
  const sizes: number[] = [];
  let query = "";
  for (let more = true; more; ) {
    const answer = await world.get(`/api/v3/automation/export${query}`);
    sizes.push(answer.text.length);
    const [, address] = /<([^>]+)>/.exec(answer.headers.get("Link") ?? "") ?? [];
    more = address !== undefined;
    if (address !== undefined) query = new URL(address).search;
  }
  expect(Math.max(...sizes)).toBeLessThan(700_000);
  expect(sizes.length).toBeGreaterThan(3);
  const ids = rowsOf(await exportLines(world), "snapshots").map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 40 }, (_, place) => place + 1));
});

test("a row that is longer in JSON than a text may be is exported and restored", async () => {
  const materials = JSON.stringify(Array.from({ length: 1000 }, () => '"'.repeat(500)));
  await env.DB.prepare(
    "INSERT INTO snapshots (materials, materials_bytes, creation_key) VALUES (?, 1, 'long')",
  )
    .bind(materials)
    .run();
  await fill("snapshots", 3, 100);
  const lines = await exportLines(world);
  expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(2_000_000);
  expect(rowsOf(lines, "snapshots")).toHaveLength(4);
  await startAnew();
  await restoreAll(world, withoutFiles(lines));
  const { results } = await env.DB.prepare("SELECT materials FROM snapshots WHERE id = 1").all();
  expect(results).toEqual([{ materials }]);
});

test("a page that is asked for again, as its answer was lost, is the same", async () => {
  await fill("snapshots", 40, 100_000);
  const { headers } = await world.get("/api/v3/automation/export");
  const [, address = ""] = /<([^>]+)>/.exec(headers.get("Link") ?? "") ?? [];
  const { pathname, search } = new URL(address);
  const once = await world.get(pathname + search);
  expect(once.status).toBe(200);
  expect((await world.get(pathname + search)).text).toBe(once.text);
});

test.each(["x", "{}", "[]", "null"])("a place to go on that is none is refused: %s", async (after) => {
  refusedField(await world.get(`/api/v3/automation/export?after=${encodeURIComponent(after)}`), "after");
});

test("a place whose key is of another table is refused", async () => {
  await fill("snapshots", 40, 100_000);
  const { headers } = await world.get("/api/v3/automation/export");
  const [, address = ""] = /<([^>]+)>/.exec(headers.get("Link") ?? "") ?? [];
  const cursor: object = JSON.parse(new URL(address).searchParams.get("after") ?? "");
  const wrong = JSON.stringify({ ...cursor, key: [1, 2, 3] });
  refusedField(await world.get(`/api/v3/automation/export?after=${encodeURIComponent(wrong)}`), "after");
});

test("what comes while it is read is left out, with all that names it, and it can be restored", async () => {
  const ready = await running(world, ["adds"]);
  const { path } = await makeSchedule(world, ready);
  await fill("snapshots", 40, 100_000);
  let schedules = 0;
  const lines = await exportLines(world, async (page) => {
    if (page !== 1) return;
    // The schedules are not read yet: one gets another snapshot, and others come.
    const changed = await world.put(path, {
      name: "Changed",
      agent_server_id: ready.agentId,
      cron: "0 * * * *",
      test_run_ids: [1],
    });
    expect(changed.status, changed.text).toBe(200);
    schedules = (await makeSchedule(world, ready)).id;
    const other = await world.ready({ jobs: 1 });
    await world.report(other.projectId, other.jobId, "RUNNING");
  });
  expect(schedules).toBeGreaterThan(0);
  expect(rowsOf(lines, "schedules").map(({ id }) => id)).not.toContain(schedules);
  const snapshots = new Set(rowsOf(lines, "snapshots").map(({ id }) => id));
  for (const { snapshot_id } of rowsOf(lines, "schedules")) expect(snapshots).toContain(snapshot_id);
  expect(Math.max(...[...snapshots].map(Number))).toBeGreaterThan(41);
  await startAnew();
  await restoreAll(new World({ now: FAR_START }), withoutFiles(lines));
  const { results } = await env.DB.prepare("PRAGMA foreign_key_check").all();
  expect(results).toEqual([]);
  const next = await new World({ now: FAR_START }).project();
  expect(next).toBeGreaterThan(ready.projectId + 1);
});

test("counts are read again if the tick counts meanwhile", async () => {
  const ready = await running(world);
  await world.tick();
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  const DAYS = 100_000;
  await env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${DAYS})
     INSERT INTO outcomes (project_id, day, status, jobs) SELECT 999999999, i, 'COMPLETED', 1 FROM n`,
  ).run();
  let counted = false;
  const lines = await exportLines(world, async (_, read) => {
    if (counted || rowsOf(read, "outcomes").length === 0) return;
    // What was counted of this project is read, and the other one's is to come.
    expect(rowsOf(read, "site")).toEqual([]);
    counted = true;
    world.advance(HOUR);
    await world.tick();
  });
  expect(counted).toBe(true);
  const last = new Map(
    rowsOf(lines, "outcomes").map((row) => [`${row.project_id} ${row.day} ${row.status}`, row.jobs]),
  );
  const { results } = await env.DB.prepare("SELECT project_id, day, status, jobs FROM outcomes").all();
  for (const row of results) expect(last.get(`${row.project_id} ${row.day} ${row.status}`)).toBe(row.jobs);
  const { results: site } = await env.DB.prepare("SELECT counted_history_id FROM site").all();
  expect(rowsOf(lines, "site").at(-1)).toMatchObject({ ...site[0] });
});

test("a file is read from any byte on", async () => {
  const ready = await running(world);
  await artifact(world, ready, "a.txt", "0123456789");
  const [{ key } = {}] = rowsOf(await exportLines(world), "project.files");
  const from = (offset: number) => {
    const query = new URLSearchParams({ key: String(key), offset: String(offset) });
    return world.request("GET", `/api/v3/automation/export/file?${query}`);
  };
  const whole = await from(0);
  expect([whole.text, whole.headers.get("File-Bytes")]).toEqual(["0123456789", "10"]);
  const rest = await from(7);
  expect([rest.text, rest.headers.get("File-Bytes"), rest.headers.get("File-Etag")]).toEqual([
    "789",
    "10",
    whole.headers.get("File-Etag"),
  ]);
  refusedField(await from(11), "offset");
});
