import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { World } from "../world.ts";

const run = (id: number) => ({
  test_run_id: id,
  test_case_id: id + 1,
  test_case_name: `case ${id}`,
  test_case_version_id: id + 2,
  automation_content: `pkg.Case#${id}`,
});

const place = async () => {
  const world = new World();
  const ready = await world.ready();
  const path = `/api/v3/projects/${ready.projectId}/automation/test-runs`;
  await world.post(path, [run(7), run(3), run(5)]);
  return { world, ready, path };
};

test("a project's test runs are listed by id, those of no other project", async () => {
  const { world, path } = await place();
  const other = await world.project();
  await world.post(`/api/v3/projects/${other}/automation/test-runs`, [run(4)]);
  expect(await world.get(path)).toMatchObject({ status: 200 });
  expect((await world.get(path)).body).toEqual([run(3), run(5), run(7)]);
  const first = await world.get(`${path}?limit=2`);
  expect(first.body).toEqual([run(3), run(5)]);
  expect(first.headers.get("link")).toContain("after=5");
  expect((await world.get(`${path}?after=5`)).body).toEqual([run(7)]);
  refusalIn(await world.get("/api/v3/projects/999999999/automation/test-runs"), 404);
});

test("a test run is read by its id, in its own project", async () => {
  const { world, path } = await place();
  expect((await world.get(`${path}/5`)).body).toEqual(run(5));
  expect(refusalIn(await world.get(`${path}/6`), 404).message).toContain("no test run 6");
  const other = await world.project();
  refusalIn(await world.get(`/api/v3/projects/${other}/automation/test-runs/5`), 404);
});

test("a deletion answers the test run as it was, and what was scheduled keeps it", async () => {
  const { world, ready, path } = await place();
  const { projectId, hostId, agentId } = ready;
  await world.schedule(projectId, agentId, { testRunIds: [5] });
  expect(await world.delete(`${path}/5`)).toMatchObject({ status: 200, body: run(5) });
  refusalIn(await world.get(`${path}/5`), 404);
  refusalIn(await world.delete(`${path}/5`), 404);
  expect((await world.get(path)).body).toEqual([run(3), run(7)]);
  expect((await world.poll(hostId)).body).toMatchObject([{ automation_materials: [run(5)] }]);
  const again = { name: "x", agent_server_id: agentId, test_run_ids: [5] };
  refusalIn(await world.post(`/api/v3/projects/${projectId}/automation/schedules`, again), 400);
});

test("a deletion is audited with what was there, and one that finds nothing changes nothing", async () => {
  const { world, path } = await place();
  await world.delete(`${path}/5`);
  const { results } = await env.DB.prepare(
    "SELECT action, object_id, before, after FROM audit WHERE action = 'deleteTestRun' ORDER BY id DESC LIMIT 1",
  ).all();
  expect(results).toMatchObject([{ object_id: 5, after: null }]);
  expect(String(results[0]?.before)).toContain("pkg.Case#5");
  const before = await everythingStored();
  const other = await world.project();
  const stored = await everythingStored();
  refusalIn(await world.delete(`/api/v3/projects/${other}/automation/test-runs/7`), 404);
  expect(await everythingStored()).toBe(stored);
  expect(stored).not.toBe(before);
});

test("the id of a deleted test run is not given to another, but a client may bring it back", async () => {
  const { world, path } = await place();
  await world.delete(`${path}/7`);
  const named = { test_case_name: "new", automation_content: "new" };
  expect((await world.post(path, [named])).body).toMatchObject([{ test_run_id: 8 }]);
  expect(await world.post(path, [run(7)])).toMatchObject({ status: 201, body: [run(7)] });
  expect((await world.get(`${path}/7`)).body).toEqual(run(7));
});
