import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { World } from "../world.ts";
import { type Exported, exportLines, restoreAll, rowsOf } from "./copying.ts";
import { startAnew } from "./installation.ts";
import text from "./schema-17.jsonl?raw";

/* What `muster export` wrote of an installation of schema 17 after the demo. */

const [last = "", ...before] = text.trimEnd().split("\n").reverse();
const exported: Exported = { lines: before.reverse(), files: new Map() };

test("an export of an older schema is restored: each of its rows, and what came since as it is for new rows", async () => {
  expect(last).toMatch(/^\{"end":/);
  await startAnew();
  const world = new World({ now: Date.parse("2026-11-30T12:30:00Z") });
  await restoreAll(world, exported, 2);
  const now = await exportLines(world);
  for (const table of [
    "projects",
    "hosts",
    "agents",
    "test_runs",
    "schedules",
    "jobs",
    "job_history",
    "audit",
  ]) {
    const rows = rowsOf(exported.lines, table);
    expect(rows.length, table).toBeGreaterThan(0);
    expect(rowsOf(now, table), table).toEqual(rows.map((row) => expect.objectContaining(row)));
  }
  expect(rowsOf(now, "host.host")).toEqual(rowsOf(exported.lines, "host.host"));
  const jobs = await world.get("/api/v3/projects/10/automation/jobs");
  expect(jobs.body).toMatchObject([{ status: "COMPLETED" }, { status: "CANCELLED" }]);
  expect(await world.schedule(10, await world.agent(10, 1))).toMatchObject({ id: 3, jobId: 3 });
  const { results } = await env.DB.prepare("PRAGMA foreign_key_check").all();
  expect(results).toEqual([]);
});
