import { expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { manyLater } from "./many-later.ts";
import { textOf, Visitor } from "./visitor.ts";

const foundShape = z.array(
  z.object({ kind: z.string(), name: z.string(), beside: z.string(), path: z.string() }),
);

const find = async (visitor: Visitor, q: string) =>
  foundShape.parse(
    (await visitor.get(`/console/find/results${q === "" ? "" : `?q=${encodeURIComponent(q)}`}`)).body,
  );

/** Things called `name`, of a project of their own. */
const things = async (name: string) => {
  const world = new World();
  const { projectId, hostId, guid } = await world.ready();
  await world.put(`/api/v3/automation/hosts/${hostId}`, {
    ...{ host_name: `${name} rack`, ip_address: "x", mac_address: "x", host_guid: guid },
  });
  const agentId = await world.agent(projectId, hostId, { name: `${name} agent` });
  const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name: `${name} smoke` } });
  await world.report(projectId, jobId, "RUNNING");
  return { world, projectId, hostId, agentId, schedule: id, jobId, visitor: await Visitor.in(world) };
};

const report = (name: string) =>
  `<testsuite><testcase classname="shop.Cart" name="${name} pays by card"/></testsuite>`;

test("hosts, agents, schedules, jobs and tests are found by a part of their names, each with its page", async () => {
  const { world, projectId, hostId, agentId, schedule, jobId, visitor } = await things("Quokka");
  const path = `/api/v3/projects/${projectId}/automation/jobs/${jobId}/attempts/1/reports/found.xml`;
  const sent = await world.put(path, report("Quokka"), { headers: { "Content-Type": "application/xml" } });
  expect(sent.status, sent.text).toBeLessThan(300);
  const found = await find(visitor, "quokka");
  const pathOf = (kind: string) => found.filter((each) => each.kind === kind).map((each) => each.path);
  expect(pathOf("Host")).toEqual([`/console/hosts/${hostId}`]);
  expect(pathOf("Agent")).toEqual([`/console/projects/${projectId}/hosts/${hostId}/agents/${agentId}`]);
  expect(pathOf("Schedule")).toEqual([`/console/projects/${projectId}/schedules/${schedule}`]);
  expect(pathOf("Job")).toEqual([`/console/projects/${projectId}/jobs/${jobId}`]);
  const [test] = pathOf("Test");
  for (const each of found) expect((await visitor.get(each.path)).status, each.path).toBe(200);
  expect(test).toMatch(/\/tests\/\d+$/);
});

test("a job, a host and the like are found by their id, and pages by their names", async () => {
  const { projectId, hostId, jobId, visitor } = await things("Numbat");
  const paths = async (q: string) => (await find(visitor, q)).map(({ path }) => path);
  expect(await paths(`#${jobId}`)).toContain(`/console/projects/${projectId}/jobs/${jobId}`);
  expect(await paths(String(hostId))).toContain(`/console/hosts/${hostId}`);
  expect(await paths("calend")).toEqual(["/console/calendar"]);
  const all = await paths("");
  expect(all).toEqual(expect.arrayContaining(["/console", "/console/tokens/new", "/console/jobs"]));
});

test("what begins so is found among any number of hosts, agents and schedules, with the schedule's last job", async () => {
  const { world, projectId, hostId, agentId, schedule, jobId, visitor } = await things("Zyzomys");
  await manyLater(world, { agentId, schedule });
  const found = await find(visitor, "zyzo");
  expect(found.map(({ kind, path }) => [kind, path])).toEqual([
    ["Schedule", `/console/projects/${projectId}/schedules/${schedule}`],
    ["Job", `/console/projects/${projectId}/jobs/${jobId}`],
    ["Host", `/console/hosts/${hostId}`],
    ["Agent", `/console/projects/${projectId}/hosts/${hostId}/agents/${agentId}`],
  ]);
});

test("tests are found in each of ten projects", async () => {
  const { world, projectId, jobId, visitor } = await things("Mulgara");
  const path = `/api/v3/projects/${projectId}/automation/jobs/${jobId}/attempts/1/reports/found.xml`;
  await world.put(path, report("Mulgara"), { headers: { "Content-Type": "application/xml" } });
  for (let later = 0; later < 9; later++) await world.project();
  const tests = (await find(visitor, "mulgara")).filter(({ kind }) => kind === "Test");
  expect(tests.map(({ path: page }) => page)).toEqual([
    expect.stringMatching(new RegExp(`^/console/projects/${projectId}/tests/\\d+$`)),
  ]);
});

test("the blackouts of projects are found by what they are called", async () => {
  const { world, projectId, visitor } = await things("Kowari");
  const path = `/console/projects/${projectId}/blackouts`;
  for (const q of ["bla", "Blackouts"])
    expect((await find(visitor, q)).map((each) => each.path)).toContain(path);
  expect((await visitor.get(`/console/projects/${projectId}`)).text).toContain(`href="${path}"`);
  expect((await visitor.get(path)).status).toBe(200);
  const host = await Visitor.in(world, await world.token("host"));
  expect((await find(host, "blackouts")).map((each) => each.path)).not.toContain(path);
});

test("what was removed is not found", async () => {
  const { world, projectId, hostId, agentId, schedule, jobId, visitor } = await things("Potoroo");
  await world.report(projectId, jobId, "COMPLETED");
  const automation = `/api/v3/projects/${projectId}/automation`;
  await world.delete(`${automation}/schedules/${schedule}`);
  await world.delete(`${automation}/hosts/${hostId}/agents/${agentId}`);
  await world.delete(`/api/v3/automation/hosts/${hostId}`);
  expect((await find(visitor, "potoroo")).filter(({ kind }) => kind !== "Test")).toEqual([]);
});

test("a limited token finds its own things alone", async () => {
  const { world, projectId, hostId, jobId } = await things("Bettong");
  const own = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own] }));
  expect(await find(limited, "bettong")).toEqual([]);
  expect(await find(limited, `#${jobId}`)).toEqual([]);
  await world.agent(own, hostId, { name: "Of both" });
  expect((await find(limited, `#${jobId}`)).map(({ kind }) => kind)).not.toContain("Job");
  const owner = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  expect((await find(owner, "bettong")).map(({ kind }) => kind)).toEqual([
    "Schedule",
    "Job",
    "Host",
    "Agent",
  ]);
  const host = await Visitor.in(world, await world.token("host"));
  expect((await find(host, "bettong")).map(({ kind }) => kind)).toEqual(["Host", "Agent"]);
  const other = await world.host();
  const answer = await world.post("/api/v3/tokens", { name: "x", scope: "host", host_server_id: other.id });
  const { token } = z.object({ token: z.string() }).parse(answer.body);
  expect(await find(await Visitor.in(world, token), `#${hostId}`)).toEqual([]);
});

test("without scripts a page finds the same, and takes any text", async () => {
  const { hostId, visitor } = await things("Bilby");
  const { text } = await visitor.get("/console/find?q=bilby");
  expect(text).toContain(`<a href="/console/hosts/${hostId}">`);
  for (const q of ["%", "'", '"<script>', "x".repeat(5000), "#0", "\u{10ffff}"]) {
    const answer = await visitor.get(`/console/find?q=${encodeURIComponent(q)}`);
    expect([answer.status, textOf(answer.text).includes("Nothing is called so")], q).toEqual([200, true]);
  }
});
