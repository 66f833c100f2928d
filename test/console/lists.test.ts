import { expect, test } from "vitest";
import { z } from "zod";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

/** A schedule with some jobs of it, and somebody who looks at lists. */
const listed = async (name = "Smoke") => {
  const world = new World();
  const { projectId, agentId } = await world.ready();
  const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name } });
  const path = `/api/v3/projects/${projectId}/automation`;
  const runNow = async () => {
    const { body } = await world.post(`${path}/schedules/${id}/run-now`);
    return z.looseObject({ job_id: z.int() }).parse(body).job_id;
  };
  const end = async (job: number) => {
    await world.report(projectId, job, "RUNNING");
    await world.report(projectId, job, "COMPLETED");
  };
  const jobs = async () =>
    z
      .array(z.looseObject({ job_id: z.int(), status: z.string() }))
      .parse((await world.get(`${path}/jobs?limit=100`)).body);
  const visitor = await Visitor.in(world);
  const pick = async (list: "jobs" | "schedules", what: string, picked: readonly (number | string)[]) => {
    const key = fieldIn((await visitor.get(`/console/${list}`)).text, "key");
    const fields: [string, string][] = [
      ["key", key],
      ["back", `/console/${list}?project=${projectId}`],
      ...picked.map((each): [string, string] => [
        "pick",
        typeof each === "number" ? `${projectId}:${each}` : each,
      ]),
    ];
    return { again: () => visitor.post(`/console/${list}/picked/${what}`, fields), fields };
  };
  return { world, projectId, agentId, schedule: id, jobId, runNow, end, jobs, visitor, pick };
};

test("a filter that is left empty is not in the address", async () => {
  const { visitor } = await listed();
  for (const [given, short] of [
    ["/console/jobs?project=&status=FAILED&q=", "/console/jobs?status=FAILED"],
    ["/console/schedules?project=&q=&state=", "/console/schedules"],
    ["/console/hosts?q=&presence=Online", "/console/hosts?presence=Online"],
  ] as const) {
    const answer = await visitor.get(given);
    expect([answer.status, answer.headers.get("location")], given).toEqual([302, short]);
  }
  expect((await visitor.get("/console/jobs?status=FAILED")).status).toBe(200);
});

test("jobs are found by a part of their schedule's name, or by their id wherever they stand", async () => {
  const { world, projectId, agentId, jobId, visitor } = await listed("Payment providers");
  const other = await world.schedule(projectId, agentId, {
    at: world.now + 48 * HOUR,
    facts: { name: "Nightly" },
  });
  const found = async (q: string) =>
    [
      ...(await visitor.get(`/console/jobs?project=${projectId}&q=${encodeURIComponent(q)}`)).text.matchAll(
        /jobs\/(\d+)" title=/g,
      ),
    ].map(([, id]) => Number(id));
  expect(await found("PROVIDER")).toEqual([jobId]);
  expect(await found("nothing so")).toEqual([]);
  for (const q of [`${other.jobId}`, `#${other.jobId}`]) expect(await found(q), q).toEqual([other.jobId]);
  const text = (await visitor.get(`/console/jobs?q=${other.jobId}`)).text;
  expect(text).toContain('<a class="button plain" href="/console/jobs">Clear</a>');
});

test("a search by id shows no job of a project that the token does not know", async () => {
  const { world, jobId } = await listed("Hidden");
  const own = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own] }));
  expect((await limited.get(`/console/jobs?q=${jobId}`)).text).not.toContain("Hidden");
});

test("many jobs are run again at once: each by one call and one audit entry, and those left are told with why", async () => {
  const { world, projectId, jobId, runNow, end, jobs, pick } = await listed();
  const [second, running] = [await runNow(), await runNow()];
  await end(jobId);
  await end(second);
  await world.report(projectId, running, "RUNNING");
  const { again } = await pick("jobs", "rerun", [jobId, second, running, jobId]);
  const text = textOf((await again()).text);
  expect(text).toContain("2 of 3 jobs run again, 1 not, because:");
  expect(text).toContain(`#${running} : job ${running} is RUNNING; it can run again once it has ended`);
  expect(await jobs()).toHaveLength(5);
  const audit = await world.get(`/api/v3/audit?action=rerunJob&project_id=${projectId}`);
  const made = z.array(z.looseObject({ object_id: z.int() })).parse(audit.body);
  expect(new Set(made.map(({ object_id }) => object_id)).size).toBe(2);
  // The same form again, as a browser sends it that did not hear the answer.
  expect(textOf((await again()).text)).toContain("2 of 3 jobs run again");
  expect(await jobs()).toHaveLength(5);
});

test("of many jobs the failed tests are run again at once, and those without any are told", async () => {
  const world = new World();
  const ready = await running(world, ["adds", "divides"]);
  await sendReport(world, ready, junit(...passed("adds"), failed("divides")));
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  const sound = await runAgain(world, ready);
  await world.report(ready.projectId, sound.jobId, "COMPLETED");
  const visitor = await Visitor.in(world);
  expect((await visitor.get("/console/jobs")).text).toContain(
    'formaction="/console/jobs/picked/rerun-failed"',
  );
  const picks = [ready.jobId, sound.jobId].map((id): [string, string] => [
    "pick",
    `${ready.projectId}:${id}`,
  ]);
  const answer = await visitor.post("/console/jobs/picked/rerun-failed", picks);
  expect(textOf(answer.text)).toContain("1 of 2 jobs run again with what failed in them, 1 not, because:");
  expect(textOf(answer.text)).toContain(`no test run of job ${sound.jobId} failed by its reports`);
});

test("many jobs are cancelled at once, each with an audit entry", async () => {
  const { world, projectId, jobId, runNow, jobs, pick } = await listed();
  const second = await runNow();
  const { again } = await pick("jobs", "cancel", [jobId, second]);
  expect(textOf((await again()).text)).toContain("2 of 2 jobs cancelled");
  expect((await jobs()).map(({ status }) => status)).toEqual(["CANCELLED", "CANCELLED"]);
  const audit = await world.get(`/api/v3/audit?action=cancelJob&project_id=${projectId}`);
  expect(audit.body).toHaveLength(2);
});

test("many schedules are paused and resumed at once", async () => {
  const { world, projectId, agentId, schedule, pick, visitor } = await listed();
  const other = await world.schedule(projectId, agentId, { facts: { name: "Other" } });
  const paused = async () =>
    (
      (await visitor.get(`/console/schedules?project=${projectId}&state=paused`)).text.match(
        /name="pick"/g,
      ) ?? []
    ).length;
  const { again: pause } = await pick("schedules", "pause", [schedule, other.id, "1:999999"]);
  const told = await pause();
  expect(textOf(told.text)).toContain("2 of 3 schedules paused, 1 not, because:");
  // Its project is not there: the reason says nothing of the row.
  expect(told.text).toMatch(/<a href="\/console\/projects\/1\/schedules\/999999">#999999<\/a>: /);
  expect(await paused()).toBe(2);
  const { again: resume } = await pick("schedules", "resume", [schedule, other.id]);
  expect(textOf((await resume()).text)).toContain("2 of 2 schedules resumed");
  expect(await paused()).toBe(0);
});

test("a picked row of a project that the token does not know is as if it were not there", async () => {
  const { world, projectId, jobId, jobs, pick } = await listed();
  const { fields } = await pick("jobs", "cancel", [jobId]);
  const own = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own] }));
  const answer = await limited.post("/console/jobs/picked/cancel", fields);
  expect(textOf(answer.text)).toContain(`there is no project ${projectId}`);
  expect(await jobs()).toMatchObject([{ status: "PLANNED" }]);
});

test("a form without a good pick is refused, and leads back nowhere but to the list", async () => {
  const { visitor, jobId, pick } = await listed();
  for (const picked of [
    [],
    ["1"],
    ["x:1"],
    ["1:1:1"],
    Array.from({ length: 101 }, (_, nth) => `1:${nth + 1}`),
  ]) {
    const { again } = await pick("jobs", "cancel", picked);
    expect((await again()).status, String(picked).slice(0, 20)).toBe(400);
  }
  const { fields } = await pick("jobs", "cancel", [jobId]);
  for (const [back, leads] of [
    ["https://elsewhere.example", "/console/jobs"],
    ["/console/jobsx", "/console/jobs"],
    ["/console/jobs?status=FAILED", "/console/jobs?status=FAILED"],
  ]) {
    const sent = fields.map(([name, value]): [string, string] => [
      name,
      name === "back" ? String(back) : value,
    ]);
    const { text } = await visitor.post("/console/jobs/picked/cancel", sent);
    expect(text).toContain(`<a class="button" href="${leads}">`);
  }
});

test("a page of jobs has 25 rows, and boxes only for those who may do something", async () => {
  const { world, projectId, runNow, visitor } = await listed();
  for (let run = 0; run < 26; run++) await runNow();
  const boxes = (html: string) => (html.match(/name="pick"/g) ?? []).length;
  const { text } = await visitor.get(`/console/jobs?project=${projectId}`);
  expect(boxes(text)).toBe(25);
  expect(text).toContain("Earlier jobs");
  const host = await Visitor.in(world, await world.token("host"));
  expect(boxes((await host.get("/console/jobs")).text)).toBe(0);
});
