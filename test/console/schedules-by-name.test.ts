import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** The names in a page's list, in its order. */
const namesIn = (html: string): string[] =>
  [...html.matchAll(/<th scope="row"><a href="[^"]*schedules\/\d+">([^<]*)</g)].map(([, name = ""]) => name);

/** The address of the next page, if there is one. */
const nextIn = (html: string): string | undefined =>
  /<a href="([^"]*after=\d+)">(?:Next page|Older schedules|Newer schedules)</
    .exec(html)?.[1]
    ?.replaceAll("&amp;", "&");

/** All names of a list, page by page, and how many pages it has. */
const walk = async (visitor: Visitor, first: string) => {
  const names: string[] = [];
  let pages = 0;
  for (let path: string | undefined = first; path !== undefined && pages < 10; pages++) {
    const { text, status } = await visitor.get(path);
    expect(status, path).toBe(200);
    names.push(...namesIn(text));
    path = nextIn(text);
  }
  return { names, pages };
};

const listed = async (names: readonly string[], world = new World()) => {
  const { projectId, agentId } = await world.ready();
  for (const name of names) await world.schedule(projectId, agentId, { facts: { name } });
  return { world, projectId, agentId, visitor: await Visitor.in(world) };
};

test("schedules are sorted by name without regard to case, both ways, and those of one name by when they were made", async () => {
  const { world, projectId, agentId, visitor } = await listed(["beta", "Alpha", "alpha", "Gamma"]);
  const last = await world.schedule(projectId, agentId, { facts: { name: "ALPHA" } });
  const list = async (order: string) =>
    namesIn((await visitor.get(`/console/schedules?project=${projectId}&order=${order}`)).text);
  expect(await list("az")).toEqual(["Alpha", "alpha", "ALPHA", "beta", "Gamma"]);
  expect(await list("za")).toEqual(["Gamma", "beta", "ALPHA", "alpha", "Alpha"]);
  expect(await list("newest")).toEqual(["ALPHA", "Gamma", "alpha", "Alpha", "beta"]);
  expect(await list("oldest")).toEqual(["beta", "Alpha", "alpha", "Gamma", "ALPHA"]);
  // What is no order is the usual one.
  expect(await list("x")).toEqual(await list("newest"));
  await world.delete(`/api/v3/projects/${projectId}/automation/schedules/${last.id}`);
  expect(await list("az")).toEqual(["Alpha", "alpha", "beta", "Gamma"]);
});

test.each(["az", "za"])("a list by name (%s) goes on where the page before ended", async (order) => {
  // More of one name than a page has, between others.
  const names = ["a", ...Array.from({ length: 28 }, (_, nth) => (nth % 2 ? "Same" : "same")), "Z"];
  const { world, projectId, visitor } = await listed(names);
  const first = `/console/schedules?project=${projectId}&order=${order}`;
  const all = await walk(visitor, first);
  expect(all.pages).toBe(2);
  expect(all.names).toEqual(order === "az" ? names : names.toReversed());
  // A name that needs care in an address, and filters that the next page keeps.
  const odd = `a & "b" + <c> 100% #1 ü`;
  const { projectId: other } = await listed(
    Array.from({ length: 26 }, () => odd),
    world,
  );
  const oddly = await walk(visitor, `/console/schedules?project=${other}&q=%26&state=active&order=${order}`);
  expect([oddly.pages, oddly.names.length]).toEqual([2, 26]);
});

test("a list by name of all projects has each of its schedules once, in one order", async () => {
  const world = new World();
  const own = `Of all ${crypto.randomUUID().slice(0, 8)}`;
  const names = Array.from({ length: 20 }, (_, nth) => `${own} ${String.fromCharCode(97 + nth)}`);
  await listed(
    names.filter((_, nth) => nth % 2 === 0),
    world,
  );
  const { visitor, projectId } = await listed(
    names.filter((_, nth) => nth % 2 === 1),
    world,
  );
  const query = `q=${encodeURIComponent(own)}`;
  // Each row says which project it is of, unless the filter does.
  const { text } = await visitor.get(`/console/schedules?${query}`);
  const projects = [...text.matchAll(/<th scope="row">.*?<\/a><span[^>]*>(Project \d+)</g)].map(
    ([, name]) => name,
  );
  expect([projects.length, new Set(projects).size]).toEqual([20, 2]);
  const ofOne = await visitor.get(`/console/schedules?${query}&project=${projectId}`);
  expect(ofOne.text).toMatch(/<th scope="row"><a [^>]*>[^<]*<\/a><\/th>/);
  expect((await walk(visitor, `/console/schedules?${query}&order=az`)).names).toEqual(names);
  expect((await walk(visitor, `/console/schedules?${query}&order=za`)).names).toEqual(names.toReversed());
});

test("a list by name of one project reads no schedule of another", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const many = await world.ready();
  const { id } = await world.schedule(many.projectId, many.agentId, { facts: { name: "Copied" } });
  await env.DB.prepare(
    `INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, time_zone, overlap, missed,
       missed_within_minutes, on_lost, max_attempts, planned_until, created_at, creation_key)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     SELECT project_id, agent_id, snapshot_id, 'Copy ' || i, time_zone, overlap, missed, missed_within_minutes,
       on_lost, max_attempts, planned_until, created_at, creation_key || i FROM n JOIN schedules s ON s.id = ?`,
  )
    .bind(id)
    .run();
  const { projectId, visitor } = await listed(["Alone"], world);
  for (const order of ["az", "za", "newest", "oldest"]) {
    counts.reset();
    const { text } = await visitor.get(`/console/schedules?project=${projectId}&order=${order}`);
    expect(namesIn(text)).toEqual(["Alone"]);
    expect(counts.rowsRead, order).toBeLessThan(100);
  }
  // Of all projects a page looks at so many, whatever the order.
  counts.reset();
  expect(namesIn((await visitor.get("/console/schedules?order=az&q=nothing")).text)).toEqual([]);
  expect(counts.rowsRead).toBeLessThan(2000);
});

test("a list by name shows a token of one project nothing of another", async () => {
  const { world, projectId } = await listed(["Mine"]);
  const { projectId: others } = await listed(["Theirs"], world);
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  expect(namesIn((await limited.get("/console/schedules?order=az")).text)).toEqual(["Mine"]);
  const asked = await limited.get(`/console/schedules?order=az&project=${others}`);
  expect(asked.text).not.toContain("Theirs");
});

test("the head says by what a list is sorted, and each of its two links sorts by its own", async () => {
  const { projectId, visitor } = await listed(["One", "Two"]);
  const head = async (order: string) => {
    const { text } = await visitor.get(`/console/schedules?project=${projectId}${order}`);
    const [cell = ""] = /<th scope="col"[^>]*>(?:(?!<\/th>).)*made.*?<\/th>/s.exec(text) ?? [];
    expect(text.match(/aria-sort/g)).toHaveLength(1);
    const orders = [...cell.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) =>
      new URLSearchParams(href.split("?")[1]?.replaceAll("&amp;", "&")).get("order"),
    );
    return { said: textOf(cell).trim(), sorted: /aria-sort="(\w+)"/.exec(cell)?.[1], orders };
  };
  expect(await head("")).toEqual({
    said: "Schedule made ↓",
    sorted: "descending",
    orders: ["az", "oldest"],
  });
  expect(await head("&order=oldest")).toEqual({
    said: "Schedule made ↑",
    sorted: "ascending",
    orders: ["az", null],
  });
  expect(await head("&order=az")).toEqual({
    said: "Schedule ↑ made",
    sorted: "ascending",
    orders: ["za", null],
  });
  expect(await head("&order=za")).toEqual({
    said: "Schedule ↓ made",
    sorted: "descending",
    orders: ["az", null],
  });
  // A filter that is chosen next keeps the order.
  const { text } = await visitor.get(`/console/schedules?project=${projectId}&order=za&state=active`);
  expect(text).toContain('<input type="hidden" name="order" value="za"/>');
  expect(text).toContain(`href="/console/schedules?project=${projectId}&amp;order=za"`);
});
