import { describe, expect, test } from "vitest";
import { textOf, Visitor } from "../console/visitor.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "./junit.ts";

const OTHERS = ["a", "b", "c", "d", "e"];

/** Runs of one test of a project: p(assed), f(ailed), s(kipped), x, an outage in which it fails too, or o, one in which it passes. */
const runsOf = async (marks: string) => {
  const world = new World();
  const jobs: Ready[] = [];
  for (const mark of marks) {
    const last = jobs.at(-1);
    const job = last ? await runAgain(world, last) : await running(world);
    const others = "xo".includes(mark) ? OTHERS.map((name) => failed(name)) : passed(...OTHERS);
    const seen = {
      p: passed("breaks"),
      o: passed("breaks"),
      s: [{ name: "breaks", outcome: "skipped" as const }],
    }[mark];
    const answer = await sendReport(world, job, junit(...others, ...(seen ?? [failed("breaks")])));
    expect(answer.status).toBe(200);
    jobs.push(job);
    world.advance(HOUR);
  }
  const resultOf = async (job: Ready | undefined) => {
    if (!job) throw new Error("no such run");
    const { body } = await world.get(`${jobPath(job)}/results`);
    return Array.isArray(body) ? body.find(({ title }) => title === "breaks") : undefined;
  };
  return { world, jobs, resultOf };
};

describe("a result says of its test how it stood when its run came", () => {
  test("since when it failed, and its runs up to then, whatever came of it later", async () => {
    const { jobs, resultOf } = await runsOf("pffpf");
    const [, second, third, fourth, fifth] = jobs;
    expect(await resultOf(second)).toMatchObject({ recent: "fp", failing_since_job_id: second?.jobId });
    expect(await resultOf(third)).toMatchObject({ recent: "ffp", failing_since_job_id: second?.jobId });
    expect(await resultOf(fourth)).toMatchObject({ recent: "pffp", failing_since_job_id: null });
    expect(await resultOf(fifth)).toMatchObject({ recent: "fpffp", failing_since_job_id: fifth?.jobId });
  });

  test("without what counts against no test, and with what was skipped in between", async () => {
    const { jobs, resultOf } = await runsOf("pxfsffp");
    const [, outage, third, fourth, , sixth] = jobs;
    expect(await resultOf(outage)).toMatchObject({ recent: "fp", failing_since_job_id: null });
    expect(await resultOf(fourth)).toMatchObject({ recent: "sffp", failing_since_job_id: null });
    expect(await resultOf(sixth)).toMatchObject({ recent: "ffsffp", failing_since_job_id: third?.jobId });
    const other = await runsOf("pfop");
    const [, began, passes] = other.jobs;
    expect(await other.resultOf(passes)).toMatchObject({ recent: "pfp", failing_since_job_id: began?.jobId });
  });

  test("however long it failed, its last 20 runs shown", async () => {
    const { world, jobs, resultOf } = await runsOf(`p${"f".repeat(25)}`);
    const [first, second] = jobs;
    const before = { recent: "f".repeat(20), failing_since_job_id: second?.jobId };
    expect(await resultOf(jobs.at(-2))).toMatchObject(before);
    if (!first) throw new Error("no run");
    const mended = await runAgain(world, first);
    await sendReport(world, mended, junit(...passed(...OTHERS, "breaks")));
    expect(await resultOf(jobs.at(-2))).toMatchObject(before);
  });
});

test("an older job's page says since when its tests had failed then", async () => {
  const { world, jobs } = await runsOf("pffpf");
  const visitor = await Visitor.in(world);
  const pageOf = async (job: Ready | undefined) => {
    const { text } = await visitor.get(`/console/projects/${job?.projectId}/jobs/${job?.jobId}`);
    return textOf(text);
  };
  expect(await pageOf(jobs[1])).toContain("new failure");
  expect(await pageOf(jobs[2])).toContain(`failing since job ${jobs[1]?.jobId}`);
  const { text } = await visitor.get(`/console/projects/${jobs[2]?.projectId}/jobs/${jobs[2]?.jobId}`);
  expect(text).toContain("2 of the last 3 runs failed");
});
