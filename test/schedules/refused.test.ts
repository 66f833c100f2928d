import { describe, expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { type Answer, type Ready, World } from "../world.ts";

interface Sent {
  wanted: { project?: number; agent?: number; runs?: number[] };
  headers?: Record<string, string>;
}

/** The two ways to schedule, with their names of the fields that may be refused. */
const WAYS = {
  schedules: {
    agent: "agent_server_id",
    runs: "test_run_ids",
    send: (
      world: World,
      { projectId, agentId }: Ready,
      { wanted: { project, agent, runs }, headers = {} }: Sent,
    ) =>
      world.post(
        `/api/v3/projects/${project ?? projectId}/automation/schedules`,
        {
          name: "x",
          agent_server_id: agent ?? agentId,
          start_date: "2026-03-02T10:00:00Z",
          test_run_ids: runs,
        },
        { headers },
      ),
  },
  "schedule/create": {
    agent: "agentId",
    runs: "testRunIds",
    send: (
      world: World,
      { projectId, agentId }: Ready,
      { wanted: { project, agent, runs }, headers = {} }: Sent,
    ) =>
      world.post(
        "/api/v3/automation/jobs/schedule/create",
        { projectId: project ?? projectId, agentId: agent ?? agentId, testRunIds: runs },
        { headers },
      ),
  },
};

const named = (answer: Answer, field: string, id: number): void => {
  refusedField(answer, field);
  expect(answer.text).toContain(String(id));
};

describe.each(Object.entries(WAYS))(
  "Scheduling by %s: refused, nothing is half made",
  (way, { agent, runs, send }) => {
    test("an unknown agent, another project's, a deleted one or a retired host's is a 400 that names it", async () => {
      const world = new World();
      const [ready, other, retired] = [await world.ready(), await world.ready(), await world.ready()];
      const deleted = await world.agent(ready.projectId, ready.hostId);
      await world.delete(
        `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${deleted}`,
      );
      await world.delete(`/api/v3/automation/hosts/${retired.hostId}`);
      const before = await rowCounts();
      for (const id of [999_999_999, other.agentId, deleted])
        named(await send(world, ready, { wanted: { agent: id } }), agent, id);
      named(await send(world, retired, { wanted: {} }), agent, retired.agentId);
      expect(await rowCounts()).toEqual(before);
    });

    test("unknown test runs, or another project's, are a 400 that names them", async () => {
      const world = new World();
      const [ready, other] = [await world.ready(), await world.ready()];
      for (const [{ projectId }, id] of [
        [ready, 1],
        [other, 2],
      ] as const) {
        await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [
          { test_run_id: id, test_case_name: "x", automation_content: "x" },
        ]);
      }
      const before = await rowCounts();
      for (const id of [2, 777_777]) named(await send(world, ready, { wanted: { runs: [1, id] } }), runs, id);
      expect(await rowCounts()).toEqual(before);
      expect(await send(world, ready, { wanted: { runs: [1] } })).toMatchObject({ status: 201 });
    });

    test("more than 1 MiB of materials is a 400 that says so", async () => {
      const world = new World();
      const ready = await world.ready();
      const ids = Array.from({ length: 260 }, (_, index) => index + 1);
      for (const half of [ids.slice(0, 130), ids.slice(130)]) {
        await world.post(
          `/api/v3/projects/${ready.projectId}/automation/test-runs`,
          half.map((id) => ({
            test_run_id: id,
            test_case_name: "x".repeat(255),
            automation_content: "€".repeat(1333),
          })),
        );
      }
      const before = await rowCounts();
      refusedField(await send(world, ready, { wanted: { runs: ids } }), runs);
      expect(await rowCounts()).toEqual(before);
      expect(await send(world, ready, { wanted: { runs: ids.slice(0, 230) } })).toMatchObject({
        status: 201,
      });
    });

    test("an inactive agent is a 409, which does not use a key up", async () => {
      const world = new World();
      const ready = await world.ready();
      const path = `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`;
      await world.post(`${path}/deactivate`);
      const headers = { "x-qtest-nonce": crypto.randomUUID() };
      const before = await rowCounts();
      expect(refusalIn(await send(world, ready, { wanted: {}, headers }), 409).code).toBe("agent_inactive");
      expect(await rowCounts()).toEqual(before);
      await world.post(`${path}/activate`);
      const made = await send(world, ready, { wanted: {}, headers });
      expect(made.status).toBe(201);
      expect(await send(world, ready, { wanted: {}, headers })).toMatchObject({
        status: 201,
        text: made.text,
      });
    });

    test("an unknown project is refused first, and unknown test runs before an inactive agent", async () => {
      const world = new World();
      const ready = await world.ready();
      const inactive = await world.agent(ready.projectId, ready.hostId, { active: false });
      const nowhere = await send(world, ready, { wanted: { project: 999_999_999, runs: [777_777] } });
      if (way === "schedules") refusalIn(nowhere, 404);
      else named(nowhere, "projectId", 999_999_999);
      refusedField(await send(world, ready, { wanted: { agent: inactive, runs: [777_777] } }), runs);
    });
  },
);
