import { expect, test } from "vitest";
import { z } from "zod";
import { makeSchedule } from "../scheduling.ts";
import { World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

/** A schedule by a cron, and somebody who looks at it. */
const scene = async (facts: object = {}) => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { name: "Smoke", cron: "15 6 * * MON-FRI", ...facts });
  const visitor = await Visitor.in(world);
  const page = `/console/projects/${ready.projectId}/schedules/${schedule.id}`;
  const form = `/console/projects/${ready.projectId}/schedules`;
  const got = z.looseObject({ name: z.string(), cron: z.string().nullable() });
  const read = async (id = schedule.id) =>
    got.parse((await world.get(`/api/v3/projects/${ready.projectId}/automation/schedules/${id}`)).body);
  return { world, ready, schedule, visitor, page, form, read };
};

test("a row says when the schedule runs in words, with the cron behind them", async () => {
  const { visitor } = await scene();
  const { text } = await visitor.get("/console/schedules");
  expect(textOf(text)).toContain("Mondays to Fridays 06:15");
  expect(text).toContain('title="15 6 * * MON-FRI UTC"');
});

test("run now and pause in a row lead back to the list as it was, with a link to the job", async () => {
  const { visitor, ready, page } = await scene();
  const back = `/console/schedules?project=${ready.projectId}`;
  const ran = await visitor.post(`${page}/run-now`, { back });
  const location = ran.headers.get("location") ?? "";
  expect([ran.status, location]).toEqual([
    303,
    expect.stringMatching(
      `^/console/schedules\\?project=${ready.projectId}&done=schedule-ran&made=${ready.projectId}\\.\\d+$`,
    ),
  ]);
  const job = location.split(".").at(-1);
  const { text } = await visitor.get(location);
  expect(text).toContain(`<a href="/console/projects/${ready.projectId}/jobs/${job}">To job #${job}</a>`);
  expect(text).toContain(`formaction="${page.replace("/console/", "")}/run-now"`);
  const paused = await visitor.post(`${page}/pause`, { back });
  expect(paused.headers.get("location")).toBe(`${back}&done=schedule-paused`);
  const list = (await visitor.get(back)).text;
  expect(list).toContain(`formaction="${page.replace("/console/", "")}/resume"`);
  expect(list).not.toContain(`formaction="${page.replace("/console/", "")}/pause"`);
  const elsewhere = await visitor.post(`${page}/resume`, { back: "https://evil.test/console/schedules?" });
  expect(elsewhere.headers.get("location")).toBe(`${page}?done=schedule-resumed`);
});

test("a made job that is no number is no link", async () => {
  const { visitor } = await scene();
  for (const made of ["1.x", "1.2.3", "-1.2", "1.0", '1.2"><b>'])
    expect(
      (await visitor.get(`/console/schedules?done=schedule-ran&made=${encodeURIComponent(made)}`)).text,
    ).not.toContain("To job");
});

test("a row has its last 20 runs, the newest on the right", async () => {
  const { world, ready, visitor, schedule } = await scene({ overlap: "allow" });
  const jobs: number[] = [];
  for (let run = 0; run < 22; run++) {
    world.advance(60_000);
    const { body } = await world.post(`${schedule.path}/run-now`);
    const { job_id: job } = z.looseObject({ job_id: z.int() }).parse(body);
    await world.report(ready.projectId, job, "RUNNING");
    await world.report(ready.projectId, job, run === 21 ? "FAILED" : "COMPLETED");
    jobs.push(job);
  }
  const { text } = await visitor.get("/console/schedules");
  const marks = /data-marks="([^"]*)"/.exec(text)?.[1]?.replaceAll("&gt;", ">") ?? "";
  const read = [...marks.matchAll(/([+!])(-?\w+)\.(-?\w+)/g)];
  const sum = (place: number) => {
    let total = 0;
    return read.map((mark) => (total += Number.parseInt(mark[place] ?? "", 36)));
  };
  expect(sum(2)).toEqual(jobs.slice(-20));
  expect(read.map(([, status]) => status).join("")).toBe(`${"+".repeat(19)}!`);
  expect(textOf(text)).toContain("1 of 20 failed");
  expect((sum(3).at(-1) ?? 0) * 60_000).toBe(world.now);
});

test("a copy has all that the schedule has, its test runs and parameters too", async () => {
  const { ready, visitor, schedule, form, read } = await scene({
    max_runs: 7,
    blackouts: "ignore",
    parameters: [{ name: "BASE_URL", value: "https://staging.example" }],
    automation_materials: [
      { test_case_id: 1, test_case_name: "Only", test_case_version_id: 1, automation_content: "shop.Only" },
    ],
  });
  const { text } = await visitor.get(`${form}/new?from=${schedule.id}`);
  expect(fieldIn(text, "copy_of")).toBe(String(schedule.id));
  expect(text).toContain('value="Copy of Smoke"');
  const answer = await visitor.post(form, {
    ...{ name: "Copy of Smoke", agent_server_id: String(ready.agentId), kind: "repeat", runs: "keep" },
    ...{ cron: "15 6 * * MON-FRI", time_zone: "UTC", max_runs: "7", blackouts: "ignore" },
    copy_of: String(schedule.id),
  });
  const copy = Number(/schedules\/(\d+)/.exec(answer.headers.get("location") ?? "")?.[1]);
  expect(copy).not.toBe(schedule.id);
  const { schedule_id: _, ...made } = await read(copy);
  const { schedule_id: __, ...source } = await read();
  expect(made).toEqual({ ...source, name: "Copy of Smoke" });
  const page = await visitor.get(`${form}/${copy}`);
  expect(textOf(page.text)).toContain("1 test");
  expect((await visitor.get(`${form}/new?from=999999`)).status).toBe(404);
});

test("a schedule that is edited by its form keeps its parameters", async () => {
  const { ready, visitor, page, read } = await scene({ parameters: [{ name: "A", value: "1" }] });
  const { text } = await visitor.get(`${page}/edit`);
  await visitor.post(`${page}/edit`, {
    ...{ name: "Edited", agent_server_id: String(ready.agentId), kind: "repeat", runs: "keep" },
    ...{ cron: "0 7 * * *", time_zone: "UTC", seen: fieldIn(text, "seen") },
  });
  expect(await read()).toMatchObject({ name: "Edited", parameters: [{ name: "A", value: "1" }] });
});

test("without scripts a usual time is a step of the form, which keeps the rest", async () => {
  const { ready, visitor, form } = await scene();
  const { text } = await visitor.post(form, {
    ...{ name: "By hand", agent_server_id: String(ready.agentId), kind: "repeat", runs: "all" },
    ...{ cron: "", time_zone: "UTC", preset: "15 6 * * MON-FRI" },
  });
  expect(text).toContain('value="15 6 * * MON-FRI" id="cron"');
  expect(text).toContain('value="By hand"');
  expect(textOf(text)).toContain("Next times: Mondays to Fridays 06:15");
  // Its zone is UTC; the times stand as they do elsewhere.
  expect(textOf(text)).toMatch(/Next times: Mondays to Fridays 06:15 +\d+ [A-Z][a-z]{2}( \d{4})? 06:15 /);
});
