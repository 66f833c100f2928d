import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { flaky } from "../flaky-tests/project-runs.ts";
import { FAR_START, fireAlarms, leasedRun, renew } from "../lease-client.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, World } from "../world.ts";
import { exportAll, exportLines, restoreAll, rowsOf } from "./copying.ts";
import { startAnew } from "./installation.ts";

/* What an export has of objects. */

let world: World;

beforeEach(async () => {
  await startAnew();
  world = new World({ now: FAR_START });
});

test("a run whose lease is over when it is restored has its length again, then is lost", async () => {
  const { hostId, leaseId, projectId, jobId } = await leasedRun(world);
  const exported = await exportAll(world);
  await startAnew();
  const later = new World({ now: FAR_START + HOUR });
  await restoreAll(later, exported);
  later.advance(50_000);
  await fireAlarms(later, hostId);
  expect((await renew(later, hostId, leaseId)).status).toBe(200);
  later.advance(10 * 60_000);
  await fireAlarms(later, hostId);
  expect(await later.job(projectId, jobId)).toMatchObject({ status: "FAILED" });
});

test("a log goes on where it was, byte by byte, whatever its bytes", async () => {
  const ready = await running(world);
  const bytes = Uint8Array.from({ length: 70_000 }, (_, place) => place % 251);
  const append = (of: World, offset: number) =>
    of.post(`${jobPath(ready)}/attempts/1/log?offset=${offset}`, bytes);
  expect(await append(world, 0)).toMatchObject({ status: 200 });
  const exported = await exportAll(world);
  expect(rowsOf(exported.lines, "host.log_parts")).toHaveLength(1);
  await startAnew();
  await restoreAll(world, exported);
  const again = new World({ now: world.now });
  expect(await append(again, bytes.length)).toMatchObject({ body: { next_offset: 2 * bytes.length } });
  const stored = await runInDurableObject(env.HOST.getByName(String(ready.hostId)), (_, { storage }) =>
    storage.sql.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM log_parts ORDER BY place").toArray(),
  );
  expect(stored.map((part) => new Uint8Array(part.bytes))).toEqual([bytes, bytes]);
});

test("tests are found by their words, and failures by theirs", async () => {
  const ready = await running(world);
  await sendReport(
    world,
    ready,
    junit(
      { name: "opens the drawer", outcome: "failed", message: "it is jammed", detail: "at Drawer.open" },
      ...passed("other"),
    ),
  );
  const tests = `/api/v3/projects/${ready.projectId}/automation/tests`;
  const found = async (of: World) => [
    (await of.get(`${tests}?search=drawer`)).text,
    (await of.get(`${tests}?failure=jammed`)).text,
    (await of.get(`${tests}?failure=drawer.open`)).text,
  ];
  const before = await found(world);
  expect(before[0]).toContain("opens the drawer");
  expect(before[1]).toContain("opens the drawer");
  expect(before[2]).toContain("opens the drawer");
  const exported = await exportAll(world);
  await startAnew();
  await restoreAll(world, exported, 2);
  expect(await found(new World({ now: world.now }))).toEqual(before);
});

test("evidence of flakiness that is restored grows old as it would have", async () => {
  const first = await running(world);
  await sendReport(world, first, junit(...passed("shaky")), { query: "?build=b1" });
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(failed("shaky")), { query: "?build=b1" });
  const exported = await exportAll(world);
  await startAnew();
  await restoreAll(world, exported);
  expect(await flaky(new World({ now: world.now }), first)).toEqual(["shaky"]);
  expect(await flaky(new World({ now: world.now + 15 * 24 * HOUR }), first)).toEqual([]);
});

test("more results than one page has are all there, each once", async () => {
  const ready = await running(world);
  const names = Array.from({ length: 3000 }, (_, place) => `case ${place} ${"x".repeat(300)}`);
  await sendReport(world, ready, junit(...passed(...names)));
  let pages = 0;
  const lines = await exportLines(world, async () => {
    pages += 1;
  });
  expect(pages).toBeGreaterThan(1);
  const ids = rowsOf(lines, "project.tests").map(({ id }) => id);
  expect(new Set(ids).size).toBe(3000);
  expect(ids).toHaveLength(3000);
});
