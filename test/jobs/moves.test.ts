import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { HOUR, type Ready, World } from "../world.ts";

/** The wire contract's "Job moves", by hand: from each status, who may report what. */
const MAY: Record<string, Record<string, string[]>> = {
  PLANNED: { RUNNING: ["host"], COMPLETED: [], FAILED: [], CANCELLED: ["host", "operator"] },
  NOT_RUN: { RUNNING: ["host"], COMPLETED: [], FAILED: [], CANCELLED: ["host", "operator"] },
  RUNNING: { RUNNING: [], COMPLETED: ["host"], FAILED: ["host"], CANCELLED: ["host", "operator"] },
  COMPLETED: { RUNNING: [], COMPLETED: [], FAILED: [], CANCELLED: [] },
  FAILED: { RUNNING: [], COMPLETED: [], FAILED: [], CANCELLED: [] },
  CANCELLED: { RUNNING: [], COMPLETED: [], FAILED: [], CANCELLED: [] },
};
const ENDS = ["COMPLETED", "FAILED", "CANCELLED"];
const BODIES = ["RUNNING", "COMPLETED", "FAILED", "CANCELLED"];
const SCOPES = ["host", "operator", "admin"] as const;

/** Moves a planned job to a status, as hosts and the clock would. */
const bring = async (world: World, { projectId, jobId }: Ready, status: string): Promise<void> => {
  if (status === "NOT_RUN") {
    world.advance(HOUR);
    await world.tick();
  } else if (status !== "PLANNED") {
    if (status !== "CANCELLED") await world.report(projectId, jobId, "RUNNING");
    if (status !== "RUNNING") await world.report(projectId, jobId, status);
  }
  expect(await world.job(projectId, jobId)).toMatchObject({ status });
};

const storedJob = (jobId: number) => env.DB.prepare("SELECT * FROM jobs WHERE id = ?").bind(jobId).first();

/** A job's moves, without the refusals in its history. */
const movesOf = async (world: World, { projectId, jobId }: Ready) =>
  (await world.job(projectId, jobId)).history.filter(({ from, to }) => from !== to);

const expected = (from: string, to: string, scope: string): "moves" | "stays" | 403 | 409 => {
  if (scope === "operator" && to !== "CANCELLED") return 403;
  if (from === to && ENDS.includes(to)) return "stays";
  const may = MAY[from]?.[to] ?? [];
  return may.includes(scope) || (scope === "admin" && may.length > 0) ? "moves" : 409;
};

const CASES = Object.keys(MAY).flatMap((from) =>
  SCOPES.flatMap((scope) => BODIES.map((to) => ({ from, scope, to, outcome: expected(from, to, scope) }))),
);

describe("Job moves", () => {
  test("the table is of 6 statuses, 4 reports and 3 scopes", () => {
    expect(CASES).toHaveLength(72);
    expect(CASES.filter(({ outcome }) => outcome === "moves")).toHaveLength(17);
  });

  test.each(CASES)("$from, reported $to by $scope: $outcome", async ({ from, scope, to, outcome }) => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const token = await world.token(scope);
    await bring(world, ready, from);
    const [before, moves] = [await storedJob(ready.jobId), await movesOf(world, ready)];
    const answer = await world.report(ready.projectId, ready.jobId, { status: to, token });
    if (outcome === "moves") {
      expect(answer).toMatchObject({ status: 200, body: { job_id: ready.jobId, status: to } });
      const by = expect.stringContaining(scope);
      expect(await movesOf(world, ready)).toEqual([...moves, expect.objectContaining({ from, to, by })]);
      expect((await world.job(ready.projectId, ready.jobId)).status).toBe(to);
      return;
    }
    if (outcome === "stays") expect(answer).toMatchObject({ status: 200, body: { status: from } });
    else refusalIn(answer, outcome);
    expect(await storedJob(ready.jobId)).toEqual(before);
    expect(await movesOf(world, ready)).toEqual(moves);
  });

  test.each(["PLANNED", "NOT_RUN", "NOT RUN", "DONE", ""])("%j can't be reported", async (status) => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const before = await storedJob(ready.jobId);
    const refusal = refusalIn(await world.report(ready.projectId, ready.jobId, status), 400);
    expect(refusal.message).toContain("status must be one of RUNNING, COMPLETED, FAILED, CANCELLED");
    expect(await storedJob(ready.jobId)).toEqual(before);
  });
});
