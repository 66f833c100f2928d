import { describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";

describe("POST /api/v3/projects", () => {
  test("makes a project, with a new id: 201 and {id, name}", async () => {
    const answer = await new World().post("/api/v3/projects", { name: "Project" });
    expect(answer.status).toBe(201);
    expect(answer.text).toMatch(/^\{"id":\d+,"name":"Project"\}$/);
  });

  test("makes one under a given id; ids given by us go on above it", async () => {
    const world = new World();
    const id = (await world.project()) + 5000;
    expect(await world.post("/api/v3/projects", { id, name: "Given" })).toMatchObject({
      status: 201,
      body: { id },
    });
    expect(await world.project()).toBeGreaterThan(id);
    expect((await world.get(`/api/v3/projects/${id}`)).text).toBe(`{"id":${id},"name":"Given"}`);
  });

  test("of a known id and the same name is a 200; of another name a 409, and it stays as it was", async () => {
    const world = new World();
    const id = (await world.project()) + 5000;
    await world.post("/api/v3/projects", { id, name: "Mine" });
    const made = await rowCounts();
    expect(await world.post("/api/v3/projects", { id, name: "Mine" })).toMatchObject({
      status: 200,
      body: { id },
    });
    const { code, message } = refusalIn(await world.post("/api/v3/projects", { id, name: "Yours" }), 409);
    expect(code).toBe("project_id_taken");
    expect(message).toContain(`project ${id}`);
    expect((await world.get(`/api/v3/projects/${id}`)).body).toEqual({ id, name: "Mine" });
    expect(await rowCounts()).toEqual(made);
  });

  test("takes the highest id that may be given, and still makes, reads and names others after it", async () => {
    const world = new World();
    expect(await world.post("/api/v3/projects", { id: 1e12, name: "Highest" })).toMatchObject({
      status: 201,
    });
    const next = await world.project();
    expect(await world.get(`/api/v3/projects/${next}`)).toMatchObject({ status: 200, body: { id: next } });
    const agentId = await world.agent(next, (await world.host()).id);
    expect(
      await world.post("/api/v3/automation/jobs/schedule/create", { projectId: next, agentId }),
    ).toMatchObject({ status: 201 });
    const limited = { name: "limited", scope: "operator", project_ids: [next] };
    expect(await world.post("/api/v3/tokens", limited)).toMatchObject({ status: 201 });
    refusedField(await world.post("/api/v3/projects", { id: 1e12 + 1, name: "Higher" }), "id");
  });
});

test("GET /api/v3/projects lists what GET /api/v3/projects/{p} reads", async () => {
  const world = new World();
  const id = await world.project();
  const listed = await world.get(`/api/v3/projects?after=${id - 1}&limit=1`);
  expect(listed.body).toEqual([(await world.get(`/api/v3/projects/${id}`)).body]);
});

describe("PUT /api/v3/projects/{p}", () => {
  test("renames a project; one that is deleted or was never there is not found", async () => {
    const world = new World();
    const id = await world.project();
    expect(await world.put(`/api/v3/projects/${id}`, { name: "New" })).toMatchObject({
      status: 200,
      body: { id, name: "New" },
    });
    expect((await world.get(`/api/v3/projects/${id}`)).body).toEqual({ id, name: "New" });
    refusedField(await world.put(`/api/v3/projects/${id}`, { name: " " }), "name");
    await world.delete(`/api/v3/projects/${id}`);
    refusalIn(await world.put(`/api/v3/projects/${id}`, { name: "Newer" }), 404);
  });
});
