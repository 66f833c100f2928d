import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn } from "../http/refusals.ts";
import { type Answer, HOUR, type Ready, START, World } from "../world.ts";

const run = (id: number, name = `case ${id}`) => ({
  test_run_id: id,
  test_case_id: id + 1,
  test_case_name: name,
  test_case_version_id: id + 2,
  automation_content: name,
});
const bring = (world: World, { projectId }: Ready, runs: unknown) =>
  world.post(`/api/v3/projects/${projectId}/automation/test-runs`, runs);
const idOf = ({ body }: Answer): number => z.looseObject({ schedule_id: z.int() }).parse(body).schedule_id;
const create = (world: World, body: Record<string, unknown>) =>
  world.post("/api/v3/automation/jobs/schedule/create", body);

describe("A schedule of a single run", () => {
  test("is a 201 with the schedule and its job, as a poll shows it", async () => {
    const world = new World();
    const ready = await world.ready();
    await bring(world, ready, [run(6691)]);
    const answer = await world.post(`/api/v3/projects/${ready.projectId}/automation/schedules`, {
      name: "Nightly",
      agent_server_id: ready.agentId,
      start_date: "2026-03-02T17:00:00.750+0700",
      test_run_ids: [6691],
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        schedule_id: expect.any(Number),
        name: "Nightly",
        project_id: ready.projectId,
        agent_server_id: ready.agentId,
        start_date: "2026-03-02T10:00:00+00:00",
        jobs: [
          { status: "PLANNED", start_date: "2026-03-02T10:00:00+00:00", automation_materials: [run(6691)] },
        ],
      },
    });
    const { jobs } = z.object({ jobs: z.array(z.unknown()) }).parse(answer.body);
    expect((await world.poll(ready.hostId)).body).toEqual(jobs);
  });

  test.each([{}, { start_date: null }])("without a start_date runs now: %j", async (when) => {
    const world = new World({ now: START + 750 });
    const { projectId, hostId, agentId } = await world.ready();
    const schedules = `/api/v3/projects/${projectId}/automation/schedules`;
    const facts = { name: "Now", agent_server_id: agentId, ...when };
    const now = "2026-03-02T10:00:00+00:00";
    const made = await world.post(schedules, facts);
    expect(made).toMatchObject({ status: 201, body: { start_date: now, jobs: [{ start_date: now }] } });
    expect((await world.poll(hostId)).body).toMatchObject([{ start_date: now }]);
    expect((await world.post(`${schedules}/preview`, facts)).body).toMatchObject({ times: [{ utc: now }] });
    world.advance(HOUR);
    const path = `${schedules}/${idOf(made)}`;
    const replaced = { status: 200, body: { start_date: "2026-03-02T11:00:00+00:00" } };
    expect(await world.put(path, facts)).toMatchObject(replaced);
    expect(await world.get(path)).toMatchObject(replaced);
  });

  test("without test runs has automation_materials []", async () => {
    const world = new World();
    const { hostId, projectId, agentId } = await world.ready();
    await create(world, { projectId, agentId, testRunIds: null });
    await world.schedule(projectId, agentId, { testRunIds: [] });
    const empty = { automation_materials: [] };
    expect((await world.poll(hostId)).body).toMatchObject([empty, empty]);
  });

  test("keeps its materials as they were, in the order of the ids", async () => {
    const world = new World();
    const ready = await world.ready();
    await bring(world, ready, [run(1), run(2), run(3)]);
    await world.schedule(ready.projectId, ready.agentId, { testRunIds: [3, 1, 2] });
    await bring(world, ready, [run(1, "changed")]);
    expect((await world.poll(ready.hostId)).body).toMatchObject([
      { automation_materials: [run(3), run(1), run(2)] },
    ]);
  });

  test("knows the bytes of its materials as an answer writes them", async () => {
    const world = new World();
    const ready = await world.ready();
    const odd = [run(1, 'Тест "quoted"\\ 測試 🧪'), run(2, "line\nbreak\ttab\u0001")];
    await bring(world, ready, odd);
    const { id } = await world.schedule(ready.projectId, ready.agentId, { testRunIds: [1, 2] });
    const kept = z
      .object({ materials: z.string(), materials_bytes: z.int() })
      .parse(
        await env.DB.prepare(
          "SELECT materials, materials_bytes FROM snapshots WHERE id = (SELECT snapshot_id FROM schedules WHERE id = ?)",
        )
          .bind(id)
          .first(),
      );
    expect(JSON.parse(kept.materials)).toEqual(odd);
    expect(kept.materials_bytes).toBe(new TextEncoder().encode(JSON.stringify(odd)).length);
  });
});

describe("POST /api/v3/automation/jobs/schedule/create", () => {
  test("is a 201 with the schedule's id as a bare number", async () => {
    const world = new World();
    const { projectId, agentId, hostId } = await world.ready();
    const answer = await create(world, { projectId, agentId, name: "Now" });
    expect(answer.status).toBe(201);
    expect(answer.text).toMatch(/^\d+$/);
    expect((await world.poll(hostId)).body).toMatchObject([
      { schedule_id: answer.body, agent_server_id: agentId },
    ]);
  });

  test("without startDate means now, to the second; with it, then", async () => {
    const world = new World({ now: Date.parse("2026-03-02T10:00:00.900Z") });
    const { projectId, agentId, hostId } = await world.ready();
    await create(world, { projectId, agentId });
    await create(world, { projectId, agentId, startDate: "2026-03-02T17:30:00+0700" });
    expect((await world.poll(hostId)).body).toMatchObject([
      { start_date: "2026-03-02T10:00:00+00:00" },
      { start_date: "2026-03-02T10:30:00+00:00" },
    ]);
  });

  test("carries the test runs that it names, and accepts the rest without judging", async () => {
    const world = new World();
    const ready = await world.ready();
    await bring(world, ready, [run(7)]);
    const rest = { clientId: "any", creator: { id: -1 }, dynamic: [null] };
    const { projectId, agentId } = ready;
    expect(await create(world, { projectId, agentId, testRunIds: [7], ...rest })).toMatchObject({
      status: 201,
    });
    expect((await world.poll(ready.hostId)).body).toMatchObject([{ automation_materials: [run(7)] }]);
  });
});

test("A schedule under an unknown project's path is refused before a wrong field is", async () => {
  const path = "/api/v3/projects/999999999/automation/schedules";
  expect(refusalIn(await new World().post(path, {}), 404).message).toContain("project 999999999");
});
