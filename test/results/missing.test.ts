import { expect, test } from "vitest";
import { z } from "zod";
import { pruneResults } from "../../src/results/prune-results.ts";
import { FAR_START, fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { jobPath, junit, passed, sendReport } from "./junit.ts";

const LOST_MS = 120_000;

/** A job of the test runs `a` and `b`, which is tried twice. */
const twice = async (world: World) => {
  const ready = await world.ready();
  const { projectId, agentId } = ready;
  const runs = ["a", "b"].map((name, place) => ({
    test_run_id: place + 1,
    test_case_name: name,
    automation_content: `suite.${name}`,
  }));
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, runs);
  const facts = { on_lost: "requeue", max_attempts: 2 };
  return { ...ready, ...(await world.schedule(projectId, agentId, { testRunIds: [1, 2], facts })) };
};

/** Begins an attempt, and sends a report of it. */
const begin = async (world: World, { projectId, hostId, jobId }: Ready & { jobId: number }) => {
  const { lease_id } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  return (attempt: number, report: string) =>
    sendReport(world, { projectId, jobId }, report, { attempt, query: `?lease_id=${lease_id}` });
};

test("what is missing is said of each attempt by its own reports, and not of one without a report", async () => {
  const world = new World({ now: FAR_START });
  const ready = await twice(world);
  const missing = async (query = "") => {
    const { body } = await world.get(`${jobPath(ready)}/results?outcome=missing${query}`);
    return z
      .array(z.looseObject({ title: z.string() }))
      .parse(body)
      .map(({ title }) => title);
  };
  const first = await begin(world, ready);
  expect(await missing()).toEqual([]);
  expect(await first(1, junit(...passed("a")))).toMatchObject({ status: 200 });
  expect(await missing()).toEqual(["b"]);
  world.advance(LOST_MS);
  await fireAlarms(world, ready.hostId);
  expect(await missing()).toEqual([]);
  expect(await missing("&attempt=1")).toEqual(["b"]);
  const second = await begin(world, ready);
  expect(await missing()).toEqual([]);
  expect(await second(2, junit(...passed("b")))).toMatchObject({ status: 200 });
  expect(await missing()).toEqual(["a"]);
  expect(await missing("&attempt=1")).toEqual(["b"]);
});

test("a report without tests misses all, and one removed because of its age none", async () => {
  const world = new World({ now: FAR_START, settings: { REPORT_DAYS: "10" } });
  const ready = await twice(world);
  const send = await begin(world, ready);
  await send(1, "<testsuites/>");
  const path = `${jobPath(ready)}/results?outcome=missing`;
  expect((await world.get(path)).body).toHaveLength(2);
  world.advance(11 * 24 * HOUR);
  await runStep(pruneResults, world, { queries: 100 });
  expect((await world.get(path)).body).toEqual([]);
});
