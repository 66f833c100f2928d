import { expect, test } from "vitest";
import { z } from "zod";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** The ids in a page's list, in its order. */
const idsIn = (html: string, path: string): number[] =>
  [...html.matchAll(new RegExp(`<th scope="row"><a href="[^"]*${path}/(\\d+)"`, "g"))].map(([, id]) =>
    Number(id),
  );

const jobsOf = async (visitor: Visitor, query: string) =>
  idsIn((await visitor.get(`/console/jobs?${query}`)).text, "jobs");

/** Three jobs whose order by time is another than by id. */
const jobs = async () => {
  const world = new World();
  const { projectId, agentId, hostId } = await world.ready();
  const at = async (hours: number) => {
    const facts = { name: `At ${hours}` };
    return (await world.schedule(projectId, agentId, { at: world.now + hours * HOUR, facts })).jobId;
  };
  const [last, first, middle] = [await at(-1), await at(-3), await at(-2)];
  return { world, projectId, agentId, hostId, last, first, middle, visitor: await Visitor.in(world) };
};

test("jobs are sorted by their time or by when they were made, both ways, and the head says which", async () => {
  const { projectId, first, middle, last, visitor } = await jobs();
  const project = `project=${projectId}`;
  expect(await jobsOf(visitor, project)).toEqual([last, middle, first]);
  expect(await jobsOf(visitor, `${project}&order=oldest`)).toEqual([first, middle, last]);
  expect(await jobsOf(visitor, `${project}&sort=id`)).toEqual([middle, first, last]);
  expect(await jobsOf(visitor, `${project}&sort=id&order=oldest`)).toEqual([last, first, middle]);
  const { text } = await visitor.get(`/console/jobs?${project}&sort=id`);
  expect(text).toMatch(/aria-sort="descending"><a href="[^"]*sort=id[^"]*" title="[^"]*">Job/);
  expect(text.match(/aria-sort/g)).toHaveLength(1);
  // The next click turns it round.
  expect(text).toContain(`href="/console/jobs?${project}&amp;order=oldest&amp;sort=id"`);
});

test.each(["sort=id", "sort=id&order=oldest", "order=oldest"])(
  "a list by %s goes on where the page before ended, and heeds its filters",
  async (order) => {
    const { world, projectId, agentId, hostId, visitor } = await jobs();
    const { id } = await world.schedule(projectId, agentId, { facts: { name: "Many" } });
    const path = `/api/v3/projects/${projectId}/automation/schedules/${id}/run-now`;
    for (let run = 0; run < 27; run++) await world.post(path);
    const query = `host=${hostId}&schedule=${id}&${order}`;
    const { text } = await visitor.get(`/console/jobs?${query}`);
    const page = idsIn(text, "jobs");
    expect(page).toHaveLength(25);
    const next = /href="(\/console\/jobs\?[^"]*after=\d+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const rest = idsIn((await visitor.get(next)).text, "jobs");
    expect(rest).toHaveLength(3);
    const all = [...page, ...rest];
    const rising = all.toSorted((one, other) => one - other);
    expect(all).toEqual(order.includes("oldest") ? rising : rising.toReversed());
  },
);

test("a list by id heeds the times of its filter", async () => {
  const { world, projectId, middle, visitor } = await jobs();
  const local = (hours: number) => new Date(world.now + hours * HOUR).toISOString().slice(0, 16);
  const query = `project=${projectId}&sort=id&from=${local(-2.5)}&to=${local(-1.5)}`;
  expect(await jobsOf(visitor, query)).toEqual([middle]);
});

test("hosts, agents, schedules and tokens are sorted both ways", async () => {
  const world = new World();
  const made = [await world.ready(), await world.ready()];
  const name = (each: number) => `Sorted ${made[0]?.hostId} ${each}`;
  for (const [each, { hostId, guid }] of made.entries())
    await world.put(`/api/v3/automation/hosts/${hostId}`, {
      ...{ host_name: name(each), host_guid: guid, ip_address: "x", mac_address: "x" },
    });
  const visitor = await Visitor.in(world);
  const hostIds = made.map(({ hostId }) => hostId);
  const hosts = async (more: string) =>
    idsIn((await visitor.get(`/console/hosts?q=Sorted+${hostIds[0]}${more}`)).text, "hosts");
  expect(await hosts("")).toEqual(hostIds);
  expect(await hosts("&order=za")).toEqual(hostIds.toReversed());

  const { projectId, hostId } = made[0] ?? { projectId: 0, hostId: 0 };
  const agents = [made[0]?.agentId ?? 0, await world.agent(projectId, hostId)];
  const agentsIn = async (more: string) =>
    idsIn((await visitor.get(`/console/agents?project=${projectId}${more}`)).text, "agents");
  expect(await agentsIn("")).toEqual(agents.toReversed());
  expect(await agentsIn("&order=oldest")).toEqual(agents);

  const schedules = [];
  for (const each of ["One", "Other"])
    schedules.push((await world.schedule(projectId, made[0]?.agentId ?? 0, { facts: { name: each } })).id);
  const schedulesIn = async (more: string) =>
    idsIn((await visitor.get(`/console/schedules?project=${projectId}${more}`)).text, "schedules");
  expect(await schedulesIn("")).toEqual(schedules.toReversed());
  expect(await schedulesIn("&order=oldest")).toEqual(schedules);

  await world.token("host");
  const tokens = async (more: string) => idsIn((await visitor.get(`/console/tokens${more}`)).text, "tokens");
  const [oldest, newest] = [await tokens(""), await tokens("?order=newest")];
  expect(oldest.length).toBeGreaterThan(0);
  expect(newest).toEqual(oldest.toReversed());
});

test("everything is found by its id in its list, whatever it is called", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const { id } = await world.schedule(projectId, agentId, { facts: { name: "Nothing with numbers" } });
  const made = await world.post("/api/v3/tokens", { name: "Nobody", scope: "host" });
  const token = z.looseObject({ id: z.int() }).parse(made.body).id;
  const visitor = await Visitor.in(world);
  for (const [list, wanted] of [
    ["hosts", hostId],
    ["agents", agentId],
    ["schedules", id],
    ["tokens", token],
  ] as const)
    for (const q of [`${wanted}`, `%23${wanted}`]) {
      const { text } = await visitor.get(`/console/${list}?q=${q}`);
      expect(idsIn(text, list), `${list} ${q}`).toContain(wanted);
      expect(text).toContain("Search: ");
    }
  const own = [await world.project()];
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: own }));
  for (const [list, wanted] of [
    ["hosts", hostId],
    ["agents", agentId],
    ["schedules", id],
  ] as const)
    expect(idsIn((await limited.get(`/console/${list}?q=${wanted}`)).text, list), list).not.toContain(wanted);
  // A host of both shows nobody the agents of another project.
  await world.agent(own[0] ?? 0, hostId, { name: "Of both" });
  expect(idsIn((await limited.get(`/console/agents?q=${agentId}`)).text, "agents")).not.toContain(agentId);
});

test("counts by status stand beside a list, of what its other filters leave", async () => {
  const { world, projectId, agentId, first, middle, last, visitor } = await jobs();
  for (const status of ["RUNNING", "FAILED"]) await world.report(projectId, first, status);
  for (const status of ["RUNNING", "COMPLETED"]) await world.report(projectId, middle, status);
  await world.report(projectId, last, "RUNNING");
  await world.schedule(projectId, agentId, { at: world.now + HOUR, facts: { name: "Later" } });
  const counts = async (query: string) =>
    textOf((await visitor.get(`/console/jobs/counts?project=${projectId}${query}`)).text);
  expect(await counts("")).toContain("Planned 1 Overdue 0 Running 1 Completed 1 Failed 1 Cancelled 0");
  // The chosen status changes no count: the others can be chosen instead.
  expect(await counts("&status=FAILED")).toContain("Running 1 Completed 1 Failed 1");
  expect(await counts("&q=At+-3")).toContain("Running 0 Completed 0 Failed 1");
  const { text } = await visitor.get(`/console/jobs?project=${projectId}&status=FAILED`);
  expect(text).toContain(`hx-get="/console/jobs/counts?project=${projectId}&amp;status=FAILED"`);

  const paused = await world.schedule(projectId, agentId, { facts: { name: "Paused" } });
  await world.post(`/api/v3/projects/${projectId}/automation/schedules/${paused.id}/pause`);
  const schedules = await visitor.get(`/console/schedules/counts?project=${projectId}`);
  expect(textOf(schedules.text)).toContain("Active 4 Paused 1");
  const own = await world.ready();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own.projectId] }));
  expect(textOf((await limited.get("/console/hosts/counts")).text)).toContain("Online 0 Offline 1");
});

test("each filter in use has a chip that leaves it alone, and all are left at once", async () => {
  const { projectId, hostId, agentId, visitor } = await jobs();
  const filters = {
    ...{ project: projectId, q: "at", status: "FAILED", from: "2026-03-01T00:00", to: "2026-03-03T00:00" },
    ...{ host: hostId, agent: agentId, within: 24 },
  };
  const query = new URLSearchParams(Object.entries(filters).map(([name, value]) => [name, String(value)]));
  const { text } = await visitor.get(`/console/jobs?${query}`);
  const chips = [...text.matchAll(/<a class="button chip" href="([^"]*)">/g)].map(
    ([, href = ""]) => new URLSearchParams(href.replaceAll("&amp;", "&").split("?")[1]),
  );
  expect(chips).toHaveLength(Object.keys(filters).length);
  for (const name of Object.keys(filters))
    expect(
      chips.filter((left) => !left.has(name)),
      name,
    ).toHaveLength(1);
  expect(textOf(text)).toContain("From 1 Mar 00:00");
  expect(text).toContain('<a class="button plain" href="/console/jobs">Clear</a>');
  for (const [path, said] of [
    ["/console/hosts?presence=Online&q=x", ["Status: Online", "Search: x"]],
    [`/console/schedules?project=${projectId}&state=paused`, ["State: paused", "Project: "]],
    [`/console/agents?project=${projectId}&host=${hostId}&state=active`, ["State: Active", "Host: Host "]],
    ["/console/audit?action=createToken&object_id=1", ["Action: create token", "Its id: 1"]],
  ] as const)
    for (const words of said) expect(textOf((await visitor.get(path)).text), path).toContain(words);
});
