import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { alarmAt, FAR_START, fireAlarms } from "../lease-client.ts";
import { iso, makeSchedule, schedulesOf } from "../scheduling.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

/* Whatever opens a job has the host's object offer it on the socket at once: without a poll, a tick or an alarm. */

type Change = (world: World, ready: Ready) => Promise<unknown>;

const AGENT = { name: "AGENT 1", framework: "testNG", active: true };
const agentOf = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

const lastOf = async (table: string): Promise<unknown> =>
  (await env.DB.prepare(`SELECT MAX(id) AS id FROM ${table}`).first())?.id;
const lastSchedule = async ({ projectId }: Ready) => `${schedulesOf(projectId)}/${await lastOf("schedules")}`;
const lastJob = async ({ projectId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/jobs/${await lastOf("jobs")}`;

/** A schedule whose plan ends now, as after ticks that failed for days. */
const planEndsNow: Change = async (world, ready) => {
  const { id } = await makeSchedule(world, ready, { cron: "* * * * *", missed: "run_once" });
  await env.DB.prepare("DELETE FROM jobs WHERE schedule_id = ?").bind(id).run();
  await env.DB.prepare("UPDATE schedules SET planned_until = ?1, plan_due_at = ?1 WHERE id = ?2")
    .bind(world.now, id)
    .run();
};

/** What opens a job, with what is there before the socket is opened. */
const OPENED: Record<string, { before?: Change; change: Change }> = {
  "a schedule that runs now": {
    before: (world, ready) => makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) }),
    change: async (world, ready) => world.post(`${await lastSchedule(ready)}/run-now`),
  },
  "a single run in the vendor's form": {
    change: (world, { projectId, agentId }) =>
      world.post("/api/v3/automation/jobs/schedule/create", { agentId, projectId }),
  },
  "an ended job that runs again": {
    before: async (world, { projectId, agentId }) => {
      const { jobId } = await world.schedule(projectId, agentId);
      await world.report(projectId, jobId, "CANCELLED");
    },
    change: async (world, ready) => world.post(`${await lastJob(ready)}/rerun`),
  },
  "a paused schedule that resumes": {
    before: async (world, { projectId, agentId }) => {
      const { id } = await world.schedule(projectId, agentId);
      await world.post(`${schedulesOf(projectId)}/${id}/pause`);
    },
    change: async (world, ready) => world.post(`${await lastSchedule(ready)}/resume`),
  },
  "a schedule that is filled in": {
    before: (world, ready) => makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) }),
    change: async (world, ready) =>
      world.post(`${await lastSchedule(ready)}/backfill`, {
        from: iso(world.now - HOUR),
        to: iso(world.now),
      }),
  },
  "a schedule that is replaced by one that runs now": {
    before: (world, ready) => makeSchedule(world, ready, { start_date: iso(world.now + 48 * HOUR) }),
    change: async (world, ready) =>
      world.put(await lastSchedule(ready), {
        name: "Now",
        agent_server_id: ready.agentId,
        start_date: iso(world.now),
      }),
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
      const agent = { ...AGENT, framework_id: "testNG-plugin", agent_client_id: "again" };
      await world.schedule(ready.projectId, await world.agent(ready.projectId, ready.hostId, agent));
      await world.put(agentOf({ ...ready, agentId: Number(await lastOf("agents")) }), {
        ...AGENT,
        active: false,
      });
    },
    change: (world, { projectId, hostId }) =>
      world.agent(projectId, hostId, { agent_client_id: "again", active: true }),
  },
  "a plan that the tick takes further": {
    before: planEndsNow,
    change: async (world) => {
      world.advance(MINUTE);
      await world.tick(world.now);
    },
  },
};

test.each(Object.entries(OPENED))(
  "a host on its socket is offered a job at once by %s",
  async (_, opened) => {
    const world = shareClock(new World({ now: FAR_START }));
    const ready = await world.ready();
    await opened.before?.(world, ready);
    const host = await HostSocket.ready(world, ready.hostId);
    await host.settled();
    expect(host.offers()).toBe(0);
    await opened.change(world, ready);
    expect(await host.offered()).toHaveLength(1);
  },
);

test("a lost run that is planned again is offered at once, to a process that still has room", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { projectId, hostId, agentId } = await world.ready();
  const facts = { on_lost: "requeue", max_attempts: 2 };
  const { jobId } = await world.schedule(projectId, agentId, { facts });
  const host = await HostSocket.ready(world, hostId, { slots: 2 });
  const [lost] = await host.offered();
  if (!lost) throw new Error("nothing was offered");
  expect(lost).toMatchObject({ on_lost: "requeue" });
  await host.accept(lost);
  world.advance(3 * MINUTE);
  host.keepAlive();
  await host.settled();
  expect(await fireAlarms(world, hostId)).toBe(1);
  // Of two attempts this is the last.
  expect(await host.offered()).toMatchObject([{ attempt: 2, on_lost: "fail", job: { job_id: jobId } }]);
});

test("a host whose schedules are planned no further than now looks again in a minute, not without end", async () => {
  const { seam, counts } = counting();
  const world = shareClock(new World({ now: FAR_START, seam }));
  const ready = await world.ready();
  await planEndsNow(world, ready);
  const host = await HostSocket.ready(world, ready.hostId);
  await host.settled();
  expect(counts.d1RoundTrips).toBeLessThan(100);
  expect(await alarmAt(ready.hostId)).toBe(world.now + MINUTE);
});
