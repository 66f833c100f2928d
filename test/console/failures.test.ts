import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const timeout = (name: string, ms: number) => failed(name, `timed out after ${ms} ms <b>`);

describe("failures of one kind", () => {
  test("are one group on a job's page, the largest first, with the message without what varies", async () => {
    const world = new World();
    const ready = await running(world);
    const report = junit(failed("alone", "cart is empty"), timeout("pays", 1200), timeout("ships", 987));
    await sendReport(world, ready, report);
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get(`/console/projects/${ready.projectId}/jobs/${ready.jobId}`);
    expect(textOf(text)).toMatch(
      /2 tests failed alike timed out after <n> ms <b> .*pays.*1200 ms.*ships.*987 ms.*alone.*cart is empty/,
    );
    expect(text).not.toContain("<b>");
    expect(textOf(text)).not.toContain("1 tests");
  });

  test("of which there are many are counted, and the first of each kind shown", async () => {
    const world = new World();
    const ready = await running(world);
    const many = Array.from({ length: 30 }, (_, nth) => timeout(`times out ${nth}`, nth));
    await sendReport(world, ready, junit(...many, failed("without a message", "")));
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get(`/console/projects/${ready.projectId}/jobs/${ready.jobId}`);
    expect(textOf(text)).toContain("30 tests failed alike");
    expect(textOf(text)).toContain("The first 10 of them.");
    expect(text.match(/data-failed-test/g)).toHaveLength(11);
  });

  test("are one group on the project's page, with the last of them", async () => {
    const world = new World();
    const first = await running(world);
    await sendReport(world, first, junit(timeout("pays", 1), ...passed("adds")));
    const second = await runAgain(world, first);
    await sendReport(world, second, junit(timeout("ships", 2), failed("adds", "not 4")));
    const visitor = await Visitor.in(world);
    const text = textOf((await visitor.get(`/console/projects/${first.projectId}/tests`)).text);
    expect(text).toMatch(
      new RegExp(
        `Failures of one kind timed out after <n> ms <b> 2 failures of 2 tests, the last one in job ${second.jobId} , .*: ships`,
      ),
    );
    expect(text).not.toContain("not <n>");
  });
});

describe("a job's results are exported", () => {
  const exported = async (form: string) => {
    const world = new World();
    const ready = await running(world);
    await sendReport(world, ready, junit(failed("divides", 'expected "4", <got> 5'), ...passed("=adds")));
    const visitor = await Visitor.in(world);
    const page = `/console/projects/${ready.projectId}/jobs/${ready.jobId}`;
    expect((await visitor.get(page)).text).toContain(`href="${page}/export/${form}"`);
    const answer = await visitor.get(`${page}/export/${form}`);
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="job-${ready.jobId}-${form}"`,
    );
    return { answer, world, visitor, page, ready };
  };

  test("as JUnit, which can be sent again", async () => {
    const { answer, world, ready } = await exported("junit.xml");
    expect(answer.headers.get("content-type")).toBe("application/xml; charset=utf-8");
    const again = await sendReport(world, await runAgain(world, ready), answer.text);
    expect(again).toMatchObject({ status: 200, body: { cases: 2, results: { failed: 1, passed: 1 } } });
  });

  test("as CTRF", async () => {
    const { answer } = await exported("ctrf.json");
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(JSON.parse(answer.text)).toMatchObject({
      reportFormat: "CTRF",
      results: {
        summary: { tests: 2, passed: 1, failed: 1 },
        tests: [{ name: "divides" }, { name: "=adds" }],
      },
    });
  });

  test("as CSV, in which no name is a formula", async () => {
    const { answer } = await exported("results.csv");
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.text).toContain('"expected ""4"", <got> 5"');
    expect(answer.text).toContain(",'=adds,");
  });

  test("with every message, however many characters they have together", async () => {
    const { visitor, world, page, ready } = await exported("junit.xml");
    const detail = "d".repeat(16_000);
    const results = Array.from({ length: 1300 }, (_, place) => ({
      name: { file: null, suites: [], title: `case ${place}`, parameters: null },
      ...{ outcome: "failed" as const, flaky: false, durationMs: 1, message: "no", detail },
      ...{ attempts: 1, testRunId: null },
    }));
    const run = { job: ready.jobId, attempt: 1, hostId: ready.hostId, content: "b", hasBuild: true };
    const content = { isReported: true, repeats: null };
    await env.PROJECT_RESULTS.getByName(String(ready.projectId)).takeReport({
      ...{
        run: { ...run, ...content, due: 0, isLost: false },
        report: "large.xml",
        results,
        file: null,
        now: world.now,
      },
    });
    const answer = await visitor.get(`${page}/export/junit.xml`);
    expect(answer.text.split(detail)).toHaveLength(1301);
    expect(answer.headers.get("Export-Cut")).toBeNull();
  });

  test("in no other form", async () => {
    const { visitor, page } = await exported("junit.xml");
    for (const form of ["nunit.xml", "toString", "__proto__"])
      expect((await visitor.get(`${page}/export/${form}`)).status, form).toBe(404);
  });
});

describe("charts", () => {
  test("a test's page draws how long its runs took, and counts them by host; the numbers stand in tables", async () => {
    const world = new World();
    const first = await running(world);
    await sendReport(world, first, junit({ name: "pays", seconds: 3 }));
    const second = await runAgain(world, first);
    await sendReport(world, second, junit({ name: "pays", seconds: 1, outcome: "failed" }));
    const visitor = await Visitor.in(world);
    const tests = `/console/projects/${first.projectId}/tests`;
    const [, link = ""] = new RegExp(`href="(${tests}/\\d+)"`).exec((await visitor.get(tests)).text) ?? [];
    const { text } = await visitor.get(link);
    expect(text).toContain(`<title>job ${first.jobId}: 3.0 s, passed</title>`);
    expect(text).toContain(`<title>job ${second.jobId}: 1.0 s, failed</title>`);
    expect(text.match(/<rect class="bar completed" [^>]*height="104"/)).not.toBeNull();
    expect(textOf(text)).toMatch(/Takes on average Host \d+ 2 1 2\.0 s/);
    expect(text).toContain(`href="/console/hosts/${first.hostId}"`);
  });

  test("a project's page draws outcomes and durations over time, and names flaky, slow and newly failing tests", async () => {
    const world = new World();
    const first = await running(world);
    const slow = { name: "crawls", seconds: 90 };
    await sendReport(world, first, junit(slow, ...passed("shaky", "sound")), { query: "?build=b1" });
    world.advance(HOUR);
    const second = await runAgain(world, first);
    await sendReport(world, second, junit(slow, failed("shaky"), ...passed("sound")), { query: "?build=b1" });
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get(`/console/projects/${first.projectId}/tests`);
    expect(text).toContain(`<title>job ${second.jobId}: 2 passed, 1 failed</title>`);
    expect(text).toContain(`<title>job ${second.jobId}: 1 min 32 s</title>`);
    const read = textOf(text);
    expect(read).toMatch(
      new RegExp(`Newly failing shaky since job ${second.jobId} Flaky shaky 1 piece of evidence`),
    );
    expect(read).toMatch(/Slow crawls 1 min 30 s on average/);
    expect(read).toMatch(new RegExp(`job ${second.jobId} .* 2 0 1 0 1 min 32 s job ${first.jobId}`));
  });

  test("a search, another order and the pages behind the first show the list alone", async () => {
    const world = new World();
    const ready = await running(world);
    await sendReport(world, ready, junit(...passed("sound")));
    const visitor = await Visitor.in(world);
    const tests = `/console/projects/${ready.projectId}/tests`;
    for (const query of ["?search=sound", "?after=1", "?sort=slowness"])
      expect((await visitor.get(`${tests}${query}`)).text).not.toContain("<h2>The last");
    expect((await visitor.get(tests)).text).toContain("<h2>The last run");
  });
});
