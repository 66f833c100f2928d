import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();
const DAY = 24 * HOUR;

/** A host, an agent and a schedule of one project, all of one name. */
const laneOf = async (name: string) => {
  const ready = await world.ready();
  await world.put(`/api/v3/automation/hosts/${ready.hostId}`, {
    host_name: `${name} host`,
    ip_address: "x",
    mac_address: "x",
    host_guid: ready.guid,
  });
  await world.put(
    `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`,
    {
      name: `${name} agent`,
      framework: "x",
      active: true,
    },
  );
  const run = (facts: Record<string, unknown> = {}, at = world.now) =>
    world.schedule(ready.projectId, ready.agentId, { at, facts: { name, ...facts } });
  return { ...ready, run };
};
type LaneThings = Awaited<ReturnType<typeof laneOf>>;

/** A job of the lane that ran for some minutes from now on and ended so. */
const ran = async (lane: LaneThings, status: string, minutes = 60): Promise<number> => {
  const { jobId } = await lane.run();
  await world.report(lane.projectId, jobId, "RUNNING");
  world.advance(minutes * MINUTE);
  await world.report(lane.projectId, jobId, status);
  return jobId;
};

/** What is drawn of a job: its link with its title and bar; "" if nothing is. */
const markOf = (html: string, job: number): string =>
  new RegExp(`<a id="job-${job}"[^>]*>.*?</a>`, "s").exec(html)?.[0] ?? "";
const numberIn = (mark: string, name: string): number =>
  Number(new RegExp(`class="bar [^>]* ${name}="([\\d.]+)`).exec(mark)?.[1]);
const hrefsIn = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
const nowIn = (html: string): number => Number(/class="now" x="([\d.]+)%"/.exec(html)?.[1]);

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
    expect([sent.status, sent.headers.get("location")]).toEqual([302, "/console/timeline?span=6h&q=Kept"]);
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

describe("the lanes", () => {
  test("are hosts or their agents, by name, or those of a project, or those with jobs", async () => {
    const one = await laneOf("Chosen one");
    const other = await laneOf("Chosen other");
    await ran(one, "COMPLETED");
    const visitor = await Visitor.in(world);
    const lanes = async (query: string) => {
      const { text } = await visitor.get(`/console/timeline?q=Chosen${query}`);
      return [...text.matchAll(/class="lane-name"><span class="cut" title="([^"]*)"/g)].map(
        ([, name]) => name,
      );
    };
    expect(await lanes("")).toEqual(["Chosen one host", "Chosen other host"]);
    expect(await lanes("&by=agent")).toEqual(["Chosen one agent", "Chosen other agent"]);
    expect(await lanes(`&project=${other.projectId}`)).toEqual(["Chosen other host"]);
    expect(await lanes(`&project=${other.projectId}&by=agent`)).toEqual(["Chosen other agent"]);
    expect(await lanes("&busy=1")).toEqual(["Chosen one host"]);
    expect(await lanes("&busy=1&by=agent")).toEqual(["Chosen one agent"]);
    expect((await world.delete(`/api/v3/automation/hosts/${other.hostId}`)).status).toBeLessThan(300);
    expect(await lanes("")).toEqual(["Chosen one host"]);
  });

  test("of an agent show its own jobs", async () => {
    const lane = await laneOf("Own");
    const second = await world.agent(lane.projectId, lane.hostId, { name: "Own second" });
    const first = await ran(lane, "COMPLETED");
    const { jobId } = await world.schedule(lane.projectId, second);
    const visitor = await Visitor.in(world);
    const path = "/console/timeline?q=Own second&by=agent";
    const { text } = await visitor.get(path);
    expect([markOf(text, first), markOf(text, jobId)].map((mark) => mark !== "")).toEqual([false, true]);
    const agent = `/api/v3/projects/${lane.projectId}/automation/hosts/${lane.hostId}/agents/${second}`;
    expect((await world.delete(agent)).status).toBeLessThan(300);
    expect((await visitor.get(path)).text).not.toContain("Own second</span>");
    expect((await visitor.get(`/console/hosts/${lane.hostId}`)).text).toContain(`Removed agent #${second}`);
  });

  test("come twenty a page, each once", async () => {
    for (let nth = 0; nth < 23; nth++) await laneOf(`Paged ${String.fromCharCode(97 + nth)}`);
    const visitor = await Visitor.in(world);
    for (const by of ["host", "agent"]) {
      const seen: string[] = [];
      let path: string | undefined = `/console/timeline?q=Paged${by === "agent" ? "&by=agent" : ""}`;
      for (let page = 0; path !== undefined && page < 3; page++) {
        const { text }: { text: string } = await visitor.get(path);
        seen.push(...[...text.matchAll(/<span class="cut" title="(Paged \w)/g)].map(([, name = ""]) => name));
        path = hrefsIn(/<a href="[^"]*">More /.exec(text)?.[0] ?? "")[0];
      }
      expect(seen.length, by).toBe(23);
      expect(new Set(seen).size, by).toBe(23);
    }
  });
});

test("a token limited to a project sees no job of another on a host that both use", async () => {
  const lane = await laneOf("Both");
  const foreign = await world.project();
  const agent = await world.agent(foreign, lane.hostId, { name: "Both foreign" });
  const hidden = await world.schedule(foreign, agent);
  const shown = await lane.run();
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [lane.projectId] }));
  for (const path of [
    "/console/timeline?q=Both",
    "/console/timeline?q=Both&by=agent",
    "/console/timeline?q=Both&as=table",
    `/console/timeline?q=Both&project=${foreign}`,
    `/console/hosts/${lane.hostId}`,
  ]) {
    const { text } = await visitor.get(path);
    expect(text, path).toContain(`/jobs/${shown.jobId}"`);
    expect(text, path).not.toContain(`/jobs/${hidden.jobId}"`);
    expect(text, path).not.toContain("Both foreign");
  }
});

test("a token of a host, which has no list of jobs, is led to none by the timeline of its host", async () => {
  const lane = await laneOf("Hosted");
  const job = await ran(lane, "COMPLETED");
  const visitor = await Visitor.in(world, await world.token("host"));
  const { text } = await visitor.get(`/console/hosts/${lane.hostId}`);
  expect(markOf(text, job)).toContain(`/jobs/${job}"`);
  expect(text).not.toContain("/console/jobs?");
});

test("the pages of a host and of a schedule have its timeline, with times of their own", async () => {
  const lane = await laneOf("Embedded");
  const { id, jobId } = await lane.run();
  await world.report(lane.projectId, jobId, "RUNNING");
  world.advance(HOUR);
  await world.report(lane.projectId, jobId, "FAILED");
  const visitor = await Visitor.in(world);
  for (const path of [
    `/console/hosts/${lane.hostId}`,
    `/console/projects/${lane.projectId}/schedules/${id}`,
  ]) {
    const { text } = await visitor.get(path);
    expect(markOf(text, jobId), path).toContain('class="bar failed"');
    expect(hrefsIn(text)).toContain(`${path}?span=6h`);
    expect(text).toContain(`hx-get="${path}"`);
    const table = await visitor.get(`${path}?span=6h&as=table`);
    expect(table.text).toContain('class="lanes-table"');
    expect(table.text).toContain(`/jobs/${jobId}"`);
    const before = await visitor.get(`${path}?span=6h&at=20260101T0000Z`);
    expect(markOf(before.text, jobId)).toBe("");
  }
});

describe("with more than can be drawn", () => {
  /** Adds jobs to a lane's first schedule, so many minutes apart, around now. */
  const fill = async (
    lane: LaneThings,
    { jobs, apart, took }: { jobs: number; apart: number; took: number },
  ) => {
    const { id } = await lane.run({}, world.now + 99 * DAY);
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
      INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at, started_at)
      SELECT s.project_id, ?2, s.agent_id, s.id, s.snapshot_id, ?3 - i * ?4, i, iif(i % 9, 'COMPLETED', 'FAILED'), 1, ?3 - i * ?4 + ?5, ?3 - i * ?4
      FROM schedules s, n WHERE s.id = ?6`,
    )
      .bind(jobs, lane.hostId, world.now, apart * MINUTE, took * MINUTE, id)
      .run();
  };

  test("a lane says so and leads to the list", async () => {
    const lane = await laneOf("Full");
    await fill(lane, { jobs: 400, apart: 5, took: 2 });
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Full&span=7d");
    expect(textOf(text)).toContain("150+ jobs, 16 failed");
    expect(text).toContain("More jobs than are drawn");
    const list = hrefsIn(text).find((href) => href.startsWith("/console/jobs?host=")) ?? "";
    expect(textOf((await visitor.get(list)).text)).toContain("Full");
  });

  test("jobs too close to each other share a link to the list of them, and are each drawn", async () => {
    const lane = await laneOf("Close");
    await fill(lane, { jobs: 4, apart: 1, took: 0.5 });
    const visitor = await Visitor.in(world);
    const { text } = await visitor.get("/console/timeline?q=Close&span=7d");
    const many =
      /<a id="h\d+-ended-\d+" href="([^"]*)"[^>]*><title>4 jobs: 4 completed/.exec(text)?.[1] ?? "";
    const listed = (await visitor.get(many.replaceAll("&amp;", "&"))).text;
    expect(listed.match(/<th scope="row"><a href="[^"]*\/jobs\//g)).toHaveLength(4);
    expect((await visitor.get("/console/timeline?q=Close&span=1h")).text.match(/<a id="job-/g)).toHaveLength(
      4,
    );
  });

  test("no page is larger than 100 kB", async () => {
    for (let nth = 0; nth < 20; nth++) {
      const lane = await laneOf(`Heavy host with a long name ${nth}`);
      await fill(lane, { jobs: 150, apart: 1 + nth * 3, took: 1 + nth * 7 });
      await fill(lane, { jobs: 150, apart: 4 + nth * 2, took: 3 });
    }
    const visitor = await Visitor.in(world);
    for (const span of ["1h", "6h", "24h", "7d"])
      for (const as of ["chart", "table"])
        for (const by of ["host", "agent"]) {
          const { text } = await visitor.get(`/console/timeline?q=Heavy&span=${span}&as=${as}&by=${by}`);
          expect(text.match(as === "chart" ? /class="lane"/g : /scope="rowgroup"/g)).toHaveLength(20);
          expect(new TextEncoder().encode(text).length, `${span} ${as} ${by}`).toBeLessThan(100_000);
        }
  }, 60_000);
});
