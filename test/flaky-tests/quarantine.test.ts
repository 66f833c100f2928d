import { describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { failed, jobPath, junit, passed, runAgain, sendReport } from "../results/junit.ts";
import { iso } from "../scheduling.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { idOf, project, runs } from "./project-runs.ts";

const DAY = 24 * HOUR;

describe("a test under quarantine", () => {
  const quarantined = async (passes = 2) => {
    const world = new World();
    const [ready] = await runs(world, ["b1", failed("shaky"), ...passed("sound")]);
    if (!ready) throw new Error("no runs");
    const path = `${project(ready)}/tests/${await idOf(world, ready, "shaky")}/quarantine`;
    const body = { reason: "waits for the lab", owner: "team a", until: iso(world.now + 10 * DAY), passes };
    const answer = await world.put(path, body);
    expect(answer.status, answer.text).toBe(200);
    return { world, ready, path, body };
  };

  test("may fail: it is shown as such, and fails no job", async () => {
    const { world, ready, body } = await quarantined();
    const next = await runAgain(world, ready);
    await sendReport(world, next, junit(failed("shaky"), ...passed("sound")));
    expect(await world.report(next.projectId, next.jobId, "COMPLETED")).toMatchObject({
      body: { status: "COMPLETED" },
    });
    expect(await world.job(next.projectId, next.jobId)).toMatchObject({
      results: { failed: 0, quarantined: 1, passed: 1 },
    });
    const { body: red } = await world.get(`${jobPath(next)}/results?outcome=red`);
    expect(red).toMatchObject([{ title: "shaky", outcome: "failed", quarantined: true }]);
    const { body: listed } = await world.get(`${project(ready)}/quarantines`);
    expect(listed).toMatchObject([
      { test: { title: "shaky" }, reason: body.reason, owner: body.owner, passes: 2, by: "admin bootstrap" },
    ]);
  });

  test("fails no run that its host reports as failed for its tests alone, told once or twice", async () => {
    const { world, ready } = await quarantined();
    const next = await runAgain(world, ready);
    await sendReport(world, next, junit(failed("shaky"), ...passed("sound")));
    const ofTests = { cause: "tests_failed", judged_tests: true };
    const end = (job: Pick<Ready, "projectId" | "jobId">, said: object) =>
      world.put(`${jobPath(job)}/status`, { status: "FAILED", exit_code: 1, ...said });
    for (const _ of ["once", "again"])
      expect(await end(next, ofTests)).toMatchObject({ body: { status: "COMPLETED" } });
    const other = await runAgain(world, next);
    await sendReport(world, other, junit(failed("shaky"), ...passed("sound")));
    expect(await end(other, {})).toMatchObject({ body: { status: "FAILED" } });
    const worse = await runAgain(world, other);
    await sendReport(world, worse, junit(failed("shaky"), failed("sound")));
    expect(await end(worse, ofTests)).toMatchObject({ body: { status: "FAILED" } });
  });

  test("fails jobs again once its time is over, once it is released, and once it has passed often enough", async () => {
    for (const end of ["time", "release", "passes"] as const) {
      const { world, ready, path } = await quarantined();
      if (end === "time") world.advance(10 * DAY);
      if (end === "release") expect(await world.delete(path)).toMatchObject({ status: 200 });
      let last = ready;
      for (let run = 0; end === "passes" && run < 2; run++) {
        world.advance(HOUR);
        last = await runAgain(world, last);
        await sendReport(world, last, junit(...passed("shaky", "sound")));
      }
      const next = await runAgain(world, last);
      await sendReport(world, next, junit(failed("shaky"), ...passed("sound")));
      expect(await world.job(next.projectId, next.jobId), end).toMatchObject({
        results: { failed: 1, quarantined: 0 },
      });
      expect((await world.get(`${project(ready)}/quarantines`)).body).toEqual([]);
    }
  });

  test("is on its test until its time is over, and no longer", async () => {
    const { world, ready, path } = await quarantined();
    const tests = `${project(ready)}/tests`;
    const untils = async () => {
      const one = await world.get(path.replace("/quarantine", ""));
      const all = await world.get(`${tests}?search=shaky`);
      return [one.body, ...(Array.isArray(all.body) ? all.body : [])];
    };
    world.advance(10 * DAY - 1000);
    expect(await untils()).toMatchObject([
      { quarantined_until: expect.any(String) },
      { quarantined_until: expect.any(String) },
    ]);
    world.advance(1000);
    expect(await untils()).toMatchObject([{ quarantined_until: null }, { quarantined_until: null }]);
  });

  test("ends at most 30 days off, names its owner, and is audited", async () => {
    const { world, ready, path, body } = await quarantined();
    refusedField(await world.put(path, { ...body, until: iso(world.now + 30 * DAY + 1000) }), "until");
    refusedField(await world.put(path, { ...body, until: iso(world.now - 1000) }), "until");
    refusedField(await world.put(path, { ...body, owner: "" }), "owner");
    refusalIn(await world.put(`${project(ready)}/tests/999999/quarantine`, body), 404);
    await world.delete(path);
    await world.delete(path);
    for (const action of ["quarantineTest", "releaseTest"]) {
      const { body: audited } = await world.get(
        `/api/v3/audit?action=${action}&project_id=${ready.projectId}`,
      );
      expect(audited).toHaveLength(1);
    }
  });
});
