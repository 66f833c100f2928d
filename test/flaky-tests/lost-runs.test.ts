import { describe, expect, test } from "vitest";
import { faulty, standingAround } from "../fault-injection.ts";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { flaky } from "./project-runs.ts";

/** A run of one build that passed, and a later one that fails and whose time is up within the hour. */
const lostRun = async (world: World): Promise<Ready> => {
  const first = await running(world);
  await sendReport(world, first, junit(...passed("sound")), { query: "?build=b1" });
  await world.report(first.projectId, first.jobId, "COMPLETED");
  const { jobId } = await world.schedule(first.projectId, first.agentId, { facts: { allocated_minutes: 1 } });
  await world.report(first.projectId, jobId, "RUNNING");
  await sendReport(world, { ...first, jobId }, junit(failed("sound")), { query: "?build=b1" });
  return { ...first, jobId };
};

describe("flaky tests", () => {
  test("are found without the runs that ended because their host was lost, or their time was up", async () => {
    const world = new World();
    const cut = await lostRun(world);
    expect(await flaky(world, cut)).toEqual(["sound"]);
    world.advance(HOUR);
    await world.tick();
    expect(await world.job(cut.projectId, cut.jobId)).toMatchObject({ status: "FAILED" });
    world.advance(HOUR);
    await world.tick();
    expect(await flaky(world, cut)).toEqual([]);
  });

  test("are found without a lost run of a project whose object was away, once it is back", async () => {
    let away = "";
    const called: string[] = [];
    const seam = standingAround(async (trip, go) => {
      if (trip.to === "object" && trip.method === "discount") {
        called.push(trip.hostId);
        if (trip.hostId === away) throw Object.assign(new Error("the object was moved"), { retryable: true });
      }
      return go();
    });
    const world = new World({ seam });
    const [first, second] = [await lostRun(world), await lostRun(world)];
    const flakyOnes = async () => [await flaky(world, first), await flaky(world, second)];
    const anHourOn = async () => {
      called.length = 0;
      world.advance(HOUR);
      await world.tick();
    };
    expect(await flakyOnes()).toEqual([["sound"], ["sound"]]);
    away = String(first.projectId);
    await anHourOn();
    expect(await flakyOnes()).toEqual([["sound"], []]);
    away = "";
    await anHourOn();
    expect(await flakyOnes()).toEqual([[], []]);
    await anHourOn();
    for (const { projectId } of [first, second]) expect(called).not.toContain(String(projectId));
  });

  test("are found without a lost run though the tick's step for it failed as a whole", async () => {
    const { seam, fail } = faulty();
    const world = new World({ seam });
    const run = await lostRun(world);
    await world.tick();
    fail({ to: "d1", only: 'COALESCE("site"."discounted_history_id"', when: "before", times: 9 });
    world.advance(HOUR);
    await expect(world.tick()).rejects.toThrow("discounting");
    expect(await flaky(world, run)).toEqual(["sound"]);
    fail();
    world.advance(HOUR);
    await world.tick();
    expect(await flaky(world, run)).toEqual([]);
  });

  test("are found without results that are stored as their host is given up for lost", async () => {
    let meanwhile = async () => {};
    const seam = standingAround(async (trip, go) => {
      if (trip.to === "object" && trip.method === "takeReport") await meanwhile();
      return go();
    });
    const world = new World({ seam });
    const first = await running(world);
    await sendReport(world, first, junit(...passed("sound")), { query: "?build=b1" });
    await world.report(first.projectId, first.jobId, "COMPLETED");
    const run = await runAgain(world, first);
    meanwhile = async () => {
      world.advance(12 * HOUR);
      await world.tick();
    };
    expect(await sendReport(world, run, junit(failed("sound")), { query: "?build=b1" })).toMatchObject({
      status: 200,
    });
    expect(await world.job(run.projectId, run.jobId)).toMatchObject({ status: "FAILED" });
    expect(await flaky(world, first)).toEqual([]);
  });
});
