import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { counting } from "../fault-injection.ts";
import { FAR_START, fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { makeSchedule, schedulesOf } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

/** A world in which polls that leave D1 alone can be told. */
const countedWorld = () => {
  const { seam, counts } = counting();
  const world = new World({ seam, now: FAR_START });
  /** Polls; whether D1 was asked, and for which jobs. */
  const poll = async (hostId: number, options = {}) => {
    counts.reset();
    const jobs = jobsIn(await world.poll(hostId, options));
    return { jobs, askedD1: counts.d1RoundTrips > 0 };
  };
  /** Lets the host's object learn that there is nothing, if that is so, and evicts it. */
  const settle = async (hostId: number) => {
    world.advance(MINUTE);
    await poll(hostId);
    await poll(hostId);
    await evictDurableObject(env.HOST.getByName(String(hostId)));
  };
  return { world, counts, poll, settle };
};

const NOTHING = { jobs: [], askedD1: false };

const readyIn = async ({ world, settle }: ReturnType<typeof countedWorld>) => {
  const ready = await world.ready();
  await settle(ready.hostId);
  return ready;
};

const agentOf = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

const AGENT = { name: "AGENT 1", framework: "testNG", active: true };

type Change = (world: World, ready: Ready) => Promise<unknown>;

/** What makes a job be handed out: what is there before, and the change. */
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

const iso = (at: number): string => new Date(at).toISOString();

const lastOf = async (table: string): Promise<unknown> =>
  (await env.DB.prepare(`SELECT MAX(id) AS id FROM ${table}`).first())?.id;

describe("a poll of a host that was quiet is told of the job at once after", () => {
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

test("a poll leaves D1 alone for ten minutes after one that found nothing, whatever is open further ahead", async () => {
  const counted = countedWorld();
  const { world, poll } = counted;
  const { projectId, agentId, hostId } = await readyIn(counted);
  await world.schedule(projectId, agentId, { at: world.now + 3 * HOUR });
  world.advance(MINUTE);
  const asked = [];
  for (let minute = 0; minute <= 10; minute++) {
    asked.push((await poll(hostId)).askedD1);
    world.advance(MINUTE);
  }
  expect(asked).toEqual([true, ...Array(9).fill(false), true]);
});

test("what is known ends at the next open job: a window that reaches it asks D1", async () => {
  const counted = countedWorld();
  const { world, poll } = counted;
  const { projectId, agentId, hostId } = await readyIn(counted);
  const { jobId } = await world.schedule(projectId, agentId, { at: world.now + HOUR + 5 * MINUTE });
  expect((await poll(hostId)).askedD1).toBe(true);
  expect(await poll(hostId)).toEqual(NOTHING);
  world.advance(5 * MINUTE);
  expect(await poll(hostId)).toEqual(NOTHING);
  world.advance(1);
  expect(await poll(hostId)).toEqual({ jobs: [jobId], askedD1: true });
});

test("what is known ends where the schedules are planned to: what the tick plans is handed out", async () => {
  const counted = countedWorld();
  const { world, poll } = counted;
  const ready = await readyIn(counted);
  const { id } = await makeSchedule(world, ready, {
    cron: "0 * * * *",
    start_date: iso(world.now + 40 * HOUR),
  });
  const plannedUntil = world.now + 30 * MINUTE;
  await env.DB.prepare("DELETE FROM jobs WHERE schedule_id = ?").bind(id).run();
  await env.DB.prepare(
    "UPDATE schedules SET start_at = NULL, planned_until = ?, plan_due_at = ? WHERE id = ?",
  )
    .bind(plannedUntil, FAR_START, id)
    .run();
  const within = { to: plannedUntil };
  await poll(ready.hostId, within);
  expect(await poll(ready.hostId, within)).toEqual(NOTHING);
  expect(await poll(ready.hostId)).toEqual({ jobs: [], askedD1: true });
  expect(await poll(ready.hostId)).toEqual({ jobs: [], askedD1: true });
  await world.tick();
  expect((await poll(ready.hostId)).jobs).toHaveLength(1);
});

test("a job behind a run of its schedule is not taken for none: it is handed out when the run ends", async () => {
  const counted = countedWorld();
  const { world, poll } = counted;
  const ready = await readyIn(counted);
  const { jobIds } = await makeSchedule(world, ready, { max_runs: 2 });
  const [first = 0, second = 0] = jobIds;
  world.advance(2 * HOUR);
  await world.report(ready.projectId, first, "RUNNING");
  const due = { to: world.now };
  for (const _ of [1, 2]) expect(await poll(ready.hostId, due)).toEqual({ jobs: [], askedD1: true });
  world.advance(MINUTE);
  await world.report(ready.projectId, first, "COMPLETED");
  expect((await poll(ready.hostId, due)).jobs).toEqual([second]);
});

test("a lost run that is planned again is handed out at once, though its host was quiet", async () => {
  const counted = countedWorld();
  const { world, poll, settle } = counted;
  const { projectId, agentId, hostId } = await readyIn(counted);
  const facts = { on_lost: "requeue", max_attempts: 2 };
  const { jobId } = await world.schedule(projectId, agentId, { facts });
  const { lease_id } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  await settle(hostId);
  expect(await poll(hostId)).toEqual(NOTHING);
  world.advance(2 * MINUTE);
  await fireAlarms(world, hostId);
  expect(await poll(hostId)).toEqual({ jobs: [jobId], askedD1: true });
});

test("a host that leases its jobs is spared D1 by the same knowledge, and told of a job at once", async () => {
  const counted = countedWorld();
  const { world, counts } = counted;
  const { projectId, agentId, hostId } = await readyIn(counted);
  counts.reset();
  expect(await lease(world, hostId)).toMatchObject({ status: 200, body: [] });
  expect(counts).toMatchObject({ d1RoundTrips: 0, objectCalls: { nothingDue: 1 } });
  const { jobId } = await world.schedule(projectId, agentId);
  expect(oneLease(await lease(world, hostId)).job.job_id).toBe(jobId);
});

test("a poll with lease=false asks D1 alone; one that looks further ahead than a day asks D1 too, and is a contact", async () => {
  const counted = countedWorld();
  const { world, counts } = counted;
  const { hostId } = await readyIn(counted);
  const end = iso(world.now + HOUR);
  const queries: [string, object][] = [
    [`end_date=${end}&lease=false`, {}],
    [`end_date=${iso(world.now + 25 * HOUR)}`, { nothingDue: 1 }],
  ];
  for (const [query, objectCalls] of queries) {
    counts.reset();
    await world.get(`/api/v3/automation/hosts/${hostId}/jobs?${query}`);
    expect(counts).toMatchObject({ d1RoundTrips: 1, objectCalls });
  }
});

test("a token that is limited to projects is spared D1 too, and hides no job of others from the host", async () => {
  const counted = countedWorld();
  const { world, poll } = counted;
  const ready = await readyIn(counted);
  const elsewhere = await world.project();
  await world.agent(elsewhere, ready.hostId);
  const issued = await world.post("/api/v3/tokens", { name: "one", scope: "host", project_ids: [elsewhere] });
  const token = String(Reflect.get(Object(issued.body), "token"));
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  for (const _ of [1, 2]) expect((await poll(ready.hostId, { token })).jobs).toEqual([]);
  expect((await poll(ready.hostId)).jobs).toEqual([jobId]);
  await world.report(ready.projectId, jobId, "CANCELLED");
  await counted.settle(ready.hostId);
  await poll(ready.hostId, { token });
  expect(await poll(ready.hostId, { token })).toEqual(NOTHING);
});

test("a quiet poll is a contact, and tells of the runs that are to be cancelled", async () => {
  const counted = countedWorld();
  const { world, counts, settle } = counted;
  const { projectId, agentId, hostId } = await readyIn(counted);
  const { jobId } = await world.schedule(projectId, agentId);
  const { lease_id } = oneLease(await lease(world, hostId, { lease_seconds: 900 }));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
  await settle(hostId);
  await world.report(projectId, jobId, "CANCELLED");
  counts.reset();
  const answer = await world.poll(hostId);
  expect([counts.d1RoundTrips, answer.headers.get("Cancel-Requested")]).toEqual([0, String(jobId)]);
  expect(await env.HOST.getByName(String(hostId)).lastContact()).toEqual({ at: world.now });
});

test("the host of a poll is gone as soon as it is retired, and its job is handed out once it is back", async () => {
  const counted = countedWorld();
  const { world, poll, settle } = counted;
  const ready = await readyIn(counted);
  await world.delete(`/api/v3/automation/hosts/${ready.hostId}`);
  expect(await world.poll(ready.hostId)).toMatchObject({ status: 404 });
  const again = { host_name: "back", ip_address: "x", mac_address: "x", host_guid: ready.guid };
  await world.post("/api/v3/automation/hosts", again);
  await settle(ready.hostId);
  expect(await poll(ready.hostId)).toEqual(NOTHING);
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  expect((await poll(ready.hostId)).jobs).toEqual([jobId]);
});
