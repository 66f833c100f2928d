import { expect, test } from "vitest";
import { z } from "zod";
import { junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const BAD = "expected <b>42</b> & got 41";
const broken = { name: "divides", outcome: "failed", message: BAD, detail: "at line 7" } as const;

test("a job's page leads with its failed tests, each with why and since when", async () => {
  const world = new World();
  const first = await running(world);
  await sendReport(world, first, junit(...passed("adds"), broken));
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(...passed("adds"), broken));
  const visitor = await Visitor.in(world);
  const page = await visitor.get(`/console/projects/${second.projectId}/jobs/${second.jobId}`);
  expect(page.text).toContain("expected &lt;b&gt;42&lt;/b&gt; &amp; got 41");
  const text = textOf(page.text);
  expect(text).toContain("1 failed, 1 passed");
  expect(text).toContain(`failing since job ${first.jobId}`);
  expect(text).toContain("at line 7");
  expect(page.text.indexOf("<h2>Tests</h2>")).toBeLessThan(page.text.indexOf("<h2>Details</h2>"));
});

test("one click leads from a failed test to its runs", async () => {
  const world = new World();
  const first = await running(world);
  await sendReport(world, first, junit(...passed("divides")));
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(broken));
  const visitor = await Visitor.in(world);
  const job = await visitor.get(`/console/projects/${second.projectId}/jobs/${second.jobId}`);
  const [, link = ""] = /href="([^"]*\/tests\/\d+)"/.exec(job.text) ?? [];
  const page = await visitor.get(link);
  expect(page.status).toBe(200);
  const text = textOf(page.text);
  expect(text).toContain(`failing since job ${second.jobId}`);
  const crumbs = /<nav class="crumbs".*?<\/nav>/s.exec(page.text)?.[0] ?? "";
  expect(textOf(crumbs)).toMatch(/^ Projects +Project \d+ +Test results +divides $/);
  expect(text).toMatch(new RegExp(`job ${second.jobId} .*Failed.*job ${first.jobId} .*Passed`));
});

test("a project's tests are listed, searched and sorted; unreadable parts of the query are ignored", async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(world, ready, junit(...passed("adds", "subtracts"), broken));
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/tests`;
  expect(textOf((await visitor.get(path)).text)).toMatch(/adds.*subtracts|subtracts.*adds/);
  const sought = textOf((await visitor.get(`${path}?search=subtr`)).text);
  expect(sought).toContain("subtracts");
  expect(sought).not.toContain("divides");
  expect((await visitor.get(`${path}?sort=nonsense&after=x&search=a`)).status).toBe(200);
  const failing = textOf((await visitor.get(`${path}?failure=${encodeURIComponent("got 41")}`)).text);
  expect(failing).toContain("divides");
  expect(failing).not.toContain("subtracts");
  const none = await visitor.get(`${path}?failure=elsewhere`);
  expect(textOf(none.text)).toContain("No test failed so of late.");
  expect(none.text).toContain('value="elsewhere"');
  const ordered = textOf((await visitor.get(`${path}?sort=failures`)).text);
  expect(ordered).toContain("divides");
  expect(ordered).not.toContain("subtracts");
});

test("another project's tests, output and exports are as if they were not there", async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(world, ready, junit(broken));
  const other = await world.ready();
  const visitor = await Visitor.in(world);
  for (const path of ["tests/1", `jobs/${ready.jobId}/log`, `jobs/${ready.jobId}/export/junit.xml`])
    expect((await visitor.get(`/console/projects/${other.projectId}/${path}`)).status, path).toBe(404);
});

test("a job's page names the tests that are missing and those that passed when tried again, the first 20", async () => {
  const world = new World();
  const names = Array.from({ length: 25 }, (_, nth) => `due ${nth}`);
  const ready = await running(world, ["adds", ...names, "last"]);
  const retried = `<testcase classname="suite" name="shaky &lt;i&gt;"><flakyFailure message="no"/></testcase>`;
  const report = junit(...passed("adds", "last")).replace("</testsuite>", `${retried}</testsuite>`);
  expect(await sendReport(world, ready, report)).toMatchObject({
    body: { results: { missing: 25, flaky: 1 } },
  });
  const visitor = await Visitor.in(world);
  const page = await visitor.get(`/console/projects/${ready.projectId}/jobs/${ready.jobId}`);
  const text = textOf(page.text);
  expect(text).toMatch(/Missing from the reports due 0 suite\.due 0 .* due 19 suite\.due 19 and 5 more/);
  expect(text).toContain("Passed when tried again shaky <i>");
  const [, missing = ""] = /Missing from the reports<\/h3>(.*?)<\/section>/s.exec(page.text) ?? [];
  expect(missing).not.toContain("adds");
  expect(missing).not.toContain("last");
});

test("a test's page leads to all its older runs, and names their hosts", async () => {
  const world = new World();
  const first = await running(world);
  await sendReport(world, first, junit(...passed("adds")));
  const jobs = [first.jobId];
  for (let nth = 0; nth < 31; nth++) {
    const { jobId } = await runAgain(world, first);
    await sendReport(world, { ...first, jobId }, junit(...passed("adds")));
    jobs.push(jobId);
  }
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${first.projectId}/tests/1`;
  const page = await visitor.get(path);
  const { body } = await world.get(`/api/v3/automation/hosts/${first.hostId}`);
  const { host_name: name } = z.looseObject({ host_name: z.string() }).parse(body);
  expect(page.text).toContain(`<a href="/console/hosts/${first.hostId}">${name}</a>`);
  const shown = (html: string) =>
    [...html.matchAll(/<th scope="row"><a href="[^"]*\/jobs\/(\d+)"/g)].map(([, job]) => Number(job));
  expect(shown(page.text)).toEqual(jobs.toReversed().slice(0, 30));
  const [, older = ""] = new RegExp(`href="(${path}\\?before=\\d+)"`).exec(page.text) ?? [];
  const before = await visitor.get(older);
  expect(shown(before.text)).toEqual(jobs.toReversed().slice(30));
  expect(before.text).not.toContain("Older runs");
  expect(textOf(before.text)).toContain("Its last runs");
  expect(shown((await visitor.get(`${path}?before=x`)).text)).toHaveLength(30);
});
