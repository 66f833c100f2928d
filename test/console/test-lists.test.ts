import { expect, test } from "vitest";
import { failed, junit, passed, running, sendReport } from "../results/junit.ts";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const rowsIn = (html: string): string[] =>
  (/<tbody>([\s\S]*)<\/tbody>/.exec(html)?.[1] ?? "")
    .split("</tr>")
    .map(textOf)
    .filter((row) => row.trim() !== "");

test("test results are sorted by their heads, and a search has a chip that leaves it", async () => {
  const world = new World();
  const ready = await running(world);
  const slow = { name: "slow one", seconds: 60 };
  await sendReport(world, ready, junit(...passed("quick one"), slow, failed("red one")));
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/tests`;
  const { text } = await visitor.get(path);
  for (const [head, sort] of [
    ["Failures", "failures"],
    ["Flaky", "flakiness"],
    ["Usually takes", "slowness"],
  ])
    expect(text).toMatch(new RegExp(`href="${path}\\?sort=${sort}"[^>]*>${head}<`));
  expect(text).toMatch(/aria-sort="descending"[^>]*><a href="[^"?]*"[^>]*>Last run/);
  const slowest = (await visitor.get(`${path}?sort=slowness`)).text;
  expect(rowsIn(slowest)[0]).toContain("slow one");
  expect(slowest).toMatch(/aria-sort="descending"[^>]*><a [^>]*>Usually takes/);
  const sought = (await visitor.get(`${path}?search=quick&sort=slowness`)).text;
  expect(textOf(sought)).toContain("Search: quick ×");
  expect(sought).toContain(`class="button chip" href="${path}?sort=slowness"`);
});

test("a test with results is found by its id, whatever it is called", async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(world, ready, junit(...passed("adds", "subtracts")));
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/tests`;
  const all = (await visitor.get(path)).text;
  const [, id = ""] = /\/tests\/(\d+)">subtracts/.exec(all) ?? [];
  for (const q of [id, `#${id}`]) {
    const found = (await visitor.get(`${path}?search=${encodeURIComponent(q)}`)).text;
    expect(rowsIn(found), q).toEqual([expect.stringContaining("subtracts")]);
    expect(textOf(found), q).toContain(`Search: ${q} ×`);
  }
  const none = await visitor.get(`${path}?search=%23999999`);
  expect([none.status, textOf(none.text).includes("No test is called so.")]).toEqual([200, true]);
});

test("a project's tests are sorted by name, both ways, page after page", async () => {
  const world = new World();
  const projectId = await world.project();
  const names = Array.from(
    { length: 30 },
    (_, nth) => `${nth % 2 ? "t" : "T"}est ${String(nth).padStart(2, "0")}`,
  );
  const runs = names.toReversed().map((test_case_name, nth) => ({
    ...{ test_run_id: nth + 1, test_case_name, automation_content: `run ${nth}` },
  }));
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, runs);
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${projectId}/test-runs`;
  const listed = async (query: string) => {
    const { text } = await visitor.get(`${path}${query}`);
    const [, next = ""] = /href="[^"]*\/test-runs(\?[^"]*)">(?:Next page|Older tests)/.exec(text) ?? [];
    return {
      text,
      names: rowsIn(text).map((row) => /test \d\d/i.exec(row)?.[0]),
      next: next.replaceAll("&amp;", "&"),
    };
  };
  const newest = await listed("");
  expect(newest.text).toContain(`href="${path}?order=az"`);
  for (const [order, sorted] of [
    ["az", names],
    ["za", names.toReversed()],
  ] as const) {
    const first = await listed(`?order=${order}`);
    expect(first.names).toEqual(sorted.slice(0, 25));
    expect((await listed(first.next)).names).toEqual(sorted.slice(25));
    const found = await listed(`?order=${order}&q=est+0`);
    expect(found.names).toEqual(sorted.filter((name) => name.includes("est 0")));
    expect(textOf(found.text)).toContain("Search: est 0 ×");
  }
});

test("lanes of the timeline are found by an id, and its filters and those of projects have chips", async () => {
  const world = new World();
  const [one, other] = [await world.ready(), await world.ready()];
  const visitor = await Visitor.in(world);
  const lanes = async (query: string) => (await visitor.get(`/console/timeline?as=table&${query}`)).text;
  const host = (id: number) => `href="/console/hosts/${id}"`;
  const found = await lanes(`q=${encodeURIComponent(`#${one.hostId}`)}`);
  expect(found).toContain(host(one.hostId));
  expect(found).not.toContain(host(other.hostId));
  const agents = await lanes(`by=agent&q=${encodeURIComponent(`#${other.agentId}`)}`);
  expect(agents).toContain(host(other.hostId));
  expect(agents).not.toContain(host(one.hostId));
  const own = await Visitor.in(world, await world.token("operator", { project_ids: [one.projectId] }));
  const hidden = (await own.get(`/console/timeline?as=table&q=${encodeURIComponent(`#${other.hostId}`)}`))
    .text;
  expect(hidden).not.toContain(host(other.hostId));
  const filtered = await lanes(`q=Host&project=${one.projectId}&busy=1`);
  for (const chip of ["Search: Host ×", "Project: Project", "Only with jobs ×"])
    expect(textOf(filtered)).toContain(chip);
  expect(filtered).toContain(
    `class="button chip" href="/console/timeline?project=${one.projectId}&amp;q=Host&amp;as=table"`,
  );
  const projects = textOf((await visitor.get("/console/projects?q=Project")).text);
  expect(projects).toContain("Search: Project ×");
});
