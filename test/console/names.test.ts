import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();
const EVIL = `<img src=x onerror="alert('1')">&amp;</title><script>alert(2)</script>`;
let visitor: Visitor;
let paths: string[];

beforeAll(async () => {
  const idOf = (answer: { body: unknown }, name: string) =>
    Number(z.looseObject({ [name]: z.int() }).parse(answer.body)[name]);
  const project = idOf(await world.post("/api/v3/projects", { name: EVIL }), "id");
  const guid = `${EVIL}${crypto.randomUUID()}`;
  const facts = { host_name: EVIL, ip_address: EVIL, mac_address: EVIL, host_guid: guid };
  const host = idOf(await world.post("/api/v3/automation/host", facts), "host_server_id");
  const agent = await world.agent(project, host, { name: EVIL, framework: EVIL, agent_client_id: EVIL });
  const [run] = [{ test_case_name: EVIL, automation_content: EVIL }];
  await world.post(`/api/v3/projects/${project}/automation/test-runs`, [run]);
  const { id, jobId } = await world.schedule(project, agent, { testRunIds: [1], facts: { name: EVIL } });
  const issued = await world.post("/api/v3/tokens", { name: EVIL, scope: "admin" });
  const { token } = z.looseObject({ token: z.string() }).parse(issued.body);
  visitor = await Visitor.in(world, token);
  await world.post(`/api/v3/projects/${project}/automation/schedules/${id}/pause`, { note: EVIL });
  const told = await world.post(`/api/v3/projects/${project}/automation/webhooks`, {
    ...{ name: EVIL, target: "https://ci.example.com/" },
  });
  const webhook = idOf(told, "webhook_id");
  await world.report(project, jobId, { status: "RUNNING", token });
  paths = [
    "/console",
    "/console/hosts",
    `/console/hosts?q=${encodeURIComponent(EVIL)}`,
    `/console/hosts/${host}`,
    `/console/projects/${project}/hosts/${host}/agents/${agent}`,
    `/console/projects/${project}/hosts/${host}/agents/${agent}/edit`,
    `/console/projects/${project}/blackouts`,
    `/console/projects/${project}/webhooks`,
    `/console/projects/${project}/webhooks/${webhook}`,
    "/console/jobs",
    `/console/jobs?host=${host}&agent=${agent}&schedule=${id}`,
    `/console/projects/${project}/jobs/${jobId}`,
    "/console/schedules",
    `/console/projects/${project}/schedules/${id}`,
    `/console/projects/${project}/schedules/${id}/edit`,
    `/console/projects/${project}/schedules/new`,
    "/console/calendar",
    "/console/tokens",
    "/console/audit",
    `/console/audit?action=${encodeURIComponent(EVIL.slice(0, 60))}`,
    "/console/start",
    "/console/pipelines",
  ];
});

test("HTML in a name, an address, a note or a search is shown as text", async () => {
  for (const path of paths) {
    const { status, text } = await visitor.get(path);
    expect(status, path).toBe(200);
    expect(text, path).not.toContain("<img");
    expect(text.match(/<script(?! src="\/assets\/[\w-]+\.js")/g), path).toBeNull();
    expect(text, path).not.toMatch(/onerror="/);
    expect(textOf(text), path).toContain(EVIL.slice(0, 12));
  }
});

test("what is typed comes back as text", async () => {
  const answer = await visitor.post("/console/tokens", { name: EVIL, scope: EVIL, project_ids: EVIL });
  expect(answer.status).toBe(400);
  expect(answer.text).not.toContain("<img");
  const unknown = await visitor.get(`/console/${encodeURIComponent(EVIL)}`);
  expect([unknown.status, unknown.text.includes("<img")]).toEqual([404, false]);
});
