import { describe, expect, test } from "vitest";
import { standingAround } from "../fault-injection.ts";
import { type Answer, type Ready, World } from "../world.ts";
import { refusalIn } from "./refusals.ts";
import { rowCounts } from "./rows.ts";

/** A seam whose next `times` round trips to D1 fail with this text, before or after they took effect. */
const failing = () => {
  const fault = { text: "", left: 0, after: false, failed: 0 };
  const seam = standingAround(async (trip, go) => {
    if (trip.to !== "d1" || fault.left === 0) return go();
    fault.left -= 1;
    fault.failed += 1;
    if (fault.after) await go();
    throw new Error(fault.text);
  });
  const fail = (text: string, left: number, after = false) =>
    Object.assign(fault, { text, left, after, failed: 0 });
  return { seam, fail, fault };
};

const LOST = "D1_ERROR: Network connection lost.";

const CALLS: Record<string, (world: World, ready: Ready) => Promise<Answer>> = {
  "reading a project": (world, { projectId }) => world.get(`/api/v3/projects/${projectId}`),
  "making a project": (world) => world.post("/api/v3/projects", { name: "x" }),
  "registering a host": (world) =>
    world.post("/api/v3/automation/host", {
      host_name: "x",
      ip_address: "x",
      mac_address: "x",
      host_guid: crypto.randomUUID(),
    }),
  "bringing in a test run": (world, { projectId }) =>
    world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [
      { test_case_name: "x", automation_content: "x" },
    ]),
  scheduling: (world, { projectId, agentId }) =>
    world.post("/api/v3/automation/jobs/schedule/create", { projectId, agentId }),
  polling: (world, { hostId }) => world.poll(hostId),
  cancelling: (world, { projectId, jobId }) => world.report(projectId, jobId, "CANCELLED"),
  "making a token": (world) => world.post("/api/v3/tokens", { name: "x", scope: "host" }),
  health: (world) => world.get("/health"),
};

describe.each(Object.entries(CALLS))("503: %s", (_, call) => {
  test("is tried again, and answers as usual, while storage fails fewer than 5 times", async () => {
    for (const after of [false, true]) {
      const { seam, fail, fault } = failing();
      const world = new World({ seam });
      const ready = await world.ready({ jobs: 1 });
      const before = await rowCounts();
      fail(LOST, 4, after);
      const answer = await call(world, ready);
      expect(fault.failed).toBe(4);
      expect(answer.status, answer.text).toBeLessThan(300);
      const rows = await rowCounts();
      expect(Object.keys(rows).filter((table) => Number(rows[table]) > Number(before[table]) + 1)).toEqual(
        [],
      );
    }
  });

  test("is 503 with Retry-After, and nothing half done, when storage fails 5 times", async () => {
    const { seam, fail, fault } = failing();
    const world = new World({ seam });
    const ready = await world.ready({ jobs: 1 });
    const before = await rowCounts();
    fail(LOST, 1000);
    const answer = await call(world, ready);
    expect(fault.failed).toBe(5);
    expect(refusalIn(answer, 503).code).toBe("unavailable");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await rowCounts()).toEqual(before);
    fail("", 0);
    expect((await call(world, ready)).status).toBeLessThan(300);
  });

  test("is 503 at once when storage is overloaded", async () => {
    const { seam, fail, fault } = failing();
    const world = new World({ seam });
    const ready = await world.ready({ jobs: 1 });
    fail("D1_ERROR: D1 DB is overloaded. Too many requests queued.", 1000);
    const answer = await call(world, ready);
    expect(fault.failed).toBe(1);
    expect(refusalIn(answer, 503).message).not.toContain("D1");
    expect(answer.headers.has("retry-after")).toBe(true);
  });
});

test("503: a request sent again with its key after an answer was lost makes nothing twice", async () => {
  const { seam, fail } = failing();
  const world = new World({ seam });
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const before = await rowCounts();
  fail(LOST, 5, true);
  refusalIn(await world.post("/api/v3/projects", { name: "once" }, { headers }), 503);
  expect(await world.post("/api/v3/projects", { name: "once" }, { headers })).toMatchObject({ status: 201 });
  expect((await rowCounts()).projects).toBe(Number(before.projects) + 1);
});

test("503: an unavailable object is a 503 too, and the job stays as it was", async () => {
  let away = false;
  const seam = standingAround((trip, go) => {
    if (trip.to === "object" && away) throw Object.assign(new Error("gone"), { retryable: true });
    return go();
  });
  const world = new World({ seam });
  const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
  away = true;
  for (const answer of [
    await world.ping(hostId, guid),
    await world.poll(hostId),
    await world.report(projectId, jobId, "RUNNING"),
  ]) {
    expect(refusalIn(answer, 503).code).toBe("unavailable");
    expect(answer.headers.has("retry-after")).toBe(true);
  }
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "PLANNED", history: [] });
});
