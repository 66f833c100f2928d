import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE } from "../world.ts";
import { DAY, hrefsIn, laneOf, markOf, nowIn, numberIn, ran, world } from "./timeline-lanes.ts";
import { textOf, Visitor } from "./visitor.ts";

describe("a lane", () => {
  test("shows what ended in the colour of its outcome, what runs up to now, and what is planned as an outline", async () => {
    const lane = await laneOf("Shown");
    const completed = await ran(lane, "COMPLETED");
    const failed = await ran(lane, "FAILED");
    const planned = await lane.run({}, world.now + 2 * HOUR);
    const running = await lane.run();
    await world.report(lane.projectId, running.jobId, "RUNNING");
    world.advance(HOUR);
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Shown");
    expect(markOf(text, completed)).toContain('class="bar completed"');
    expect(markOf(text, failed)).toContain('class="bar failed"');
    expect(markOf(text, planned.jobId)).toContain('class="bar planned"');
    const runs = markOf(text, running.jobId);
    expect(runs).toContain('class="bar running"');
    expect(numberIn(runs, "x") + numberIn(runs, "width")).toBeCloseTo(nowIn(text), 1);
    expect(numberIn(markOf(text, completed), "width")).toBeCloseTo(100 / 24, 1);
    expect(numberIn(markOf(text, planned.jobId), "x")).toBeGreaterThan(nowIn(text));
    expect(markOf(text, failed)).toContain(`href="/console/projects/${lane.projectId}/jobs/${failed}"`);
    expect(textOf(text)).toContain("Shown host 4 jobs, 1 failed");
  });

  test("puts jobs that run at once above each other", async () => {
    const lane = await laneOf("Stacked");
    const jobs = [await lane.run(), await lane.run()];
    for (const { jobId } of jobs) await world.report(lane.projectId, jobId, "RUNNING");
    world.advance(HOUR);
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Stacked");
    const [first, second] = jobs.map(({ jobId }) => numberIn(markOf(text, jobId), "y"));
    expect(second).toBe((first ?? 0) + 18);
  });

  test("shades when its host was offline", async () => {
    const lane = await laneOf("Silent");
    const since = world.now - (world.now % (HOUR / 2));
    await env.DB.batch(
      [
        [since - 6 * HOUR, "Online"],
        [since - 4 * HOUR, "Offline"],
        [since - 2 * HOUR, "Online"],
      ].map(([at, presence]) =>
        env.DB.prepare("INSERT INTO presence_history (host_id, at, presence) VALUES (?, ?, ?)").bind(
          lane.hostId,
          at,
          presence,
        ),
      ),
    );
    await env.DB.prepare("UPDATE hosts SET registered_at = 0 WHERE id = ?").bind(lane.hostId).run();
    const visitor = await Visitor.in(world);
    const gaps = (html: string) => [...html.matchAll(/<title>Offline: [^<]*/g)];
    expect(gaps((await visitor.get("/console/timeline?q=Silent")).text)).toHaveLength(2);
    const table = await visitor.get("/console/timeline?q=Silent&as=table");
    expect(textOf(table.text)).toMatch(/Offline nothing was heard from the host .* 2 h 0 min/);
  });

  test("shows a run that began before the window, and a job that waits since before it", async () => {
    const lane = await laneOf("Early");
    const long = await lane.run();
    await world.report(lane.projectId, long.jobId, "RUNNING");
    // So many that a look at the last jobs before the window does not reach it.
    for (let nth = 0; nth < 12; nth++) await ran(lane, "COMPLETED", 1);
    const ended = await ran(lane, "COMPLETED", 8 * 60);
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Early&span=1h");
    expect(markOf(text, long.jobId)).toContain("running");
    expect(markOf(text, ended)).toContain("completed");
    expect(numberIn(markOf(text, long.jobId), "x")).toBe(0);
  });

  test("draws a planned run, and the rest of one that goes on, as long as the last ones took", async () => {
    const lane = await laneOf("Usual");
    const { jobIds } = await makeSchedule(world, lane, { cron: "0 * * * *", time_zone: "UTC" });
    const [first = 0, second = 0, third = 0] = jobIds;
    world.advance(HOUR - (world.now % HOUR));
    await world.report(lane.projectId, first, "RUNNING");
    world.advance(30 * MINUTE);
    await world.report(lane.projectId, first, "COMPLETED");
    world.advance(40 * MINUTE);
    await world.report(lane.projectId, second, "RUNNING");
    world.advance(10 * MINUTE);
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Usual&span=6h");
    expect(numberIn(markOf(text, third), "width")).toBeCloseTo(100 / 12, 1);
    expect(markOf(text, second)).toMatch(/bar running.*bar planned/s);
    expect(textOf((await visitor.get("/console/timeline?q=Usual&span=6h&as=table")).text)).toContain(
      "usually 30 min 0 s",
    );
  });
});

describe("the table", () => {
  test("has every job that is drawn, with the same way to it", async () => {
    const lane = await laneOf("Told");
    await ran(lane, "COMPLETED");
    await ran(lane, "FAILED");
    await lane.run({}, world.now + HOUR);
    const visitor = await Visitor.in(world);
    const ways = async (as: string) =>
      new Set(
        hrefsIn((await visitor.get(`/console/timeline?q=Told${as}`)).text).filter((href) =>
          /jobs\/\d+$/.test(href),
        ),
      );
    const drawn = await ways("");
    expect(drawn.size).toBe(3);
    expect(await ways("&as=table")).toEqual(drawn);
    const { text } = await visitor.get("/console/timeline?q=Told&as=table");
    expect(textOf(text)).toMatch(/Told #\d+ Failed .* 1 h 0 min/);
    expect(text).not.toContain('class="lane"');
  });
});

describe("the address", () => {
  test("leads to earlier and later times, other spans and the table, and says no more than it must", async () => {
    const visitor = await Visitor.in(world);
    await laneOf("Addressed");
    const hrefs = hrefsIn((await visitor.get("/console/timeline?q=Addressed&span=6h")).text);
    for (const href of [
      "/console/timeline?q=Addressed",
      "/console/timeline?span=1h&q=Addressed",
      "/console/timeline?span=7d&q=Addressed",
      "/console/timeline?span=6h&q=Addressed&as=table",
    ])
      expect(hrefs).toContain(href);
    const earlier = hrefs.find((href) => href.includes("&at=")) ?? "";
    expect(earlier).toMatch(/^\/console\/timeline\?span=6h&at=\d{8}T\d{4}Z&q=Addressed$/);
    const { text } = await visitor.get(earlier);
    expect(hrefsIn(text)).toContain("/console/timeline?span=6h&q=Addressed");
  });

  test("keeps its time as time goes on, and shows the jobs of that time alone", async () => {
    const lane = await laneOf("Kept");
    const at = new Date(world.now - HOUR).toISOString().slice(0, 16).replace(/[-:]/g, "");
    const job = await ran(lane, "COMPLETED");
    world.advance(3 * DAY);
    const later = await ran(lane, "COMPLETED");
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get(`/console/timeline?span=6h&at=${at}Z&q=Kept`);
    expect([markOf(text, job), markOf(text, later)].map((mark) => mark !== "")).toEqual([true, false]);
    expect(nowIn(text)).toBeNaN();
  });

  test("loses the empty fields of its form, and what is invalid is ignored", async () => {
    const visitor = await Visitor.in(world);
    const sent = await visitor.get("/console/timeline?by=&project=&q=Kept&span=6h");
    expect([sent.status, sent.headers.get("location")]).toEqual([302, "/console/timeline?q=Kept&span=6h"]);
    for (const query of [
      "span=2h",
      "at=now",
      "at=99999999T9999Z",
      "by=x",
      "project=x",
      "after=1.x",
      "as=x",
      "busy=2",
    ])
      expect((await visitor.get(`/console/timeline?${query}`)).status, query).toBe(200);
  });
});
