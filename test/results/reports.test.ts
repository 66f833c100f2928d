import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { World } from "../world.ts";
import { failed, jobPath, junit, passed, running, sendReport } from "./junit.ts";

const NOTHING = { passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0, missing: 0, quarantined: 0 };

describe("PUT .../attempts/{n}/reports/{name}", () => {
  test("counts the outcomes of its cases, in the answer and on the job", async () => {
    const world = new World();
    const ready = await running(world);
    const report = junit(
      ...passed("adds", "subtracts"),
      failed("divides"),
      { name: "explodes", outcome: "error", message: "boom" },
      { name: "sleeps", outcome: "skipped" },
    );
    const answer = await sendReport(world, ready, report);
    const results = { ...NOTHING, passed: 2, failed: 1, errors: 1, skipped: 1 };
    expect(answer).toMatchObject({ status: 200, body: { name: "junit.xml", cases: 5, results } });
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ status: "RUNNING", results });
    const listed = await world.get(`/api/v3/projects/${ready.projectId}/automation/jobs`);
    expect(listed.body).toMatchObject([{ job_id: ready.jobId, results }]);
  });

  test("a job without a report has no counts", async () => {
    const world = new World();
    const ready = await running(world);
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ results: null });
  });

  test("of the same name replaces the one before, and never doubles it; one of another name adds", async () => {
    const world = new World();
    const ready = await running(world);
    await sendReport(world, ready, junit(...passed("one", "two"), failed("three")));
    await sendReport(world, ready, junit(...passed("one", "three")));
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      results: { ...NOTHING, passed: 2 },
    });
    await sendReport(world, ready, junit(...passed("four")), { name: "more.xml" });
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      results: { ...NOTHING, passed: 3 },
    });
    const { body } = await world.get(`${jobPath(ready)}/results`);
    expect(body).toMatchObject([{ title: "one" }, { title: "three" }, { title: "four", report: "more.xml" }]);
  });

  test("keeps the bytes as they were sent, packed or not", async () => {
    const world = new World();
    const ready = await running(world);
    const report = junit(...passed("one"));
    const packed = await new Response(
      new Blob([report]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    const answer = await world.put(`${jobPath(ready)}/attempts/1/reports/r.xml`, new Uint8Array(packed), {
      headers: { "Content-Encoding": "gzip" },
    });
    expect(answer).toMatchObject({ status: 200, body: { cases: 1 } });
    const kept = await env.RESULTS.get(
      `projects/${ready.projectId}/jobs/${ready.jobId}/attempts/1/reports/r.xml`,
    );
    expect(await kept?.text()).toBe(report);
  });

  test("is refused if it can't be read, with the line and the reason, and nothing is kept", async () => {
    const world = new World();
    const ready = await running(world);
    const answer = await sendReport(world, ready, "<testsuites>\n<testsuite>\n</testsuites>");
    expect(refusalIn(answer, 400).message).toMatch(/^body must .*line 3/);
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ results: null });
    const { objects } = await env.RESULTS.list({ prefix: `projects/${ready.projectId}/` });
    expect(objects).toEqual([]);
  });

  test("is larger than 8 MiB: a 413", async () => {
    const world = new World();
    const ready = await running(world);
    refusalIn(await sendReport(world, ready, " ".repeat(8 * 1024 * 1024 + 1)), 413);
  });

  test("is accepted for an attempt that has begun, and for no other", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const early = await sendReport(world, ready, junit());
    expect(refusalIn(early, 409).code).toBe("not_begun");
    refusalIn(await sendReport(world, ready, junit(), { attempt: 2 }), 404);
    await world.report(ready.projectId, ready.jobId, "RUNNING");
    expect(await sendReport(world, ready, junit(...passed("x")))).toMatchObject({ status: 200 });
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    expect(await sendReport(world, ready, junit(...passed("x", "y")))).toMatchObject({ status: 200 });
  });

  test("of a run under a lease is accepted with that lease alone", async () => {
    const world = new World({ now: FAR_START });
    const ready = await world.ready({ jobs: 1 });
    const { lease_id } = oneLease(await lease(world, ready.hostId));
    await reportUnder(world, { ...ready, status: "RUNNING", leaseId: lease_id });
    const report = junit(...passed("x"));
    expect(refusalIn(await sendReport(world, ready, report), 409).code).toBe("lease_required");
    const other = `?lease_id=${ready.projectId}-${crypto.randomUUID()}`;
    expect(refusalIn(await sendReport(world, ready, report, { query: other }), 409).code).toBe("lease_lost");
    expect(await sendReport(world, ready, report, { query: `?lease_id=${lease_id}` })).toMatchObject({
      status: 200,
    });
  });
});

describe("what a report says of what was due", () => {
  test("cases are matched to the job's test runs by the names that an import makes", async () => {
    const world = new World();
    const ready = await running(world, ["one", "two"]);
    await sendReport(world, ready, junit(...passed("two", "other", "one")));
    const { body } = await world.get(`${jobPath(ready)}/results`);
    expect(body).toMatchObject([
      { title: "two", test_run_id: 2 },
      { title: "other", test_run_id: null },
      { title: "one", test_run_id: 1 },
    ]);
  });

  test("a test that was due and is in no report is missing, until another report has it", async () => {
    const world = new World();
    const ready = await running(world, ["one", "two", "three"]);
    await sendReport(world, ready, junit(...passed("two")));
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ results: { missing: 2 } });
    const { body } = await world.get(`${jobPath(ready)}/results?outcome=missing`);
    expect(body).toMatchObject([
      { outcome: "missing", test_run_id: 1, title: "one", result_id: null },
      { outcome: "missing", test_run_id: 3, title: "three" },
    ]);
    await sendReport(world, ready, junit(...passed("one", "three")), { name: "rest.xml" });
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ results: { missing: 0 } });
  });

  test.each([
    ["failed tests", [failed("one"), ...passed("two")], "tests_failed"],
    ["missing ones", passed("one"), "tests_missing"],
  ])(
    "COMPLETED of a run with %s is FAILED, and says why; sent again it changes nothing",
    async (_, cases, reason) => {
      const world = new World();
      const ready = await running(world, ["one", "two"]);
      await sendReport(world, ready, junit(...cases));
      for (let sent = 0; sent < 2; sent++) {
        const answer = await world.report(ready.projectId, ready.jobId, "COMPLETED");
        expect(answer).toMatchObject({ status: 200, body: { status: "FAILED" } });
      }
      const { history } = await world.job(ready.projectId, ready.jobId);
      expect(history.map(({ to, reason: why }) => [to, why])).toEqual([
        ["RUNNING", null],
        ["FAILED", reason],
      ]);
    },
  );

  test("COMPLETED stands where the host judged each test itself, whatever the names of its report", async () => {
    const world = new World();
    const ready = await running(world, ["one", "two"]);
    await sendReport(world, ready, junit(...passed("one"), failed("beside")));
    const body = { status: "COMPLETED", judged_tests: true };
    expect(await world.put(`${jobPath(ready)}/status`, body)).toMatchObject({
      body: { status: "COMPLETED" },
    });
  });

  test("COMPLETED stays for a run whose tests all passed, or that sent no report", async () => {
    const world = new World();
    for (const cases of [passed("one", "two"), undefined]) {
      const ready = await running(world, ["one", "two"]);
      if (cases) await sendReport(world, ready, junit(...cases));
      const answer = await world.report(ready.projectId, ready.jobId, "COMPLETED");
      expect(answer).toMatchObject({ status: 200, body: { status: "COMPLETED" } });
    }
  });

  test("a report that comes after the end counts, and does not change the status", async () => {
    const world = new World();
    const ready = await running(world);
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    await sendReport(world, ready, junit(failed("one")));
    expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({
      status: "COMPLETED",
      results: { failed: 1 },
    });
    expect(await world.report(ready.projectId, ready.jobId, "COMPLETED")).toMatchObject({ status: 200 });
  });
});
