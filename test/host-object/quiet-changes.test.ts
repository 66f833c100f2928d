import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { iso, makeSchedule, schedulesOf } from "../scheduling.ts";
import { HOUR, MINUTE, type Ready, type World } from "../world.ts";
import { countedWorld, NOTHING, readyIn } from "./counted-world.ts";

const agentOf = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

const AGENT = { name: "AGENT 1", framework: "testNG", active: true };

type Change = (world: World, ready: Ready) => Promise<unknown>;

/** Changes after which a job is handed out, each with what is there before. */
const CHANGES: Record<string, { before?: Change; change: Change }> = {
  "a new schedule": { change: (world, { projectId, agentId }) => world.schedule(projectId, agentId) },
  "a new recurring schedule": {
    change: (world, ready) => makeSchedule(world, ready, { cron: "*/5 * * * *" }),
  },
  "a single run in the vendor's form": {
    change: (world, { projectId, agentId }) =>
      world.post("/api/v3/automation/jobs/schedule/create", { agentId, projectId }),
  },
  "a schedule that runs now": {
    before: (world, ready) => makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) }),
    change: async (world, { projectId }) =>
      world.post(`${schedulesOf(projectId)}/${await lastOf("schedules")}/run-now`),
  },
  "a schedule that is filled in": {
    before: (world, ready) => makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) }),
    change: async (world, { projectId }) =>
      world.post(`${schedulesOf(projectId)}/${await lastOf("schedules")}/backfill`, {
        from: iso(world.now - 2 * HOUR),
        to: iso(world.now),
      }),
  },
  "a schedule that is replaced": {
    before: (world, { projectId, agentId }) =>
      world.schedule(projectId, agentId, { at: world.now + 48 * HOUR }),
    change: async (world, { projectId, agentId }) =>
      world.put(`${schedulesOf(projectId)}/${await lastOf("schedules")}`, {
        name: "Sooner",
        agent_server_id: agentId,
        start_date: iso(world.now + MINUTE),
        test_run_ids: [],
      }),
  },
  "a paused schedule that goes on": {
    before: async (world, { projectId, agentId }) => {
      const { id } = await world.schedule(projectId, agentId, { at: world.now + 20 * MINUTE });
      await world.post(`${schedulesOf(projectId)}/${id}/pause`);
    },
    change: async (world, { projectId }) =>
      world.post(`${schedulesOf(projectId)}/${await lastOf("schedules")}/resume`),
  },
  "a recurring schedule that goes on, and is planned": {
    before: async (world, ready) => {
      const { path } = await makeSchedule(world, ready, {
        cron: "* * * * *",
        start_date: iso(world.now + 72 * HOUR),
      });
      await world.put(path, {
        name: "Sooner",
        agent_server_id: ready.agentId,
        cron: "* * * * *",
        start_date: null,
      });
      await world.post(`${path}/pause`);
      await env.DB.prepare("DELETE FROM jobs WHERE schedule_id = (SELECT MAX(id) FROM schedules)").run();
      await env.DB.prepare(
        "UPDATE schedules SET planned_until = ? WHERE id = (SELECT MAX(id) FROM schedules)",
      )
        .bind(world.now)
        .run();
    },
    change: async (world, { projectId }) =>
      world.post(`${schedulesOf(projectId)}/${await lastOf("schedules")}/resume`),
  },
  "an ended job that runs again": {
    before: async (world, { projectId, agentId }) => {
      const { jobId } = await world.schedule(projectId, agentId);
      await world.report(projectId, jobId, "CANCELLED");
    },
    change: async (world, { projectId }) =>
      world.post(`/api/v3/projects/${projectId}/automation/jobs/${await lastOf("jobs")}/rerun`),
  },
  "an agent that is activated": {
    before: async (world, ready) => {
      await world.schedule(ready.projectId, ready.agentId);
      await world.post(`${agentOf(ready)}/deactivate`);
    },
    change: (world, ready) => world.post(`${agentOf(ready)}/activate`),
  },
  "an agent that is updated to be active": {
    before: async (world, ready) => {
      await world.schedule(ready.projectId, ready.agentId);
      await world.post(`${agentOf(ready)}/deactivate`);
    },
    change: (world, ready) => world.put(agentOf(ready), AGENT),
  },
  "an agent that is made again, active": {
    before: async (world, ready) => {
      await world.schedule(ready.projectId, ready.agentId);
      await world.put(agentOf(ready), { ...AGENT, agent_client_id: "again", active: false });
    },
    change: (world, { projectId, hostId }) =>
      world.agent(projectId, hostId, { agent_client_id: "again", active: true }),
  },
};

const lastOf = async (table: string): Promise<unknown> =>
  (await env.DB.prepare(`SELECT MAX(id) AS id FROM ${table}`).first())?.id;

describe("a poll of a host that was quiet is handed the job at once after", () => {
  test.each(Object.entries(CHANGES))("%s", async (_, { before, change }) => {
    const counted = countedWorld();
    const { world, poll, settle } = counted;
    const ready = await readyIn(counted);
    await before?.(world, ready);
    await settle(ready.hostId);
    expect(await poll(ready.hostId)).toEqual(NOTHING);
    await change(world, ready);
    const { jobs, askedD1 } = await poll(ready.hostId);
    expect(askedD1).toBe(true);
    expect(jobs.length).toBeGreaterThan(0);
  });
});
