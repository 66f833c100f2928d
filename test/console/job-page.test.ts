import { expect, test } from "vitest";
import { z } from "zod";
import { failed, junit, passed, running, sendReport } from "../results/junit.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const api = (project: number) => `/api/v3/projects/${project}/automation`;
const pageOf = (project: number, job: number) => `/console/projects/${project}/jobs/${job}`;
const jobIn = ({ body }: { body: unknown }) => z.looseObject({ job_id: z.int() }).parse(body).job_id;

/** The text of the head of a job's page. */
const headOf = async (visitor: Visitor, project: number, job: number): Promise<string> => {
  const { text } = await visitor.get(pageOf(project, job));
  return textOf(/<section class="card head[\s\S]*?<\/section>/.exec(text)?.[0] ?? "");
};

/** A schedule whose first job is due, with a host that runs it. */
const scheduled = async (facts: Record<string, unknown> = {}) => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  const path = `${api(ready.projectId)}/schedules/${id}`;
  const runNow = async (options = {}) => jobIn(await world.post(`${path}/run-now`, undefined, options));
  const rerun = async (job: number, options = {}) =>
    jobIn(await world.post(`${api(ready.projectId)}/jobs/${job}/rerun`, undefined, options));
  /** Runs a job for a minute. */
  const end = async (job: number, status: string) => {
    await world.report(ready.projectId, job, "RUNNING");
    world.advance(MINUTE);
    await world.report(ready.projectId, job, status);
  };
  const visitor = await Visitor.in(world);
  return { world, ...ready, schedule: id, jobId, runNow, rerun, end, visitor };
};

test("one click runs the failed tests of a job again, and is offered where some failed", async () => {
  const world = new World();
  const ready = await running(world, ["adds", "divides", "waits"]);
  const page = pageOf(ready.projectId, ready.jobId);
  const visitor = await Visitor.in(world);
  const report = junit(...passed("adds", "waits"), failed("divides"));
  await sendReport(world, ready, report);
  expect((await visitor.get(page)).text).not.toContain("Run the failed tests again");
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  const shown = await visitor.get(page);
  expect(textOf(shown.text)).toContain("Run the failed tests again");
  const answer = await visitor.post(`${page}/rerun`, { only: "failed" });
  expect(answer.status).toBe(303);
  const [, made = ""] = /jobs\/(\d+)/.exec(answer.headers.get("location") ?? "") ?? [];
  const again = textOf((await visitor.get(pageOf(ready.projectId, Number(made)))).text);
  expect(again).toContain(`runs job ${ready.jobId} again`);
  expect(again).toContain("suite.divides");
  expect(again).not.toContain("suite.adds");
  await world.report(ready.projectId, Number(made), "RUNNING");
  await sendReport(world, { ...ready, jobId: Number(made) }, junit(...passed("divides")));
  await world.report(ready.projectId, Number(made), "COMPLETED");
  const passedPage = await visitor.get(pageOf(ready.projectId, Number(made)));
  expect(textOf(passedPage.text)).toContain("Run again");
  expect(textOf(passedPage.text)).not.toContain("Run the failed tests again");
  expect((await visitor.post(`${page}/rerun`, { only: "some" })).status).toBe(400);
});

test.each<[string[]]>([[[]], [["adds"]]])(
  "a failed test that is none of the test runs %j is not offered to be run again",
  async (due) => {
    const world = new World();
    const ready = await running(world, due);
    await sendReport(world, ready, junit(...passed("adds"), failed("divides")));
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get(pageOf(ready.projectId, ready.jobId));
    expect(textOf(text)).toContain("Run again");
    expect(textOf(text)).not.toContain("Run the failed tests again");
  },
);

test("the head of a job's page says the outcome, how long, what failed, where, and of what", async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(
    world,
    ready,
    junit(...passed("adds"), ...["a", "b", "c", "d", "e"].map((name) => failed(name))),
  );
  world.advance(4 * MINUTE);
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(pageOf(ready.projectId, ready.jobId));
  const head = await headOf(visitor, ready.projectId, ready.jobId);
  expect(head).toMatch(/Failed after 4 min 0 s, 2 Mar 10:04 \( ?just now ?\)/);
  expect(head).toMatch(/tests failed, by the reports of its run · [a-e] · [a-e] · [a-e] · 2 more/);
  expect(head).toMatch(
    /On Host \d+ , agent AGENT 1 ?; of Schedule \d+ in Project \d+; planned by its schedule/,
  );
  expect(text.indexOf('class="card head')).toBeLessThan(text.indexOf("<h2>Tests</h2>"));
});

test("the head of a run that failed without a report has its exit code and its host's words", async () => {
  const { world, projectId, jobId, visitor } = await scheduled();
  await world.report(projectId, jobId, "RUNNING");
  const body = { status: "FAILED", exit_code: 3, reason: "the <browser> is missing" };
  await world.put(`${api(projectId)}/jobs/${jobId}/status`, body);
  expect(await headOf(visitor, projectId, jobId)).toContain("exit code 3 · the <browser> is missing");
});

test("the head says who made a job that its schedule did not plan", async () => {
  const { world, projectId, jobId, runNow, rerun, end, visitor } = await scheduled();
  await end(jobId, "FAILED");
  const operator = { token: await world.token("operator") };
  expect(await headOf(visitor, projectId, await runNow())).toContain("run by admin bootstrap");
  const again = await rerun(jobId, operator);
  expect(await headOf(visitor, projectId, again)).toMatch(
    new RegExp(`runs job ${jobId} again, run again by operator operator \\d+`),
  );
});

test("every job that ran a job again is named on its page", async () => {
  const { projectId, jobId, rerun, end, visitor } = await scheduled();
  await end(jobId, "FAILED");
  expect(await headOf(visitor, projectId, jobId)).not.toContain("Run again as");
  const [first, second] = [await rerun(jobId), await rerun(jobId)];
  await end(second, "FAILED");
  await rerun(second);
  expect(await headOf(visitor, projectId, jobId)).toContain(`Run again as job ${second} , job ${first}`);
});

test("beside a job stand the last 20 runs of its schedule, the ones before and after it, and the last that passed", async () => {
  const { projectId, jobId, runNow, end, visitor } = await scheduled();
  const jobs = [jobId];
  for (let run = 1; run < 25; run++) jobs.push(await runNow());
  for (const [place, job] of jobs.entries()) await end(job, place === 6 ? "COMPLETED" : "FAILED");
  const at = 22;
  const { text } = await visitor.get(pageOf(projectId, jobs[at] ?? 0));
  const strip = /<div class="marks">([\s\S]*?)<\/div>/.exec(text)?.[1] ?? "";
  const shown = [...strip.matchAll(/jobs\/(\d+)"/g)].map(([, id]) => Number(id));
  expect(shown).toEqual(jobs.slice(5).filter((_, place) => place !== at - 5));
  expect(strip).toContain('title="This run"');
  const linked = (words: string) =>
    Number(new RegExp(`href="[^"]*/jobs/(\\d+)">(?:<time[^>]*>)?${words}`).exec(text)?.[1]);
  expect(linked("Previous run")).toBe(jobs[at - 1]);
  expect(linked("Next run")).toBe(jobs[at + 1]);
  expect(textOf(text)).toContain("Passed last on 2 Mar 10:07");
  expect(linked("2 Mar 10:07")).toBe(jobs[6]);
});

test("a job whose schedule never passed says so, and one that passed itself names no other", async () => {
  const { projectId, jobId, end, runNow, visitor } = await scheduled();
  await end(jobId, "FAILED");
  expect(await headOf(visitor, projectId, jobId)).toContain("None of them passed");
  const next = await runNow();
  await end(next, "COMPLETED");
  expect(await headOf(visitor, projectId, next)).not.toMatch(/passed|Passed/);
});

test("a bound is shown only while it holds", async () => {
  const { world, projectId, jobId, visitor } = await scheduled({
    expire_after_minutes: 30,
    allocated_minutes: 60,
  });
  const text = async () => textOf((await visitor.get(pageOf(projectId, jobId))).text);
  expect(await text()).toContain("Expires 2 Mar 10:30");
  await world.report(projectId, jobId, "RUNNING");
  const running = await text();
  expect(running).not.toContain("Expires");
  expect(running).toContain("Time limit 2 Mar 11:00");
  world.advance(HOUR / 2);
  await world.report(projectId, jobId, "COMPLETED");
  expect(await text()).not.toContain("Time limit");
});

test("a run's parameters, exit code and its own page are on its job's page", async () => {
  const { world, projectId, jobId, visitor } = await scheduled({
    parameters: [{ name: "BASE_URL", value: "https://staging.example/<b>" }],
  });
  await world.report(projectId, jobId, "RUNNING");
  const body = { status: "COMPLETED", exit_code: 0, url: "https://ci.example/runs/7" };
  await world.put(`${api(projectId)}/jobs/${jobId}/status`, body);
  const { text } = await visitor.get(pageOf(projectId, jobId));
  expect(textOf(text)).toContain("Exit code 0");
  expect(text).toContain('<a href="https://ci.example/runs/7" rel="noreferrer">');
  expect(textOf(text)).toContain("BASE_URL https://staging.example/<b>");
});
