import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { jobPath, running } from "../results/junit.ts";
import { type Answer, type Ready, World } from "../world.ts";

const log = (facts: Record<string, unknown> = {}) => ({
  name: "adds",
  status: "PASSED",
  exe_start_date: "2026-03-02T10:00:00+0000",
  exe_end_date: "2026-03-02T10:00:02+0000",
  automation_content: "suite.adds",
  ...facts,
});

const sendLog = (world: World, { projectId }: Ready, testRun: number, body: unknown, options = {}) =>
  world.post(`/api/v3/projects/${projectId}/test-runs/${testRun}/auto-test-logs`, body, options);

const jobOf = ({ body }: Answer): number => z.looseObject({ job_id: z.int() }).parse(body).job_id;

/** A project with the test runs 1 and 2, of which no job is open. */
const idle = async () => {
  const world = new World();
  const ready = await world.ready();
  const runs = ["adds", "divides"].map((name, place) => ({
    test_run_id: place + 1,
    test_case_name: name,
    automation_content: `suite.${name}`,
  }));
  await world.post(`/api/v3/projects/${ready.projectId}/automation/test-runs`, runs);
  return { world, ready };
};

describe("POST .../test-runs/{r}/auto-test-logs", () => {
  test("is answered with exactly 201, an id, the name and the status with its id", async () => {
    const world = new World();
    const ready = await running(world, ["adds"]);
    const answer = await sendLog(world, ready, 1, log({ system_name: "host", attachments: [] }));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        id: expect.any(Number),
        name: "adds",
        status: { id: 601, name: "Passed" },
        exe_start_date: "2026-03-02T10:00:00+00:00",
        exe_end_date: "2026-03-02T10:00:02+00:00",
        job_id: ready.jobId,
      },
    });
  });

  test("of a run that a job is open for counts for that job", async () => {
    const world = new World();
    const ready = await running(world, ["adds", "divides"]);
    await sendLog(world, ready, 1, log());
    await sendLog(world, ready, 2, log({ name: "divides", status: 602, note: "by zero\nand more" }));
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      status: "RUNNING",
      results: { passed: 1, failed: 1, missing: 0 },
    });
    const { body } = await world.get(`${jobPath(ready)}/results?outcome=red`);
    expect(body).toMatchObject([
      {
        title: "divides",
        test_run_id: 2,
        message: "by zero",
        detail: "by zero\nand more",
        duration_ms: 2000,
      },
    ]);
    expect(await world.report(ready.projectId, ready.jobId, "COMPLETED")).toMatchObject({
      body: { status: "FAILED" },
    });
  });

  test("sent again is taken again, and counts once", async () => {
    const world = new World();
    const ready = await running(world, ["adds"]);
    for (let sent = 0; sent < 2; sent++)
      expect(await sendLog(world, ready, 1, log())).toMatchObject({ status: 201 });
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ results: { passed: 1 } });
  });

  test("of a run that no job is open for is a job of its own that says reported", async () => {
    const { world, ready } = await idle();
    const answer = await sendLog(world, ready, 2, log({ name: "divides", status: "fail" }));
    expect(answer.status, answer.text).toBe(201);
    const job = await world.job(ready.projectId, jobOf(answer));
    expect(job).toMatchObject({ status: "FAILED", reported: true, results: { failed: 1, missing: 0 } });
    expect(job.history).toMatchObject([{ from: "PLANNED", to: "FAILED", reason: "reported" }]);
    const next = await sendLog(world, ready, 1, log());
    expect(jobOf(next)).not.toBe(jobOf(answer));
    expect(await world.job(ready.projectId, jobOf(next))).toMatchObject({ status: "COMPLETED" });
    const hosts = await world.get("/api/v3/automation/hosts?limit=1000");
    expect(hosts.text).not.toContain('"reported"');
    const schedules = await world.get(`/api/v3/projects/${ready.projectId}/automation/schedules`);
    expect(schedules.body).toEqual([]);
  });

  test("with a key makes one job, however often it is sent", async () => {
    const { world, ready } = await idle();
    const headers = { "x-qtest-nonce": crypto.randomUUID() };
    const answers = [
      await sendLog(world, ready, 1, log(), { headers }),
      await sendLog(world, ready, 1, log(), { headers }),
    ];
    expect(new Set(answers.map(jobOf)).size).toBe(1);
    const listed = await world.get(`/api/v3/projects/${ready.projectId}/automation/jobs`);
    expect(listed.body).toHaveLength(1);
  });

  test.each([
    ["PASS", 601],
    ["passed", 601],
    ["Failed", 602],
    ["SKIP", 606],
    ["BLOCKED", 604],
    [604, 604],
    ["602", 602],
  ])("takes the status %s", async (status, id) => {
    const { world, ready } = await idle();
    expect(await sendLog(world, ready, 1, log({ status }))).toMatchObject({
      status: 201,
      body: { status: { id } },
    });
  });

  test("is refused where the run is not there, or its words can't be read", async () => {
    const { world, ready } = await idle();
    refusalIn(await sendLog(world, ready, 77, log()), 404);
    refusalIn(await sendLog(world, { ...ready, projectId: 999_999_999 }, 1, log()), 404);
    refusedField(await sendLog(world, ready, 1, log({ status: "GREEN" })), "status");
    refusedField(await sendLog(world, ready, 1, log({ exe_end_date: "later" })), "exe_end_date");
  });
});

test("without a key the same makes one job too, and another caller's, or another result, one of its own", async () => {
  const { world, ready } = await idle();
  const first = jobOf(await sendLog(world, ready, 1, log()));
  expect(jobOf(await sendLog(world, ready, 1, log()))).toBe(first);
  const later = log({ exe_start_date: "2026-03-02T10:00:01+0000" });
  expect(jobOf(await sendLog(world, ready, 1, later))).not.toBe(first);
  const token = await world.token("operator");
  expect(jobOf(await sendLog(world, ready, 1, log(), { token }))).not.toBe(first);
  expect(await world.job(ready.projectId, first)).toMatchObject({ results: { passed: 1 } });
});

test("the note of a test that passed is the detail of its result", async () => {
  const world = new World();
  const ready = await running(world, ["adds", "divides"]);
  await sendLog(world, ready, 1, log({ note: "slow today" }));
  await sendLog(world, ready, 2, log({ name: "divides" }));
  const { body } = await world.get(`${jobPath(ready)}/results?outcome=passed`);
  expect(body).toMatchObject([
    { title: "adds", message: null, detail: "slow today" },
    { title: "divides", message: null, detail: null },
  ]);
});

test("a batch of which a running job waits for some tells of both jobs, also when it is sent again", async () => {
  const world = new World();
  const ready = await running(world, ["adds"]);
  const logs = [log(), log({ name: "else", automation_content: "suite.else", status: "FAIL" })];
  const send = async () => {
    const path = `/api/v3/projects/${ready.projectId}/auto-test-logs?type=automation`;
    const { body } = await world.post(path, { test_cycle: 1, test_logs: logs });
    const { id, content } = z.looseObject({ id: z.int(), content: z.string() }).parse(body);
    return {
      id,
      content: z.looseObject({ other: z.looseObject({ job_id: z.int() }) }).parse(JSON.parse(content)),
    };
  };
  const { id, content } = await send();
  expect(id).toBe(ready.jobId);
  expect(content).toMatchObject({ job_id: id, results: { passed: 1 }, other: { results: { failed: 1 } } });
  expect(await world.job(ready.projectId, content.other.job_id)).toMatchObject({
    reported: true,
    status: "FAILED",
  });
  expect((await send()).content).toEqual(content);
});

describe("POST .../auto-test-logs?type=automation", () => {
  test("is answered with its state, which can be read again", async () => {
    const world = new World();
    const ready = await running(world, ["adds", "divides"]);
    const path = `/api/v3/projects/${ready.projectId}/auto-test-logs?type=automation`;
    const logs = [log(), log({ name: "divides", status: "FAILED", automation_content: "suite.divides" })];
    const answer = await world.post(path, { test_cycle: 1, test_logs: logs });
    const batch = { state: "SUCCESS", type: "AUTOMATION_TEST_LOG", contentType: "application/json" };
    expect(answer).toMatchObject({ status: 201, body: { id: ready.jobId, ...batch } });
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      results: { passed: 1, failed: 1, missing: 0 },
    });
    const read = await world.get(`/api/v3/projects/queue-processing/${ready.jobId}`);
    expect(read).toMatchObject({ status: 200, body: answer.body });
    refusalIn(await world.get("/api/v3/projects/queue-processing/999999999"), 404);
    const other = await world.token("operator", { project_ids: [await world.project()] });
    refusalIn(await world.get(`/api/v3/projects/queue-processing/${ready.jobId}`, { token: other }), 404);
  });

  test("what no run waits for is a job of its own", async () => {
    const { world, ready } = await idle();
    const path = `/api/v3/projects/${ready.projectId}/auto-test-logs?type=automation`;
    const answer = await world.post(path, { test_logs: [log(), log({ name: "other", status: "SKIPPED" })] });
    const id = z.looseObject({ id: z.int() }).parse(answer.body).id;
    expect(await world.job(ready.projectId, id)).toMatchObject({
      status: "COMPLETED",
      reported: true,
      results: { passed: 1, skipped: 1 },
    });
    refusedField(await world.post(path, { test_logs: [] }), "test_logs");
  });
});
