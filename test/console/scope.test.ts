import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Ready, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();
let own: Ready & { scheduleId: number };
let other: Ready & { scheduleId: number };
let limited: Visitor;

/** A host, an agent, a schedule and a job, all named after their owner. */
const belongings = async (name: string) => {
  const ready = await world.ready();
  const put = (path: string, body: object) => world.put(path, body);
  await put(`/api/v3/automation/hosts/${ready.hostId}`, {
    host_name: `${name} host`,
    ip_address: "x",
    mac_address: "x",
    host_guid: ready.guid,
  });
  await put(`/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`, {
    name: `${name} agent`,
    framework: "x",
    active: true,
  });
  const facts = { name: `${name} schedule` };
  const failing = await world.schedule(ready.projectId, ready.agentId, { facts });
  for (const status of ["RUNNING", "FAILED"]) await world.report(ready.projectId, failing.jobId, status);
  const { id, jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  return { ...ready, scheduleId: id, jobId };
};

beforeAll(async () => {
  own = await belongings("Own");
  other = await belongings("Foreign");
  await world.ping(own.hostId, own.guid);
  await world.ping(other.hostId, other.guid);
  for (const { projectId, jobId } of [own, other]) await world.report(projectId, jobId, "RUNNING");
  const answer = await world.post("/api/v3/tokens", {
    name: "Limited",
    scope: "operator",
    project_ids: [own.projectId],
  });
  const { token } = z.object({ token: z.string() }).parse(answer.body);
  limited = await Visitor.in(world, token);
});

const pages = ({ projectId, hostId, agentId, scheduleId, jobId }: Ready & { scheduleId: number }) => ({
  host: `/console/hosts/${hostId}`,
  agent: `/console/projects/${projectId}/hosts/${hostId}/agents/${agentId}`,
  "agent's form": `/console/projects/${projectId}/hosts/${hostId}/agents/${agentId}/edit`,
  blackouts: `/console/projects/${projectId}/blackouts`,
  webhooks: `/console/projects/${projectId}/webhooks`,
  job: `/console/projects/${projectId}/jobs/${jobId}`,
  schedule: `/console/projects/${projectId}/schedules/${scheduleId}`,
  "schedule's form": `/console/projects/${projectId}/schedules/${scheduleId}/edit`,
  "new schedule": `/console/projects/${projectId}/schedules/new`,
});

test.each([
  ...(["host", "agent", "agent's form", "job", "schedule", "schedule's form"] as const),
  ...(["new schedule", "blackouts", "webhooks"] as const),
])("to a token limited to a project another project's %s is not there", async (page) => {
  expect((await limited.get(pages(own)[page])).status).toBe(200);
  const there = await limited.get(pages(other)[page]);
  const nowhere = await limited.get(pages({ ...other, ...NOWHERE })[page]);
  expect([there.status, nowhere.status]).toEqual([404, 404]);
  expect(there.text).not.toContain("Foreign");
});

const NOWHERE = { projectId: 99_999, hostId: 99_999, agentId: 99_999, scheduleId: 99_999, jobId: 99_999 };

test.each([
  "/console",
  "/console/hosts",
  "/console/jobs",
  "/console/jobs?status=RUNNING",
  "/console/schedules",
  "/console/schedules/new",
  "/console/calendar",
  "/console/timeline",
  "/console/timeline?by=agent&as=table",
])("%s shows a limited token its own things alone", async (path) => {
  const seen = await limited.get(path);
  if (seen.status === 200) expect(seen.text).toContain(path === "/console/calendar" ? "running" : "Own");
  else expect(seen.headers.get("location")).toContain(`/projects/${own.projectId}/`);
  expect(seen.text).not.toContain("Foreign");
  const all = await (await Visitor.in(world)).get(path);
  if (path !== "/console/calendar" && path !== "/console/schedules/new")
    expect(all.text).toContain("Foreign");
});

test.each(["project", "host", "agent", "schedule"])(
  "asking for another project's %s shows nothing",
  async (name) => {
    const id = {
      project: other.projectId,
      host: other.hostId,
      agent: other.agentId,
      schedule: other.scheduleId,
    }[name];
    for (const list of ["jobs", "schedules", "calendar", "timeline"]) {
      const { text, status } = await limited.get(`/console/${list}?${name}=${id}`);
      expect([status, text.includes("Foreign")], list).toEqual([200, false]);
      expect(text).not.toContain(`/projects/${other.projectId}/`);
    }
  },
);

test("a limited token changes nothing of another project", async () => {
  const { job, schedule, agent } = pages(other);
  for (const path of [
    `${job}/cancel`,
    `${job}/rerun`,
    `${schedule}/pause`,
    `${schedule}/run-now`,
    `${agent}/deactivate`,
    `/console/hosts/${other.hostId}/maintenance`,
    `/console/hosts/${other.hostId}/maintenance/end`,
    `/console/projects/${other.projectId}/blackouts`,
    `/console/projects/${other.projectId}/webhooks`,
  ])
    expect((await limited.post(path)).status, path).toBe(404);
});

test("an action that is not allowed is refused, and no page offers it", async () => {
  const operator = await Visitor.in(world, await world.token("operator"));
  const { text } = await operator.get(`/console/hosts/${own.hostId}`);
  for (const hidden of ["/console/tokens", "/console/audit", "/retire"]) expect(text).not.toContain(hidden);
  expect(text).toContain("/console/schedules");
  for (const path of ["/console/tokens", "/console/tokens/new", "/console/audit"]) {
    const answer = await operator.get(path);
    expect(answer.status).toBe(403);
    expect(textOf(answer.text)).toContain("A token of scope operator may not do this");
  }
  for (const path of ["/console/tokens", `/console/hosts/${own.hostId}/retire`, "/console/start/token"])
    expect((await operator.post(path)).status, path).toBe(403);
});

test("a host's token sees hosts and its own jobs, and is led there", async () => {
  const host = await Visitor.in(world, await world.token("host"));
  expect((await host.get("/console")).headers.get("location")).toBe("/console/hosts");
  const { text } = await host.get("/console/hosts");
  expect(text).not.toContain("/console/schedules");
  expect((await host.get("/console/jobs")).status).toBe(403);
});

test("a token of one host sees that host alone", async () => {
  const answer = await world.post("/api/v3/tokens", { name: "x", scope: "host", host_server_id: own.hostId });
  const { token } = z.object({ token: z.string() }).parse(answer.body);
  const host = await Visitor.in(world, token);
  expect((await host.get("/console/hosts")).text).not.toContain("Foreign");
  expect((await host.get(pages(own).job)).status).toBe(200);
  expect((await host.get(pages(other).host)).status).toBe(404);
  expect((await host.get(pages(other).job)).status).toBe(404);
});
