import { expect, test } from "vitest";
import { z } from "zod";
import { iso, jobsOf, makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE, START, World } from "../world.ts";

const headers = { "Idempotency-Key": "once" };

const hourly = async () => {
  const world = new World({ now: START + MINUTE });
  const ready = await world.ready();
  return { world, ready, ...(await makeSchedule(world, ready, { max_runs: 3, overlap: "allow" })) };
};
const WINDOW = { from: iso(START - 3 * HOUR), to: iso(START) };
const NEW_HOST = {
  host_name: "New",
  ip_address: "192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
};

test("a backfill's repeat gives the jobs that it made, whatever became of them and of the schedule", async () => {
  const { world, id, path, ready } = await hourly();
  const first = await world.post(`${path}/backfill`, WINDOW, { headers });
  expect(first).toMatchObject({ status: 201, body: expect.arrayContaining([expect.anything()]) });
  const { length } = await jobsOf(id);
  const facts = { name: "Once", agent_server_id: ready.agentId, start_date: iso(START + HOUR) };
  await world.put(path, facts);
  for (const between of [() => world.post(`${path}/pause`), () => world.delete(path)]) {
    const again = await world.post(`${path}/backfill`, WINDOW, { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
    await between();
  }
  expect((await jobsOf(id)).length).toBeLessThanOrEqual(length);
  const other = { ...WINDOW, to: iso(START - HOUR) };
  expect(await world.post(`${path}/backfill`, other, { headers })).toMatchObject({
    status: 409,
    body: { code: "key_reused" },
  });
});

test("a backfill that found nothing to fill in gives nothing again, though something is free by then", async () => {
  const { world, ready, id, path } = await hourly();
  const window = { from: iso(START), to: iso(START + 4 * HOUR) };
  await world.post(`${path}/backfill`, window);
  const { length } = await jobsOf(id);
  expect((await world.post(`${path}/backfill`, window, { headers })).body).toEqual([]);
  for (const { id: job } of await jobsOf(id)) await world.report(ready.projectId, job, "CANCELLED");
  expect((await world.post(`${path}/backfill`, window, { headers })).body).toEqual([]);
  expect(await jobsOf(id)).toHaveLength(length);
});

test("two backfills at once make each run once", async () => {
  const { world, id, path } = await hourly();
  const before = (await jobsOf(id)).length;
  const answers = await Promise.all([1, 2, 3].map(() => world.post(`${path}/backfill`, WINDOW)));
  const made = answers.flatMap(({ body }) => z.array(z.unknown()).parse(body));
  expect(made).toHaveLength(3);
  expect(await jobsOf(id)).toHaveLength(before + 3);
});

test("the repeat of a schedule's cancel says how many jobs it cancelled, and cancels none of those made since", async () => {
  const { world, id, path } = await hourly();
  const cancel = (options = {}) => world.post(`${path}/cancel`, undefined, options);
  const first = await cancel({ headers });
  expect(first).toMatchObject({ status: 200, body: { cancelled: 3 } });
  await world.post(`${path}/run-now`);
  expect((await cancel({ headers })).body).toEqual(first.body);
  expect((await jobsOf(id)).filter(({ status }) => status === "PLANNED")).toHaveLength(1);
  expect((await cancel()).body).toMatchObject({ cancelled: 1 });
  expect((await cancel()).body).toMatchObject({ cancelled: 0 });
});

test("the repeat of a DELETE is answered as the first was, and deletes nothing that was made since", async () => {
  const { world, ready, path } = await hourly();
  const agents = `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents`;
  const host = `/api/v3/automation/hosts/${ready.hostId}`;
  for (const address of [path, `${agents}/${ready.agentId}`, host]) {
    const first = await world.delete(address, { headers });
    expect(first.status).toBe(200);
    world.advance(1000);
    const again = await world.delete(address, { headers });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await world.delete(address)).toMatchObject({ status: 404 });
  }
  await world.post("/api/v3/automation/host", { ...NEW_HOST, host_guid: ready.guid });
  expect(await world.delete(host, { headers })).toMatchObject({ status: 200 });
  expect(await world.get(host)).toMatchObject({ status: 200 });
});

test("a key whose DELETE was refused is free again", async () => {
  const { world, ready, jobIds } = await hourly();
  const [jobId = 0] = jobIds;
  await world.report(ready.projectId, jobId, "RUNNING");
  const retire = () => world.delete(`/api/v3/automation/hosts/${ready.hostId}`, { headers });
  expect(await retire()).toMatchObject({ status: 409 });
  await world.report(ready.projectId, jobId, "COMPLETED");
  expect(await retire()).toMatchObject({ status: 200 });
});

test("the repeat of a registration is a 201 as the first was, for a host and for an agent", async () => {
  const { world, ready } = await hourly();
  const facts = {
    name: "AGENT 2",
    framework: "testNG",
    framework_id: "testNG-plugin",
    agent_client_id: "two",
    active: true,
  };
  for (const [address, body] of [
    ["/api/v3/automation/host", { ...NEW_HOST, host_guid: crypto.randomUUID() }],
    [`/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents`, facts],
  ] as const) {
    const first = await world.post(address, body, { headers });
    expect(first.status).toBe(201);
    const again = await world.post(address, body, { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await world.post(address, body)).toMatchObject({ status: 200, body: first.body });
    const other = { ...body, name: "Other", host_name: "Other" };
    expect(await world.post(address, other, { headers })).toMatchObject({ status: 409 });
  }
});
