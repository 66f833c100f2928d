import { beforeAll, expect, test } from "vitest";
import { type Ready, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();
let own: Ready & { scheduleId: number };
let other: Ready & { scheduleId: number };

/** A host, an agent, a schedule and a job, all named after their owner. */
const belongings = async (name: string) => {
  const ready = await world.ready();
  await world.put(`/api/v3/automation/hosts/${ready.hostId}`, {
    ...{ host_name: `${name} host`, ip_address: "x", mac_address: "x", host_guid: ready.guid },
  });
  const facts = { name: `${name} schedule` };
  const failing = await world.schedule(ready.projectId, ready.agentId, { facts });
  for (const status of ["RUNNING", "FAILED"]) await world.report(ready.projectId, failing.jobId, status);
  const { id, jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  await world.report(ready.projectId, jobId, "RUNNING");
  return { ...ready, scheduleId: id, jobId };
};

const choose = async (visitor: Visitor, project: number | "", to = "/console/jobs") => {
  await visitor.get("/console/project");
  return visitor.post("/console/project", { project: String(project), to });
};

beforeAll(async () => {
  own = await belongings("Chosen");
  other = await belongings("Left");
});

const LISTS = ["", "/hosts", "/agents", "/jobs", "/schedules", "/timeline", "/find?q=schedule"];

test.each(LISTS)(
  "the page /console%s shows the chosen project alone, until all are chosen again",
  async (list) => {
    const visitor = await Visitor.in(world);
    const answer = await choose(visitor, own.projectId);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/console/jobs"]);
    const chosen = (await visitor.get(`/console${list}`)).text;
    expect(chosen).not.toContain("Left ");
    if (list !== "/agents") expect(chosen).toContain("Chosen ");
    await choose(visitor, "");
    if (list !== "/agents") expect((await visitor.get(`/console${list}`)).text).toContain("Left ");
  },
);

test("the audit shows changes in the chosen project alone, and need not ask for one", async () => {
  const visitor = await Visitor.in(world);
  const seen = async () => (await visitor.get("/console/audit?object_kind=schedule")).text;
  const of = (text: string, { projectId }: Ready) =>
    text.includes(`/console/projects/${projectId}/schedules/`);
  const all = await seen();
  expect([of(all, own), of(all, other)]).toEqual([true, true]);
  await choose(visitor, own.projectId);
  const chosen = await seen();
  expect([of(chosen, own), of(chosen, other)]).toEqual([true, false]);
  expect(chosen).not.toContain('<select id="project"');
  const named = (await visitor.get(`/console/audit?object_kind=schedule&project=${other.projectId}`)).text;
  expect([of(named, own), of(named, other)]).toEqual([false, true]);
});

test("the menu names the chosen project, and a list need not ask for one", async () => {
  const visitor = await Visitor.in(world);
  expect(textOf((await visitor.get("/console/jobs")).text)).toContain("Shows All projects");
  await choose(visitor, own.projectId);
  const { text } = await visitor.get("/console/jobs");
  expect(textOf(text)).toMatch(/Shows Project \d+/);
  expect(text).not.toContain('<select id="project"');
});

test("an address that names a project shows that one, and so does a page of one thing", async () => {
  const visitor = await Visitor.in(world);
  await choose(visitor, own.projectId);
  expect((await visitor.get(`/console/jobs?project=${other.projectId}`)).text).toContain("Left schedule");
  for (const path of [
    `/console/hosts/${other.hostId}`,
    `/console/projects/${other.projectId}/jobs/${other.jobId}`,
    `/console/projects/${other.projectId}/schedules/${other.scheduleId}`,
  ])
    expect((await visitor.get(path)).status, path).toBe(200);
});

test("a token that may not see a project can't choose it, and a cookie that names it is ignored", async () => {
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own.projectId] }));
  expect((await choose(limited, other.projectId)).status).toBe(404);
  expect((await choose(limited, 999_999)).status).toBe(404);
  for (const cookie of [`${other.projectId}.Left`, "x", `0.x`, `${own.projectId}`]) {
    limited.cookies.set("muster_project", encodeURIComponent(cookie));
    const { text } = await limited.get("/console/jobs");
    expect(text, cookie).toContain("Chosen schedule");
    expect(text).not.toContain("Left");
  }
});

test("what is done is done by the whole token, whatever project is chosen", async () => {
  const visitor = await Visitor.in(world);
  await choose(visitor, own.projectId);
  const page = `/console/projects/${other.projectId}/schedules/${other.scheduleId}`;
  expect((await visitor.post(`${page}/pause`)).status).toBe(303);
  const audit = await world.get(`/api/v3/audit?action=pauseSchedule&project_id=${other.projectId}`);
  expect(audit.body).toMatchObject([{ by: "admin bootstrap" }]);
});

test.each([
  ["/console/schedules?state=paused&project=3&after=9", "/console/schedules?state=paused"],
  ["https://elsewhere.example/console", "/console"],
  ["/console//elsewhere", "/console"],
  ["/elsewhere", "/console"],
])("a choice that came from %s goes on at %s", async (to, goesOn) => {
  const visitor = await Visitor.in(world);
  expect((await choose(visitor, own.projectId, to)).headers.get("location")).toBe(goesOn);
});
