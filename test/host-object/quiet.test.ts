import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { FAR_START, fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { iso, makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE } from "../world.ts";
import { countedWorld, NOTHING, readyIn } from "./counted-world.ts";

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

test("a job behind a run of its schedule keeps its host from being quiet: it is handed out when the run ends", async () => {
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

test("a host that leases its jobs needs no D1 either while nothing is due, and is handed a job at once", async () => {
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

test("a token that is limited to projects needs no D1 either, and hides no job of others from the host", async () => {
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

test("a quiet poll is a contact, and names the runs that are to be cancelled", async () => {
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
