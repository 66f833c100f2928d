import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { lease } from "../lease-client.ts";
import { failed, jobPath, junit, passed, running, sendReport } from "../results/junit.ts";
import { makeSchedule } from "../scheduling.ts";
import { World } from "../world.ts";

const jobIn = (body: unknown): number => z.looseObject({ job_id: z.int() }).parse(body).job_id;

describe("parameters", () => {
  test("of a schedule are those of its jobs, and a host that knows of leases gets them", async () => {
    const world = new World();
    const ready = await world.ready();
    const parameters = [{ name: "BROWSER", value: "firefox" }];
    const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { parameters } });
    expect(await world.job(ready.projectId, jobId)).toMatchObject({ parameters });
    expect((await lease(world, ready.hostId)).body).toMatchObject([{ parameters, job: { job_id: jobId } }]);
  });

  test("of run-now and of a rerun override those of the schedule; without any they stay", async () => {
    const world = new World();
    const ready = await world.ready();
    const parameters = [{ name: "BROWSER", value: "firefox" }];
    const other = [{ name: "BROWSER", value: "chromium" }];
    const { path } = await makeSchedule(world, ready, { parameters, overlap: "allow" });
    expect((await world.get(path)).body).toMatchObject({ parameters });
    for (const [body, expected] of [
      [{ parameters: other }, other],
      [undefined, parameters],
    ] as const) {
      const made = jobIn((await world.post(`${path}/run-now`, body)).body);
      expect(await world.job(ready.projectId, made)).toMatchObject({ parameters: expected });
      await world.report(ready.projectId, made, "CANCELLED");
      const again = await world.post(`${jobPath({ ...ready, jobId: made })}/rerun`, body);
      expect(again).toMatchObject({ status: 201, body: { parameters: expected, repeats_job_id: made } });
    }
  });

  test("are at most 64 of 4 kB together, each named once and as a variable may be", async () => {
    const world = new World();
    const { projectId, agentId } = await world.ready();
    const send = (parameters: unknown) =>
      world.post(`/api/v3/projects/${projectId}/automation/schedules`, {
        name: "x",
        agent_server_id: agentId,
        parameters,
      });
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `P${n}`, value: "" }));
    expect(await send(many(64))).toMatchObject({ status: 201 });
    refusedField(await send(many(65)), "parameters");
    refusedField(await send([{ name: "P", value: "x".repeat(4096) }]), "parameters");
    refusedField(await send([{ name: "1P", value: "" }]), "parameters[0].name");
    refusedField(
      await send([
        { name: "P", value: "1" },
        { name: "P", value: "2" },
      ]),
      "parameters[1].name",
    );
  });
});

describe("a rerun of the failed ones only", () => {
  test("is a new job of what failed or is missing, which names the old one", async () => {
    const world = new World();
    const ready = await running(world, ["one", "two", "three"]);
    await sendReport(world, ready, junit(...passed("one"), failed("two")));
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    const answer = await world.post(`${jobPath(ready)}/rerun`, { only: "failed" });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        repeats_job_id: ready.jobId,
        status: "PLANNED",
        automation_materials: [{ test_run_id: 2 }, { test_run_id: 3 }],
      },
    });
    const again = await world.post(`${jobPath(ready)}/rerun`);
    expect(again).toMatchObject({ body: { automation_materials: [{}, {}, {}] } });
  });

  test("of a job without failed tests, or without a report, is a 409 that says so", async () => {
    const world = new World();
    for (const report of [junit(...passed("one", "two")), undefined]) {
      const ready = await running(world, ["one", "two"]);
      if (report) await sendReport(world, ready, report);
      expect(refusalIn(await world.post(`${jobPath(ready)}/rerun`, { only: "failed" }), 409).code).toBe(
        "job_not_ended",
      );
      await world.report(ready.projectId, ready.jobId, "COMPLETED");
      expect(refusalIn(await world.post(`${jobPath(ready)}/rerun`, { only: "failed" }), 409).code).toBe(
        "nothing_failed",
      );
    }
  });
});

describe("what a report says of the run's end", () => {
  test("is kept with the job: its exit code and an address of its own", async () => {
    const world = new World();
    const ready = await running(world);
    const said = { status: "FAILED", exit_code: 3, url: "https://ci.example/run/7", reason: "it broke" };
    await world.put(`${jobPath(ready)}/status`, said);
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      exit_code: 3,
      url: "https://ci.example/run/7",
    });
  });

  test("is left out if it is not a whole number, or not a safe address", async () => {
    const world = new World();
    for (const url of ["javascript:alert(1)", "not an address", 7, `https://x.example/${"x".repeat(2000)}`]) {
      const ready = await running(world);
      await world.put(`${jobPath(ready)}/status`, { status: "FAILED", exit_code: "3", url });
      expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ exit_code: null, url: null });
    }
  });
});
