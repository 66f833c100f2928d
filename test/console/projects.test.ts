import { expect, test } from "vitest";
import { recorded } from "../audit/rows.ts";
import { type Ready, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();

const removeUses = async ({ projectId, hostId, agentId }: Ready) =>
  world.delete(`/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`);

test("projects are listed with what they have, and found by name or id", async () => {
  const visitor = await Visitor.in(world);
  const made = await visitor.post("/console/projects", { name: "A shop to find" });
  const path = made.headers.get("location")?.split("?")[0] ?? "";
  expect(path).toMatch(/^\/console\/projects\/\d+$/);
  const id = path.split("/").at(-1);
  const other = await world.project();
  for (const q of ["shop to", `%23${id}`, id]) {
    const { text } = await visitor.get(`/console/projects?q=${q}`);
    expect(text, q).toContain(`href="${path}"`);
    expect(text, q).not.toContain(`href="/console/projects/${other}"`);
  }
  expect(textOf((await visitor.get("/console/projects?q=nowhere")).text)).toContain(
    "No project here matches",
  );
  const refused = await visitor.post("/console/projects", { name: " " });
  expect(refused.status).toBe(400);
  expect(textOf(refused.text)).toContain("Name must be a string");
});

test("a project is renamed on its page, on record, and a wrong name is refused beside its field", async () => {
  const visitor = await Visitor.in(world);
  const id = await world.project();
  const path = `/console/projects/${id}`;
  const rows = await recorded(world, async () => {
    const sent = await visitor.post(`${path}/rename`, { name: "Another name" });
    expect(sent.headers.get("location")).toBe(`${path}?done=project-renamed`);
  });
  expect(rows).toMatchObject([
    { action: "updateProject", object_kind: "project", object_id: id, after: { name: "Another name" } },
  ]);
  expect(textOf((await visitor.get(path)).text)).toContain("Another name");
  const refused = await visitor.post(`${path}/rename`, { name: "x".repeat(256) });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('id="name-error"');
});

test("a project in use says what keeps it; an unused one says what goes with it, and goes", async () => {
  const visitor = await Visitor.in(world);
  const ready = await world.ready();
  const path = `/console/projects/${ready.projectId}`;
  await world.post(`/api/v3/projects/${ready.projectId}/automation/test-runs`, [
    { test_case_name: "one", automation_content: "one" },
  ]);
  const inUse = textOf((await visitor.get(path)).text);
  expect(inUse).toContain("it has 1 agent.");
  expect(inUse).not.toContain("Delete it with all that");
  expect((await visitor.post(`${path}/delete`)).status).toBe(409);
  await removeUses(ready);
  expect(textOf((await visitor.get(path)).text)).toContain("With it go 0 jobs and 1 test, and all results");
  expect((await visitor.post(`${path}/delete`)).headers.get("location")).toBe(
    "/console/projects?done=project-deleted",
  );
  expect((await visitor.get(path)).status).toBe(404);
});

test("a token that is limited to projects sees its own alone, and may not delete it", async () => {
  const [own, other] = [await world.project(), await world.project()];
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [own] }));
  const { text } = await visitor.get("/console/projects");
  expect(text).toContain(`href="/console/projects/${own}"`);
  expect(text).not.toContain(`href="/console/projects/${other}"`);
  expect(text).not.toContain("New project");
  expect((await visitor.get(`/console/projects/${other}`)).status).toBe(404);
  expect((await visitor.get(`/console/projects/${own}`)).text).not.toContain("Delete");
  expect((await visitor.post(`/console/projects/${own}/delete`)).status).toBe(403);
});
