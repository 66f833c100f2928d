import { expect, test } from "vitest";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { makeSchedule } from "../scheduling.ts";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** Two jobs of a project: `breaks` fails from the second on, `heals` fails no more, `slow` takes longer. */
const twoJobs = async () => {
  const world = new World();
  const first = await running(world);
  const slow = (seconds: number) => ({ name: "slow", seconds });
  await sendReport(world, first, junit(...passed("breaks <i>"), failed("heals"), slow(1)));
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(failed("breaks <i>"), ...passed("heals"), slow(2)));
  const visitor = await Visitor.in(world);
  const jobs = `/console/projects/${first.projectId}/jobs`;
  return { world, first, second, visitor, jobs };
};

test("two jobs are compared on a page, in the order in which they were made, whichever of them leads there", async () => {
  const { first, second, visitor, jobs } = await twoJobs();
  for (const [job, other] of [
    [second.jobId, `${first.jobId}`],
    [first.jobId, `#${second.jobId}`],
  ] as const) {
    const page = await visitor.get(`${jobs}/${job}/compare?with=${encodeURIComponent(other)}`);
    expect(page.status).toBe(200);
    const text = textOf(page.text);
    expect(text).toMatch(new RegExp(`From job ${first.jobId} to job ${second.jobId}`));
    expect(text).toMatch(
      /Newly failing breaks <i> Passed then Failed all.*Fixed heals Failed then Passed all.*Slower by half slow 1\.0 s then 2\.0 s all/,
    );
  }
});

test("a job's page leads to the comparison with the run before of its schedule, or asks with which", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path, jobIds } = await makeSchedule(world, ready, { overlap: "allow" });
  const visitor = await Visitor.in(world);
  const jobs = `/console/projects/${ready.projectId}/jobs`;
  const [one = 0] = jobIds;
  const runOf = async (jobId: number) => {
    await world.report(ready.projectId, jobId, "RUNNING");
    await sendReport(world, { ...ready, jobId }, junit(...passed("adds")));
    await world.report(ready.projectId, jobId, "COMPLETED");
  };
  await runOf(one);
  world.advance(60_000);
  const { body } = await world.post(`${path}/run-now`);
  const two = typeof body === "object" && body && "job_id" in body ? Number(body.job_id) : 0;
  await runOf(two);
  expect((await visitor.get(`${jobs}/${two}`)).text).toContain(`href="${jobs}/${two}/compare?with=${one}"`);
  const alone = await visitor.get(`${jobs}/${one}`);
  expect(alone.text).toContain(`href="${jobs}/${one}/compare"`);
  const asking = await visitor.get(`${jobs}/${one}/compare`);
  expect(asking.status).toBe(200);
  expect(textOf(asking.text)).toContain("Compare with job");
  expect(textOf(asking.text)).not.toContain("Newly failing");
});

test("a comparison says which job has no report, and what is no job of the project", async () => {
  const { world, first, second, visitor, jobs } = await twoJobs();
  const silent = await runAgain(world, first);
  const page = await visitor.get(`${jobs}/${silent.jobId}/compare?with=${first.jobId}`);
  expect(textOf(page.text)).toContain(`no report of job ${silent.jobId} came in.`);
  expect(textOf(page.text)).not.toContain("Newly failing");
  const elsewhere = await running(world);
  for (const [other, status, said] of [
    [`${elsewhere.jobId}`, 404, `${elsewhere.jobId} is none of this project`],
    ["<b>x</b>", 400, "must be the number of a job"],
  ] as const) {
    const wrong = await visitor.get(`${jobs}/${second.jobId}/compare?with=${encodeURIComponent(other)}`);
    expect(wrong.status, other).toBe(status);
    expect(textOf(wrong.text)).toContain(said);
    expect(wrong.text).not.toContain("<b>x");
  }
  const limited = await Visitor.in(
    world,
    await world.token("operator", { project_ids: [elsewhere.projectId] }),
  );
  expect((await limited.get(`${jobs}/${second.jobId}/compare?with=${first.jobId}`)).status).toBe(404);
});
