import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { HOUR, MINUTE, type Ready, START, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const DAY = 24 * HOUR;

/** Someone who sees a ready host's project alone, and a schedule of one job there. */
const begin = async (now: number) => {
  const world = new World({ now });
  const ready = await world.ready();
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [ready.projectId] }));
  const schedule = (name: string, at: number) =>
    world.schedule(ready.projectId, ready.agentId, { at, facts: { name } });
  return { world, ready, visitor, schedule };
};

const linkIn = (html: string, pattern: RegExp): string =>
  (pattern.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");

/** The names of the jobs that a list has, in its order. */
const namesIn = async (visitor: Visitor, path: string): Promise<string[]> => {
  const { text } = await visitor.get(path);
  return [...text.matchAll(/<th scope="row"><a [^>]*title="([^"]*)"/g)].map(([, name = ""]) => name);
};

test("the tile of what is due within the hour leads to those jobs alone", async () => {
  const { world, visitor, schedule } = await begin(START + 20_000 * HOUR);
  await schedule("Waits", world.now - 5 * MINUTE);
  await schedule("Soon", world.now + 30 * MINUTE);
  await schedule("At the hour", world.now + HOUR);
  await schedule("Later", world.now + HOUR + 1000);
  const { text } = await visitor.get("/console");
  expect(textOf(text)).toContain("Due in 1 h 2");
  const link = linkIn(text, /class="tile planned" href="([^"]*)"/);
  expect(await namesIn(visitor, link)).toEqual(["Soon", "At the hour"]);
  const list = await visitor.get(link);
  expect(textOf(list.text)).toContain("Due within 1 h ×");
  expect(list.text).toContain('<input type="hidden" name="due" value="1"/>');
});

test("the line of an offline host leads to all jobs that it says wait, overdue or not, the oldest first", async () => {
  const { world, ready, visitor, schedule } = await begin(START + 21_000 * HOUR);
  const other = await world.host();
  const elsewhere = await world.agent(ready.projectId, other.id);
  await schedule("Old", world.now - HOUR);
  await world.tick();
  await schedule("New", world.now - MINUTE);
  await schedule("Not yet", world.now + MINUTE);
  await world.schedule(ready.projectId, elsewhere, { at: world.now - MINUTE, facts: { name: "Elsewhere" } });
  const { text } = await visitor.get("/console");
  expect(textOf(text)).toContain("2 jobs wait past their time");
  const link = linkIn(text, new RegExp(`href="([^"]*host=${ready.hostId}&amp;[^"]*)"`));
  expect(await namesIn(visitor, link)).toEqual(["Old", "New"]);
  // Of all hosts another index serves it.
  expect((await namesIn(visitor, "/console/jobs?waiting=1&order=oldest")).sort()).toEqual([
    "Elsewhere",
    "New",
    "Old",
  ]);
});

const ended = async (world: World, { projectId }: Ready, jobId: number, status: string) => {
  await world.report(projectId, jobId, "RUNNING");
  await world.report(projectId, jobId, status);
};

test("a day of the chart leads to the jobs that ended on it, whenever they were due", async () => {
  const now = Date.parse("2027-05-10T12:00:00Z");
  const { world, ready, schedule } = await begin(now);
  const before = await schedule("Due the day before", now - DAY);
  const unended = await schedule("Ends the day after", now - HOUR);
  const ahead = await schedule("Cancelled ahead", now + 3 * DAY);
  await ended(world, ready, before.jobId, "COMPLETED");
  await world.report(ready.projectId, ahead.jobId, "CANCELLED");
  world.advance(DAY);
  await ended(world, ready, unended.jobId, "FAILED");
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [ready.projectId] }));
  const { text } = await visitor.get("/console");
  const days = [...text.matchAll(/class="day" href="([^"]*)"[^>]*><title>([^<]*)</g)];
  const dayOf = (says: string) => days.find(([, , title = ""]) => title === says)?.[1] ?? "";
  const tenth = dayOf("10 May: 1 completed, 1 cancelled");
  expect(await namesIn(visitor, tenth)).toEqual(["Cancelled ahead", "Due the day before"]);
  expect(await namesIn(visitor, dayOf("11 May: 1 failed"))).toEqual(["Ends the day after"]);
  expect(await namesIn(visitor, `${tenth}&host=${ready.hostId}`)).toHaveLength(2);
  expect(textOf((await visitor.get(tenth)).text)).toContain("Ended on 10 May ×");
});

test("the jobs that ended on a day are leafed through, each once", async () => {
  const now = Date.parse("2027-06-10T12:00:00Z");
  const { ready, visitor, schedule } = await begin(now);
  await schedule("First", now);
  // Sixty that end a minute apart; every third was cancelled before its time.
  await env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
     INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at)
     SELECT project_id, host_id, agent_id, schedule_id, snapshot_id, ?1 + iif(n.i % 3, -100, 5000) * 60000, n.i + 1,
       iif(n.i % 3, 'COMPLETED', 'CANCELLED'), 1, ?1 + n.i / 2 * 60000 FROM n CROSS JOIN jobs WHERE project_id = ?2`,
  )
    .bind(now, ready.projectId)
    .run();
  for (const order of ["newest", "oldest"]) {
    const seen: string[] = [];
    let path = `/console/jobs?ended=2027-06-10&order=${order}`;
    for (let pages = 0; path !== "" && pages < 9; pages++) {
      const { text } = await visitor.get(path);
      seen.push(
        ...[...text.matchAll(/<span class="quiet">#(\d+)<\/span><\/a><\/th>/g)].map(([, id = ""]) => id),
      );
      path = linkIn(text, /href="([^"]*)">(?:Earlier|Later) jobs/);
    }
    expect([seen.length, new Set(seen).size], order).toEqual([60, 60]);
  }
});

test("an agent's page is reached from its jobs, the timeline, its project and its schedule; a removed one's from nowhere", async () => {
  const { world, ready, visitor, schedule } = await begin(START + 22_000 * HOUR);
  const { id, jobId } = await schedule("Its own", world.now - MINUTE);
  const project = `/console/projects/${ready.projectId}`;
  const agent = `${project}/hosts/${ready.hostId}/agents/${ready.agentId}`;
  const pages = [
    ...["/console/jobs", `${project}/jobs/${jobId}`, "/console/timeline?by=agent"],
    ...[`/console/hosts/${ready.hostId}`, project, `${project}/schedules/${id}`],
  ];
  for (const path of pages)
    expect((await visitor.get(path)).text, path).toMatch(
      new RegExp(`<a[^>]* href="${agent}"[^>]*>[^#<]*</a>`),
    );
  expect((await visitor.get(project)).text).toContain(`href="/console/agents?project=${ready.projectId}"`);
  expect((await visitor.get(`${agent}?span=6h`)).text).not.toContain(`class="cut" title="AGENT 1"><a`);
  await world.delete(
    `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`,
  );
  for (const path of pages.slice(0, 4))
    expect((await visitor.get(path)).text, path).not.toContain(`"${agent}"`);
});
