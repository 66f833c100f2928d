import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "../world.ts";
import { DAY, hrefsIn, type LaneThings, laneOf, markOf, ran, world } from "./timeline-lanes.ts";
import { textOf, Visitor } from "./visitor.ts";

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
    expect(markOf((await visitor.get(path)).text, jobId)).toBe("");
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
