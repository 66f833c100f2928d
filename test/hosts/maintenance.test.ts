import { expect, test } from "vitest";
import { z } from "zod";
import { FAR_START } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { iso, jobsOf, makeSchedule } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START, World } from "../world.ts";

const pathOf = ({ hostId }: Pick<Ready, "hostId">) => `/api/v3/automation/hosts/${hostId}/maintenance`;
const inMaintenance = (world: World, ready: Ready, more: Record<string, unknown> = {}) =>
  world.put(pathOf(ready), { note: "A new disk", ...more });
const lease = (world: World, { hostId }: Ready) =>
  world.post(`/api/v3/automation/hosts/${hostId}/leases`, { owner: "aware" });
const maintenanceIn = (answer: { body: unknown }) =>
  z.looseObject({ maintenance: z.unknown() }).parse(answer.body).maintenance;

test("a host in maintenance is handed nothing, says who, why and until, and is handed its jobs when it ends", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 2 });
  const until = START + HOUR;
  const began = await inMaintenance(world, ready, { until: iso(until) });
  const said = {
    since: "2026-03-02T10:00:00+00:00",
    until: "2026-03-02T11:00:00+00:00",
    by: "admin bootstrap",
    note: "A new disk",
  };
  expect([began.status, maintenanceIn(began)]).toEqual([200, said]);
  expect(maintenanceIn(await world.get(`/api/v3/automation/hosts/${ready.hostId}`))).toEqual(said);
  expect(jobsIn(await world.poll(ready.hostId))).toEqual([]);
  expect((await world.poll(ready.hostId)).headers.get("Jobs-Held")).toBeNull();
  expect((await lease(world, ready)).body).toEqual([]);
  world.advance(HOUR - 1000);
  expect(jobsIn(await world.poll(ready.hostId))).toEqual([]);
  world.advance(1000);
  expect(maintenanceIn(await world.get(`/api/v3/automation/hosts/${ready.hostId}`))).toBeNull();
  expect(jobsIn(await world.poll(ready.hostId, { to: START + MINUTE }))).toEqual(ready.jobIds);
});

test("maintenance without an end lasts until somebody ends it", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await inMaintenance(world, ready);
  world.advance(30 * 24 * HOUR);
  expect((await lease(world, ready)).body).toEqual([]);
  const ended = await world.delete(pathOf(ready));
  expect([ended.status, maintenanceIn(ended)]).toEqual([200, null]);
  expect((await lease(world, ready)).body).toHaveLength(1);
  expect((await world.delete(pathOf(ready))).status).toBe(200);
});

test("asking again changes the note and the end, and not the beginning", async () => {
  const world = new World();
  const ready = await world.ready();
  await inMaintenance(world, ready);
  world.advance(MINUTE);
  const changed = await inMaintenance(world, ready, { note: "Two disks", until: iso(START + HOUR) });
  expect(maintenanceIn(changed)).toMatchObject({ note: "Two disks", since: "2026-03-02T10:00:00+00:00" });
  world.advance(2 * HOUR);
  expect(maintenanceIn(await inMaintenance(world, ready))).toMatchObject({
    since: "2026-03-02T12:01:00+00:00",
    until: null,
  });
});

test("what runs goes on, and its run that comes due behind it does not end it", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, jobIds } = await makeSchedule(world, ready, { cron: "0 * * * *", overlap: "cancel_running" });
  const [jobId = 0] = jobIds;
  await world.report(ready.projectId, jobId, "RUNNING");
  await inMaintenance(world, ready);
  world.advance(2 * HOUR);
  await world.ping(ready.hostId, ready.guid);
  await world.tick();
  expect(await world.job(ready.projectId, jobId)).toMatchObject({ status: "RUNNING" });
  expect((await world.report(ready.projectId, jobId, "COMPLETED")).status).toBe(200);
  const [, next] = await jobsOf(id);
  expect(next?.status, "a job that cannot be handed out is not overdue").toBe("PLANNED");
});

test.each(["skip", "run_once"])(
  "of what came due in maintenance, with missed %s, the latest run is left",
  async (missed) => {
    const world = new World();
    const ready = await world.ready();
    await makeSchedule(world, ready, { cron: "*/10 * * * *", missed });
    await inMaintenance(world, ready, { until: iso(START + 35 * MINUTE) });
    for (let minutes = 0; minutes < 36; minutes++) {
      world.advance(MINUTE);
      await world.ping(ready.hostId, ready.guid);
    }
    const [first] = z
      .array(z.looseObject({ start_date: z.string() }))
      .parse((await world.poll(ready.hostId, { to: world.now })).body);
    expect(first?.start_date).toBe(
      missed === "skip" ? "2026-03-02T10:00:00+00:00" : "2026-03-02T10:30:00+00:00",
    );
  },
);

test("no cache of the host's object outlasts its end", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await inMaintenance(world, ready, { until: iso(START + 5 * MINUTE) });
  world.advance(3 * MINUTE);
  const asked = { from: START - HOUR, to: START + MINUTE };
  for (let polls = 0; polls < 3; polls++) expect(jobsIn(await world.poll(ready.hostId, asked))).toEqual([]);
  world.advance(3 * MINUTE);
  expect(jobsIn(await world.poll(ready.hostId, asked))).toEqual(ready.jobIds);
});

test("a process on a socket is offered nothing, and its jobs as soon as somebody ends it", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const ready = await world.ready({ jobs: 1 });
  await inMaintenance(world, ready);
  const host = await HostSocket.ready(world, ready.hostId);
  world.advance(1000);
  await world.delete(pathOf(ready));
  const [offer] = await host.offered();
  expect(offer?.job.job_id).toBe(ready.jobId);
});

test("it needs a reason, and an end that is still to come", async () => {
  const world = new World();
  const ready = await world.ready();
  expect(await world.put(pathOf(ready), {})).toMatchObject({
    status: 400,
    body: { errors: [{ field: "note" }] },
  });
  const past = await inMaintenance(world, ready, { until: iso(START) });
  expect(past).toMatchObject({ status: 400, body: { message: "until must be later than now, or left out" } });
  expect((await world.put(pathOf({ hostId: 999_999 }), { note: "x" })).status).toBe(404);
  expect((await world.delete(pathOf({ hostId: 999_999 }))).status).toBe(404);
});

test("an operator may, if its token may access all projects of the host's agents; a host may not", async () => {
  const world = new World();
  const ready = await world.ready();
  const limits = { project_ids: [ready.projectId] };
  const token = await world.token("operator", limits);
  const ask = (as: string) => world.put(pathOf(ready), { note: "x" }, { token: as });
  expect((await ask(token)).status).toBe(200);
  expect((await ask(await world.token("host"))).status).toBe(403);
  await world.agent(await world.project(), ready.hostId);
  expect(await ask(token)).toMatchObject({ status: 403, body: { message: /serves other projects too/ } });
  expect((await world.delete(pathOf(ready), { token })).status).toBe(403);
  expect(maintenanceIn(await world.get(`/api/v3/automation/hosts/${ready.hostId}`))).not.toBeNull();
});

test("both are in the audit, with who and why", async () => {
  const world = new World();
  const ready = await world.ready();
  await inMaintenance(world, ready);
  world.advance(MINUTE);
  await world.delete(pathOf(ready));
  await world.delete(pathOf(ready));
  const { body } = await world.get(`/api/v3/audit?object_kind=host&object_id=${ready.hostId}`);
  const rows = z.array(z.looseObject({ action: z.string(), after: z.looseObject({}) })).parse(body);
  expect(rows.slice(1).map(({ action }) => action)).toEqual(["startMaintenance", "endMaintenance"]);
  expect(rows[1]?.after).toMatchObject({ maintenance_note: "A new disk", maintenance_by: "admin bootstrap" });
});
