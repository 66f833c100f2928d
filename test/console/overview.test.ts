import { expect, test } from "vitest";
import { failingOf } from "../../src/console/overview/attention.ts";
import { axisOf } from "../../src/console/overview/chart.tsx";
import { lastDays, outcomesByDay, passRate } from "../../src/console/overview/days.ts";
import { medianOf } from "../../src/console/overview/view.ts";
import { HOUR, MINUTE, type Ready, START, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const DAY = 24 * HOUR;

/** Ends a new job of a project's agent: its schedule's, or a new one of this name. */
const ended = async (world: World, { projectId, agentId }: Ready, name: string, status: string) => {
  const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name } });
  await world.report(projectId, jobId, "RUNNING");
  world.advance(MINUTE);
  await world.report(projectId, jobId, status);
  return { id, jobId };
};

/** Runs a schedule's last job again and ends it. */
const again = async (world: World, { projectId }: Ready, jobId: number, status: string): Promise<number> => {
  const { body } = await world.post(`/api/v3/projects/${projectId}/automation/jobs/${jobId}/rerun`);
  const made = /"job_id":(\d+)/.exec(JSON.stringify(body))?.[1];
  world.advance(MINUTE);
  await world.report(projectId, Number(made), "RUNNING");
  world.advance(MINUTE);
  await world.report(projectId, Number(made), status);
  return Number(made);
};

/** The overview as an operator of this project alone sees it. */
const overviewOf = async (world: World, { projectId }: Ready) => {
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  const { text } = await visitor.get("/console");
  return { html: text, text: textOf(text), visitor };
};

const sectionIn = (text: string, from: string, to: string): string =>
  new RegExp(`${from}(.*?)${to}`).exec(text)?.[1] ?? "";

test("failures of one schedule are one line: how often in a row, since when, and the last of them", async () => {
  const world = new World({ now: START + 1000 * HOUR });
  const ready = await world.ready();
  const first = await ended(world, ready, "Smoke", "FAILED");
  const second = await again(world, ready, first.jobId, "FAILED");
  const third = await again(world, ready, second, "FAILED");
  const { html, text } = await overviewOf(world, ready);
  const attention = sectionIn(text, "Needs attention", "Runs now");
  expect(attention).toMatch(/Smoke : failed 3 times since/);
  expect(attention).toContain(`#${third}`);
  expect(attention).not.toContain(`#${second}`);
  expect(html).toContain(`href="/console/jobs?schedule=${first.id}&amp;status=FAILED"`);
});

test("a schedule that failed once and passes again asks for nothing; one that failed twice says that it passed since", async () => {
  const world = new World({ now: START + 2000 * HOUR });
  const ready = await world.ready();
  const once = await ended(world, ready, "Once", "FAILED");
  await again(world, ready, once.jobId, "COMPLETED");
  const twice = await ended(world, ready, "Twice", "FAILED");
  const second = await again(world, ready, twice.jobId, "FAILED");
  await again(world, ready, second, "COMPLETED");
  const { text } = await overviewOf(world, ready);
  const attention = sectionIn(text, "Needs attention", "Runs now");
  expect(attention).not.toContain("Once");
  expect(attention).toMatch(/Twice : failed 2 times since .*passed since/);
});

test("offline hosts with work that waits come first, then what fails, then what waits elsewhere", async () => {
  const world = new World({ now: START + 3000 * HOUR });
  const failing = await world.ready();
  const { projectId } = failing;
  const [offline, online] = [await world.host(), await world.host()];
  const agents = [await world.agent(projectId, offline.id), await world.agent(projectId, online.id)];
  for (const agentId of agents) await world.schedule(projectId, agentId, { facts: { name: "Waits" } });
  for (let minutes = 0; minutes < 90; minutes += 30) {
    await world.ping(online.id, online.guid);
    world.advance(30 * MINUTE);
    await world.tick();
  }
  await world.ping(online.id, online.guid);
  await world.tick();
  await ended(world, failing, "Fails", "FAILED");
  const { html } = await overviewOf(world, failing);
  const attention = sectionIn(html.replace(/\s+/g, " "), "Needs attention", "Runs now");
  const places = [`/console/hosts/${offline.id}"`, `>Fails</a>`, `/console/hosts/${online.id}"`].map((mark) =>
    attention.indexOf(mark),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test("what is acknowledged stands folded below until its time, says by whom, and asks again after it", async () => {
  const world = new World({ now: START + 4000 * HOUR });
  const ready = await world.ready();
  const { id } = await ended(world, ready, "Known", "FAILED");
  const { visitor } = await overviewOf(world, ready);
  const schedule = `/console/projects/${ready.projectId}/schedules/${id}`;
  const sent = await visitor.post(`${schedule}/acknowledge`, { hours: "4" });
  expect(sent.headers.get("location")).toBe("/console?done=acknowledged");
  const seen = async () => textOf((await visitor.get("/console")).text);
  expect(await seen()).toMatch(/Nothing needs you now.*Acknowledged: 1 .*Known.*acknowledged by operator/);
  world.advance(4 * HOUR + MINUTE);
  expect(await seen()).not.toContain("Acknowledged: 1");
  expect(await seen()).toMatch(/Known : failed/);
  await visitor.post(`${schedule}/acknowledge`, { hours: "24" });
  await visitor.post(`${schedule}/unacknowledge`);
  expect(await seen()).toMatch(/Known : failed/);
  expect((await visitor.post(`${schedule}/acknowledge`, { hours: "0" })).status).toBe(400);
});

test("a failed job is run again from its line, which then leads to the new one", async () => {
  const world = new World({ now: START + 5000 * HOUR });
  const ready = await world.ready();
  const { jobId } = await ended(world, ready, "Again", "FAILED");
  const { html, visitor } = await overviewOf(world, ready);
  const path = `/console/attention/projects/${ready.projectId}/jobs/${jobId}/rerun`;
  expect(html).toContain(`formaction="${path}"`);
  expect((await visitor.post(path)).headers.get("location")).toBe("/console?done=job-runs-again");
  expect(textOf((await visitor.get("/console")).text)).toMatch(/Runs again as #\d+/);
});

test("runs stand beside how long their schedule usually takes, and what is due within the hour is listed", async () => {
  const world = new World({ now: START + 6000 * HOUR });
  const ready = await world.ready();
  const { jobId } = await ended(world, ready, "Usual", "COMPLETED");
  const { body } = await world.post(`/api/v3/projects/${ready.projectId}/automation/jobs/${jobId}/rerun`);
  const made = Number(/"job_id":(\d+)/.exec(JSON.stringify(body))?.[1]);
  await world.report(ready.projectId, made, "RUNNING");
  await world.schedule(ready.projectId, ready.agentId, {
    at: world.now + 30 * MINUTE,
    facts: { name: "Soon" },
  });
  await world.schedule(ready.projectId, ready.agentId, {
    at: world.now + 2 * HOUR,
    facts: { name: "Later" },
  });
  world.advance(20_000);
  const first = await overviewOf(world, ready);
  expect(sectionIn(first.text, "Runs now", "Due within")).toContain("20 s of usually 1 min 0 s");
  world.advance(2 * MINUTE);
  const { text } = await overviewOf(world, ready);
  expect(sectionIn(text, "Runs now", "Due within")).toContain("for 2 min 20 s, usually 1 min 0 s");
  const due = sectionIn(text.slice(text.indexOf("Runs now")), "Due within the hour", "Outcomes");
  expect(due).toContain("Soon");
  expect(due).not.toContain("Later");
});

test("the oldest job that waits is named", async () => {
  const world = new World({ now: START + 7000 * HOUR });
  const ready = await world.ready({ jobs: 2 });
  world.advance(10 * MINUTE);
  const { text } = await overviewOf(world, ready);
  expect(text).toContain(`The oldest that waits is job ${ready.jobId} , due 10 min ago`);
});

test("the chart counts the days of the reader, and leads to the jobs of each", async () => {
  // 23:30 UTC on the first is the second of the month in Berlin, and the first in New York.
  const world = new World({ now: Date.parse("2027-02-01T23:30:00Z") });
  const ready = await world.ready();
  await ended(world, ready, "Late", "COMPLETED");
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  const { visitor } = await overviewOf(world, ready);
  const bars = async (zone: string) => {
    visitor.cookies.set("muster_zone", encodeURIComponent(zone));
    const { text } = await visitor.get("/console");
    return /<title>(\d+ \w+): 1 completed<\/title>/.exec(text)?.[1];
  };
  expect(await bars("Europe/Berlin")).toBe("2 Feb");
  expect(await bars("America/New_York")).toBe("1 Feb");
  const { text } = await visitor.get("/console");
  expect(text).toContain('href="/console/jobs?ended=2027-02-01"');
});

test("days of a zone are summed up from half hours; what has none counts at noon, and a correction never goes below zero", () => {
  const now = Date.parse("2026-03-29T12:00:00Z");
  const days = lastDays(now, "Europe/Berlin");
  expect(days).toHaveLength(14);
  // Clocks go forward on this day: it has 23 hours.
  expect((days.at(-1)?.to ?? 0) - (days.at(-1)?.from ?? 0)).toBe(23 * HOUR);
  const day = Date.parse("2026-03-28T00:00:00Z");
  const stored = (
    halfHours: Record<string, number> | null,
    jobs: number,
    status: "COMPLETED" | "FAILED",
  ) => ({
    ...{ day, status, jobs },
    halfHours: halfHours === null ? null : JSON.stringify(halfHours),
  });
  const summed = outcomesByDay(days, [
    stored({ 45: 2, 46: 3 }, 5, "COMPLETED"),
    stored(null, 4, "COMPLETED"),
    stored({ 10: -1 }, -1, "FAILED"),
  ]);
  const of = (date: string) => summed.find((each) => each.date === date)?.jobs;
  // 22:30 UTC is still that day in Berlin, 23:00 is the next.
  expect(of("2026-03-28")).toEqual({ COMPLETED: 6, FAILED: 0 });
  expect(of("2026-03-29")).toEqual({ COMPLETED: 3 });
});

test("the pass rate leaves out what was cancelled, and is none without a job", () => {
  expect(passRate([{ jobs: { COMPLETED: 9, FAILED: 1, CANCELLED: 5 } }])).toBe(0.9);
  expect(passRate([{ jobs: { CANCELLED: 5 } }])).toBe(null);
});

test("an axis has at most five round numbers, from zero to the most or above", () => {
  expect(axisOf(0)).toEqual([0, 1]);
  expect(axisOf(3)).toEqual([0, 1, 2, 3]);
  expect(axisOf(37)).toEqual([0, 10, 20, 30, 40]);
  expect(axisOf(1234)).toEqual([0, 500, 1000, 1500]);
});

test("a median is the middle one", () => {
  expect(medianOf([5, 1, 900])).toBe(5);
  expect(medianOf([])).toBe(null);
});

const FAILING_ROW = {
  ...{ scheduleId: 1, scheduleName: "x", projectId: 1, projectName: "x", hostId: 1, hostName: "x" },
  ...{ jobId: 1, reason: null, failedAt: START, rerunId: null, until: null, by: null },
};

test.each([
  [["COMPLETED", "FAILED"], undefined],
  [["COMPLETED", "FAILED", "FAILED"], { times: 2, isOver: true }],
  [["FAILED", "FAILED", "COMPLETED", "FAILED"], { times: 2, isOver: false }],
])("a schedule whose runs, newest first, were %j is said to have failed: %j", (statuses, said) => {
  const runs = JSON.stringify(statuses.map((status) => [status, START]));
  const failing = failingOf({ ...FAILING_ROW, runs }, START + DAY);
  if (said === undefined) expect(failing).toBeUndefined();
  else expect(failing).toMatchObject(said);
});

test("a schedule whose last 20 runs all failed says that it failed at least so often", () => {
  const now = START + DAY;
  const runs = (count: number) => JSON.stringify(Array.from({ length: count }, () => ["FAILED", START]));
  expect(failingOf({ ...FAILING_ROW, runs: runs(20) }, now)).toMatchObject({ times: 20, isAtLeast: true });
  expect(failingOf({ ...FAILING_ROW, runs: runs(19) }, now)).toMatchObject({ times: 19, isAtLeast: false });
});
