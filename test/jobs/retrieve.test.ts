import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { HOUR, jobsIn, MINUTE, START, World } from "../world.ts";

const SEED_FIELDS = [
  "client_id",
  "project_id",
  "job_id",
  "host_server_id",
  "status",
  "agent_server_id",
  "agent_id",
  "schedule_id",
  "automation_materials",
  "start_date",
];
const rows = z.array(z.record(z.string(), z.unknown()));

describe("Retrieve Scheduled Jobs", () => {
  test("answers jobs with the seed's fields in its order, and no others", async () => {
    const world = new World();
    const { hostId, projectId, agentId, jobId } = await world.ready({ jobs: 1 });
    const polled = rows.parse((await world.poll(hostId)).body);
    expect(polled.map((job) => Object.keys(job))).toEqual([SEED_FIELDS]);
    expect(polled).toEqual([
      {
        client_id: 1,
        project_id: projectId,
        job_id: jobId,
        host_server_id: hostId,
        status: "PLANNED",
        agent_server_id: agentId,
        agent_id: expect.any(Number),
        schedule_id: expect.any(Number),
        automation_materials: [],
        start_date: "2026-03-02T10:00:00+00:00",
      },
    ]);
  });

  test("client_id is the setting SITE_ID", async () => {
    const world = new World({ settings: { SITE_ID: "7" } });
    const { hostId } = await world.ready({ jobs: 1 });
    expect((await world.poll(hostId)).body).toMatchObject([{ client_id: 7 }]);
  });

  test.each([
    ["29", 29],
    [29, 29],
    ["0", 0],
    ["A-7", "A-7"],
    ["1.5", "1.5"],
    ["9".repeat(30), "9".repeat(30)],
  ])("agent_id of the client's number %j is %j", async (sent, answered) => {
    const world = new World();
    const { projectId, hostId } = await world.ready();
    const agentId = await world.agent(projectId, hostId, { agent_client_id: sent });
    await world.schedule(projectId, agentId);
    expect((await world.poll(hostId)).body).toMatchObject([{ agent_server_id: agentId, agent_id: answered }]);
  });

  test("jobs come by start_date, then job_id", async () => {
    const world = new World();
    const { projectId, hostId, agentId } = await world.ready();
    const at = async (time: number) => (await world.schedule(projectId, agentId, { at: time })).jobId;
    const [late, prefetched, late2, early2] = [
      await at(START + 1000),
      await at(START),
      await at(START + 1000),
      await at(START),
    ];
    expect(jobsIn(await world.poll(hostId))).toEqual([prefetched, early2, late, late2]);
  });

  test("only PLANNED and NOT RUN jobs are retrieved", async () => {
    const world = new World();
    const { projectId, hostId, jobIds } = await world.ready({ jobs: 5 });
    const [planned = 0, running = 0, completed = 0, failed = 0, cancelled = 0] = jobIds;
    for (const job of [running, completed, failed]) await world.report(projectId, job, "RUNNING");
    await world.report(projectId, completed, "COMPLETED");
    await world.report(projectId, failed, "FAILED");
    await world.report(projectId, cancelled, "CANCELLED");
    expect(jobsIn(await world.poll(hostId))).toEqual([planned]);
    world.advance(HOUR);
    await world.tick();
    expect((await world.poll(hostId)).body).toMatchObject([{ job_id: planned, status: "NOT_RUN" }]);
  });
});

describe("A poll's window", () => {
  const poll = (world: World, hostId: number, query: string) =>
    world.get(`/api/v3/automation/hosts/${hostId}/jobs?${query}&lease=false`);

  test.each([
    ["end_date=2026-03-02T10:00:00Z", 0],
    ["end_date=2026-03-02T10:00:01Z", 1],
    ["start_date=2026-03-02T10:00:00Z&end_date=2026-03-02T11:00:00Z", 1],
    ["start_date=2026-03-02T10:00:01Z&end_date=2026-03-02T11:00:00Z", 0],
    ["start_date=&end_date=2026-03-02T11:00:00", 1],
    ["start_date=2026-03-02T17:00:00%2B0700&end_date=2026-03-02T17:00:01%2B0700", 1],
    ["start_date=2026-03-02T17:00:00+0700&end_date=2026-03-02T17:00:01+07:00", 1],
    ["start_date=2026-03-02T10:00:00.000&end_date=2026-03-02T10:00:00.001", 1],
    ["start_date=2026-03-02T11:00:00Z&end_date=2026-03-02T11:00:00Z", 0],
    ["start_date=2026-03-02T12:00:00Z&end_date=2026-03-02T09:00:00Z", 0],
  ])(
    "%s of a job at 10:00:00 finds %i: start inclusive, end exclusive, start at or after end none",
    async (query, found) => {
      const world = new World();
      const { hostId } = await world.ready({ jobs: 1 });
      const answer = await poll(world, hostId, query);
      expect(answer.status).toBe(200);
      expect(jobsIn(answer)).toHaveLength(found);
    },
  );

  test.each([
    "",
    "end_date=",
    "end_date=%20",
    "end_date=soon",
    "end_date=2026-03-02",
    "end_date=2026-02-30T00:00:00Z",
  ])("without a readable end_date is a 400 that names it: %j", async (query) => {
    const world = new World();
    const { id } = await world.host();
    refusedField(await poll(world, id, `start_date=&${query}`), "end_date");
  });

  test("with an unreadable start_date is a 400 that names it", async () => {
    const world = new World();
    const { id } = await world.host();
    refusedField(await poll(world, id, "start_date=soon&end_date=2026-03-02T11:00:00Z"), "start_date");
  });
});

describe("A project's jobs", () => {
  const list = async (world: World, projectId: number, query: string) =>
    jobsIn(await world.get(`/api/v3/projects/${projectId}/automation/jobs?${query}`));

  test("are read with the seed's fields first, then attempt and history", async () => {
    const world = new World();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    const { body } = await world.get(`/api/v3/projects/${projectId}/automation/jobs/${jobId}`);
    const fields = Object.keys(z.record(z.string(), z.unknown()).parse(body));
    expect(fields.slice(0, 12)).toEqual([...SEED_FIELDS, "attempt", "history"]);
    expect(body).toMatchObject({ attempt: 1, history: [] });
  });

  test("are filtered by status in both spellings, host, agent, schedule and time", async () => {
    const world = new World();
    const { projectId, hostId, agentId, jobIds } = await world.ready({ jobs: 1 });
    const other = await world.host();
    const otherAgent = await world.agent(projectId, other.id);
    world.advance(HOUR);
    await world.tick();
    const later = await world.schedule(projectId, otherAgent);
    const [overdue = 0] = jobIds;
    for (const status of ["NOT_RUN", "NOT%20RUN", "NOT+RUN"]) {
      expect(await list(world, projectId, `status=${status}`)).toEqual([overdue]);
    }
    expect(await list(world, projectId, "status=PLANNED")).toEqual([later.jobId]);
    expect(await list(world, projectId, `host_server_id=${hostId}`)).toEqual([overdue]);
    expect(await list(world, projectId, `agent_server_id=${otherAgent}`)).toEqual([later.jobId]);
    expect(await list(world, projectId, `agent_server_id=${agentId}&status=PLANNED`)).toEqual([]);
    expect(await list(world, projectId, `schedule_id=${later.id}`)).toEqual([later.jobId]);
    const between = new Date(START + MINUTE).toISOString();
    expect(await list(world, projectId, `from=${between}`)).toEqual([later.jobId]);
    expect(await list(world, projectId, `to=${between}`)).toEqual([overdue]);
    expect(await list(world, projectId, "from=2026-03-02T10:00:00Z&to=2026-03-02T11:00:00Z")).toEqual([
      overdue,
    ]);
  });

  test("refuse unreadable filters by name", async () => {
    const world = new World();
    const path = `/api/v3/projects/${await world.project()}/automation/jobs`;
    for (const field of ["status", "host_server_id", "agent_server_id", "schedule_id", "from", "to"]) {
      refusedField(await world.get(`${path}?${field}=-nonsense`), field);
    }
  });

  test("are a 404 under another project's path", async () => {
    const world = new World();
    const { jobId } = await world.ready({ jobs: 1 });
    const other = await world.project();
    refusalIn(await world.get(`/api/v3/projects/${other}/automation/jobs/${jobId}`), 404);
    refusalIn(await world.report(other, jobId, "RUNNING"), 404);
  });
});
