import { expect, test } from "vitest";
import { MINUTE, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** Someone who looks at one project, with runs of it: one goes on, one failed. */
const project = async () => {
  const world = new World();
  const { projectId, agentId, hostId } = await world.ready();
  const run = async (status: string) => {
    const { jobId } = await world.schedule(projectId, agentId);
    await world.report(projectId, jobId, "RUNNING");
    if (status !== "RUNNING") await world.report(projectId, jobId, status);
  };
  await run("RUNNING");
  await run("FAILED");
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  const signals = async (query = "") => (await visitor.get(`/console/signals${query}`)).body;
  return { world, projectId, hostId, agentId, run, visitor, signals };
};

test("badges say how much runs, is overdue and failed in 24 h, of what the token may see", async () => {
  const { world, agentId, projectId, signals } = await project();
  expect(await signals()).toMatchObject({ running: 1, overdue: 0, failed: 1, hasHost: true });
  await world.schedule(projectId, agentId);
  world.advance(40 * MINUTE);
  await world.tick();
  expect(await signals()).toMatchObject({ running: 1, overdue: 1, failed: 1 });
  world.advance(24 * 60 * MINUTE);
  // The session has ended by then.
  const later = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  expect((await later.get("/console/signals")).body).toMatchObject({ failed: 0 });
});

test("failures are counted since the tab was left", async () => {
  const { world, run, signals } = await project();
  const left = world.now;
  expect(await signals(`?since=${left}`)).toMatchObject({ failedSince: 0 });
  world.advance(MINUTE);
  await run("FAILED");
  expect(await signals(`?since=${left}`)).toMatchObject({ failedSince: 1, failed: 2 });
  expect(await signals("?since=x")).toMatchObject({ failedSince: 0 });
});

test("a token that sees no jobs is told of none", async () => {
  const { world } = await project();
  const host = await Visitor.in(world, await world.token("host"));
  expect((await host.get("/console/signals")).body).toMatchObject({ running: 0, failed: 0, hasHost: true });
});

test("the menu offers to set up, and to add a host once there is one", async () => {
  const { world } = await project();
  const visitor = await Visitor.in(world);
  expect((await visitor.get("/console/jobs")).text).toMatch(/start"><\/use><\/svg>Set up/);
  await visitor.get("/console/signals");
  expect((await visitor.get("/console/jobs")).text).toMatch(/start"><\/use><\/svg>Add host/);
});

test("a page that is not in the menu says the way to it", async () => {
  const { world, projectId, hostId, agentId } = await project();
  const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name: "Nightly" } });
  const visitor = await Visitor.in(world);
  const way = async (path: string) => {
    const { text } = await visitor.get(path);
    const [crumbs = ""] = /<nav class="crumbs".*?<\/nav>/s.exec(text) ?? [];
    return [textOf(crumbs).trim(), [...crumbs.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)];
  };
  expect(await way(`/console/projects/${projectId}/jobs/${jobId}`)).toEqual([
    `Jobs Nightly #${jobId}`,
    ["/console/jobs", `/console/projects/${projectId}/schedules/${id}`],
  ]);
  expect(await way(`/console/hosts/${hostId}`)).toEqual([
    expect.stringMatching(/^Hosts Host \d+$/),
    ["/console/hosts"],
  ]);
  expect(await way("/console/jobs?status=FAILED")).toEqual(["", []]);
});
