import { expect, test } from "vitest";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** The way to a page: the pages above it, and its own name. */
const wayTo = async (visitor: Visitor, path: string): Promise<string[]> => {
  const { text, status } = await visitor.get(path);
  expect(status, path).toBe(200);
  const crumbs = /<nav class="crumbs".*?<\/nav>/s.exec(text)?.[0] ?? "";
  return [...crumbs.matchAll(/<li.*?<\/li>/gs)].map(([item]) => {
    const href = /href="([^"]*)"/.exec(item)?.[1];
    return `${textOf(item).trim()}${href === undefined ? "" : ` ${href}`}`;
  });
};

test("the way to each page has every page above it", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const api = `/api/v3/projects/${projectId}/automation`;
  await world.put(`/api/v3/projects/${projectId}`, { name: "Shop" });
  await world.post(`${api}/test-runs`, [
    { test_run_id: 1, test_case_name: "pays", automation_content: "shop.pays" },
  ]);
  const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name: "Smoke" } });
  await world.report(projectId, jobId, "RUNNING");
  const visitor = await Visitor.in(world);
  const host = await visitor.get(`/console/hosts/${hostId}`);
  const hostName = /<h1>([^<]*)</.exec(host.text)?.[1];
  const project = `/console/projects/${projectId}`;
  const shop = ["Projects /console/projects", `Shop ${project}`];
  const agent = `${project}/hosts/${hostId}/agents/${agentId}`;
  const ofHost = ["Hosts /console/hosts", `${hostName} /console/hosts/${hostId}`];
  const smoke = `${project}/schedules/${id}`;
  const ways: Record<string, string[]> = {
    [agent]: [...ofHost, "AGENT 1"],
    [`${agent}/edit`]: [...ofHost, `AGENT 1 ${agent}`, "Edit"],
    [`${project}/test-runs`]: [...shop, "Tests"],
    [`${project}/test-runs/1`]: [...shop, `Tests ${project}/test-runs`, "pays"],
    [`${project}/tests`]: [...shop, "Test results"],
    [`${project}/blackouts`]: [...shop, "Blackouts"],
    [`${project}/webhooks`]: [...shop, "Webhooks"],
    [smoke]: ["Schedules /console/schedules", "Smoke"],
    [`${smoke}/edit`]: ["Schedules /console/schedules", `Smoke ${smoke}`, "Edit"],
    [`${project}/jobs/${jobId}/files`]: [
      ...["Jobs /console/jobs", `Job ${jobId} ${project}/jobs/${jobId}`, "Files"],
    ],
  };
  for (const [path, way] of Object.entries(ways)) expect(await wayTo(visitor, path), path).toEqual(way);
});
