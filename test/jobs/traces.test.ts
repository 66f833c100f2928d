import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lease, oneLease, reportUnder } from "../lease-client.ts";
import { jobPath, junit, passed, running, sendReport } from "../results/junit.ts";
import { iso, makeSchedule } from "../scheduling.ts";
import { HOUR, type Ready, World } from "../world.ts";

const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
const STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
const TRACED = { headers: { traceparent: PARENT, tracestate: STATE } };
const TRACE = { traceparent: PARENT, tracestate: STATE };
const NO_TRACE = { traceparent: null, tracestate: null };

const jobIn = (body: unknown): number => z.looseObject({ job_id: z.int() }).parse(body).job_id;
const jobsIn = (body: unknown): number[] =>
  z
    .looseObject({ jobs: z.array(z.looseObject({ job_id: z.int() })) })
    .parse(body)
    .jobs.map(({ job_id }) => job_id);

const single = (world: World, { projectId, agentId }: Ready, headers: Record<string, string>, facts = {}) =>
  world.post(
    `/api/v3/projects/${projectId}/automation/schedules`,
    { name: "Traced", agent_server_id: agentId, ...facts },
    { headers },
  );

describe("the trace of who asks for a run", () => {
  test("is that of a single run's job: in its poll, its lease, its report, its list and its own page", async () => {
    const world = new World();
    const ready = await world.ready();
    const made = await single(world, ready, TRACED.headers);
    expect(made).toMatchObject({ status: 201, body: { jobs: [TRACE] } });
    const [jobId = 0] = jobsIn(made.body);
    expect(await world.poll(ready.hostId, { headers: { "Lease-Owner": "process 1" } })).toMatchObject({
      body: [{ job_id: jobId, ...TRACE }],
    });
    const path = jobPath({ ...ready, jobId });
    expect((await world.get(path)).body).toMatchObject(TRACE);
    const listed = await world.get(`/api/v3/projects/${ready.projectId}/automation/jobs`);
    expect(listed.body).toMatchObject([TRACE]);
    const reported = await world.report(ready.projectId, jobId, {
      status: "RUNNING",
      headers: { "Lease-Owner": "process 1" },
    });
    expect(reported.body).toMatchObject({ status: "RUNNING", ...TRACE });
  });

  test("comes with the lease of a host that knows of leases, and with what its reports are answered", async () => {
    const world = new World();
    const ready = await running(world, ["one"]);
    const none = await sendReport(world, ready, junit(...passed("one")));
    expect(none.body).not.toHaveProperty("traceparent");
    const made = await single(world, ready, TRACED.headers);
    const [jobId = 0] = jobsIn(made.body);
    const leased = await lease(world, ready.hostId);
    expect(leased.body).toMatchObject([{ job: { job_id: jobId, ...TRACE } }]);
    const { lease_id: leaseId } = oneLease(leased);
    const begun = await reportUnder(world, { ...ready, jobId, status: "RUNNING", leaseId });
    expect(begun.body).toMatchObject(TRACE);
    const query = `?lease_id=${leaseId}`;
    const stored = await sendReport(world, { ...ready, jobId }, junit(...passed("one")), { query });
    expect(stored.body).toMatchObject({ cases: 1, ...TRACE });
    const exported = await world.get(`${jobPath({ ...ready, jobId })}/exports/ctrf.json`);
    expect(exported.body).toMatchObject({
      results: { environment: { extra: TRACE }, summary: { tests: 1 } },
    });
  });

  test("is that of run-now and of a rerun, each its own; without one they have none", async () => {
    const world = new World();
    const ready = await world.ready();
    const { path } = await makeSchedule(world, ready, { overlap: "allow" });
    const ran = jobIn((await world.post(`${path}/run-now`, {}, TRACED)).body);
    expect((await world.get(jobPath({ ...ready, jobId: ran }))).body).toMatchObject(TRACE);
    await world.report(ready.projectId, ran, "CANCELLED");
    const rerun = `${jobPath({ ...ready, jobId: ran })}/rerun`;
    const again = await world.post(rerun, {}, { headers: { traceparent: OTHER } });
    expect(again.body).toMatchObject({ traceparent: OTHER, tracestate: null });
    expect((await world.post(rerun)).body).toMatchObject(NO_TRACE);
    const untraced = jobIn((await world.post(`${path}/run-now`)).body);
    expect((await world.get(jobPath({ ...ready, jobId: untraced }))).body).toMatchObject(NO_TRACE);
  });

  test("stays with a single run that is planned anew, and is no trace of a cron's runs or of what else is run of it", async () => {
    const world = new World();
    const ready = await world.ready();
    const made = await single(world, ready, TRACED.headers, { start_date: iso(world.now + 48 * HOUR) });
    const { schedule_id: id } = z.looseObject({ schedule_id: z.int() }).parse(made.body);
    const path = `/api/v3/projects/${ready.projectId}/automation/schedules/${id}`;
    const later = { name: "Later", agent_server_id: ready.agentId, start_date: iso(world.now + 72 * HOUR) };
    expect((await world.put(path, later)).status).toBe(200);
    const jobs = `/api/v3/projects/${ready.projectId}/automation/jobs?schedule_id=${id}`;
    expect((await world.get(jobs)).body).toMatchObject([TRACE]);
    expect(jobsIn(made.body)).not.toContain(
      jobIn(z.tuple([z.unknown()]).parse((await world.get(jobs)).body)[0]),
    );
    const other = jobIn((await world.post(`${path}/run-now`)).body);
    expect((await world.get(jobPath({ ...ready, jobId: other }))).body).toMatchObject(NO_TRACE);
    const nightly = await single(world, ready, TRACED.headers, { cron: "0 * * * *" });
    const { jobs: planned } = z.looseObject({ jobs: z.array(z.looseObject({})) }).parse(nightly.body);
    expect(planned.length).toBeGreaterThan(1);
    for (const job of planned) expect(job).not.toHaveProperty("traceparent");
  });

  test("is ignored where it is invalid: the run begins without one", async () => {
    const world = new World();
    const ready = await world.ready();
    const made = await single(world, ready, { traceparent: PARENT.toUpperCase(), tracestate: STATE });
    expect(made.status).toBe(201);
    const [jobId = 0] = jobsIn(made.body);
    expect((await world.get(jobPath({ ...ready, jobId }))).body).toMatchObject(NO_TRACE);
  });

  test("leaves an answer to a poll as the vendor's host knows it where there is none", async () => {
    const world = new World();
    const { hostId } = await world.ready({ jobs: 1 });
    const { text } = await world.poll(hostId);
    expect(Object.keys(z.tuple([z.looseObject({})]).parse(JSON.parse(text))[0])).toEqual([
      ...["client_id", "project_id", "job_id", "host_server_id", "status", "agent_server_id", "agent_id"],
      ...["schedule_id", "automation_materials", "start_date"],
    ]);
  });
});
