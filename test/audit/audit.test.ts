import { describe, expect, test } from "vitest";
import { z } from "zod";
import { faulty } from "../fault-injection.ts";
import { everythingStored } from "../http/rows.ts";
import { MINUTE, World } from "../world.ts";
import { named, recorded, scene } from "./rows.ts";

const CRON = { cron: "0 * * * *", start_date: null };

describe("A change is on record:", () => {
  test("who, what, when, from where and by which request, with what it was and is", async () => {
    const world = new World();
    const { host, hostId, guid } = await scene(world);
    const token = await world.token("host");
    const body = { host_name: "New <b>name</b>", ip_address: "10.0.0.1", mac_address: "x", host_guid: guid };
    world.advance(5 * MINUTE);
    let request = "";
    const rows = await recorded(world, async () => {
      const answer = await world.put(host, body, { token, headers: { "CF-Connecting-IP": "203.0.113.7" } });
      request = answer.headers.get("x-request-id") ?? "";
    });
    expect(rows).toMatchObject([
      {
        at: "2026-03-02T10:05:00+00:00",
        action: "updateHost",
        by: expect.stringMatching(/^host host \d+$/),
        address: "203.0.113.7",
        request_id: request,
        object_kind: "host",
        object_id: hostId,
        project_id: null,
        before: { ip_address: "192.168.74.73", guid },
        after: { name: "New <b>name</b>", ip_address: "10.0.0.1", guid },
      },
    ]);
  });

  test("each kind of change that people and tokens make, once", async () => {
    const world = new World();
    const it = await scene(world);
    const body = { name: "x", agent_server_id: it.agentId, start_date: "2026-03-03T10:00:00Z" };
    const agentBody = { name: "Renamed", framework: "testNG", active: true };
    const run = { test_run_id: 7, test_case_name: "case", automation_content: "content" };
    const cron = z
      .looseObject({ schedule_id: z.int() })
      .parse((await world.post(it.schedules, { ...body, ...CRON })).body).schedule_id;
    const acts: [() => Promise<unknown>, unknown[][]][] = [
      [() => world.put(it.agent, agentBody), [["updateAgent", "agent", it.agentId]]],
      [() => world.post(`${it.agent}/deactivate`), [["deactivateAgent", "agent", it.agentId]]],
      [() => world.post(`${it.agent}/activate`), [["activateAgent", "agent", it.agentId]]],
      [() => world.post(`${it.project}/automation/test-runs`, [run]), [["createTestRuns", "test_run", 7]]],
      [
        () => world.post(`${it.project}/automation/test-runs`, [{ ...run, automation_content: "other" }]),
        [["createTestRuns", "test_run", 7]],
      ],
      [() => world.post(`${it.project}/automation/test-runs`, [{ ...run, automation_content: "other" }]), []],
      [
        () => world.post(`${it.schedules}/${cron}/pause`, { note: "why" }),
        [["pauseSchedule", "schedule", cron]],
      ],
      [() => world.post(`${it.schedules}/${cron}/pause`, { note: "why" }), []],
      [() => world.post(`${it.schedules}/${cron}/resume`), [["resumeSchedule", "schedule", cron]]],
      [() => world.post(`${it.schedules}/${cron}/run-now`), [["runScheduleNow", "schedule", cron]]],
      [() => world.post(`${it.schedules}/${cron}/cancel`), [["cancelSchedule", "schedule", cron]]],
      [
        () =>
          world.post(`${it.schedules}/${cron}/backfill`, {
            from: "2026-03-02T07:30:00Z",
            to: "2026-03-02T09:30:00Z",
          }),
        [["backfillSchedule", "schedule", cron]],
      ],
      [
        () => world.put(`${it.schedules}/${cron}`, { ...body, ...CRON, name: "renamed" }),
        [["updateSchedule", "schedule", cron]],
      ],
      [() => world.delete(`${it.schedules}/${cron}`), [["deleteSchedule", "schedule", cron]]],
      [() => world.report(it.projectId, it.jobId, "CANCELLED"), [["cancelJob", "job", it.jobId]]],
      [() => world.report(it.projectId, it.jobId, "CANCELLED"), []],
    ];
    for (const [act, expected] of acts) expect(named(await recorded(world, act))).toEqual(expected);
  });

  test("a test run that comes twice, as it is in the end", async () => {
    const world = new World();
    const runs = `/api/v3/projects/${await world.project()}/automation/test-runs`;
    const run = (name: string) => ({ test_run_id: 1, test_case_name: name, automation_content: name });
    await world.post(runs, [run("before")]);
    expect(await recorded(world, () => world.post(runs, [run("one"), run("two")]))).toMatchObject([
      { before: { test_case_name: "before" }, after: { test_case_name: "two", automation_content: "two" } },
    ]);
    expect(await recorded(world, () => world.post(runs, [run("three"), run("two")]))).toEqual([]);
  });

  test("what is made, with the id that it was given", async () => {
    const world = new World();
    const it = await scene(world);
    const rows = await recorded(world, async () => {
      const { projectId, hostId, agentId } = await world.ready();
      await world.schedule(projectId, agentId);
      await world.post("/api/v3/automation/jobs/schedule/create", { projectId, agentId });
      await world.token("host", { host_server_id: hostId });
    });
    expect(rows.map(({ action, before }) => [action, before])).toEqual(
      expect.arrayContaining([
        ["createProject", null],
        ["registerHost", null],
        ["createAgent", null],
        ["createSchedule", null],
        ["scheduleOnce", null],
        ["createToken", null],
      ]),
    );
    expect(rows).toHaveLength(6);
    const rerun = await recorded(world, async () => {
      await world.report(it.projectId, it.jobId, "CANCELLED");
      await world.post(`${it.project}/automation/jobs/${it.jobId}/rerun`);
    });
    expect(named(rerun)).toMatchObject([
      ["cancelJob", "job", it.jobId],
      ["rerunJob", "job", expect.any(Number)],
    ]);
    expect(rerun[1]?.after).toMatchObject({ repeats_job_id: it.jobId, status: "PLANNED" });
  });

  test("what goes with it: retiring a host pauses its schedules, deleting an agent too", async () => {
    const world = new World();
    const it = await scene(world);
    expect(named(await recorded(world, () => world.delete(it.host)))).toEqual(
      expect.arrayContaining([
        ["retireHost", "host", it.hostId],
        ["retireHost", "schedule", it.schedule],
      ]),
    );
    const other = await scene(world);
    expect(named(await recorded(world, () => world.delete(other.agent)))).toEqual(
      expect.arrayContaining([
        ["deleteAgent", "agent", other.agentId],
        ["deleteAgent", "schedule", other.schedule],
      ]),
    );
  });

  test("that a host was asked to cancel a run, and that the run was then cancelled without it", async () => {
    const world = new World();
    const it = await scene(world);
    const leased = await world.post(`${it.host}/leases`, { owner: "aware", max_jobs: 1 });
    const [lease] = z.array(z.looseObject({ lease_id: z.string() })).parse(leased.body);
    const path = `${it.project}/automation/jobs/${it.jobId}/status`;
    await world.put(path, { status: "RUNNING", lease_id: lease?.lease_id });
    const rows = await recorded(world, async () => {
      await world.put(path, { status: "CANCELLED" });
      await world.put(path, { status: "CANCELLED" });
    });
    expect(rows.map(({ action, after }) => [action, after?.status])).toEqual([
      ["cancelJob", "RUNNING"],
      ["cancelJob", "CANCELLED"],
    ]);
  });

  test("rotating and revoking a token", async () => {
    const world = new World();
    const answer = await world.post("/api/v3/tokens", { name: "x", scope: "host" });
    const { id } = z.looseObject({ id: z.int() }).parse(answer.body);
    const rows = await recorded(world, async () => {
      await world.post(`/api/v3/tokens/${id}/rotate`);
      await world.delete(`/api/v3/tokens/${id}`);
      await world.delete(`/api/v3/tokens/${id}`);
    });
    expect(named(rows)).toEqual([
      ["rotateToken", "token", id],
      ["revokeToken", "token", id],
    ]);
  });
});

describe("Not on record is", () => {
  test("what hosts do all day: pings, polls, leases, reports, and registering again as they were", async () => {
    const world = new World();
    const it = await scene(world);
    const facts = { host_name: "H", ip_address: "x", mac_address: "x", host_guid: it.guid };
    const token = await world.token("host");
    await world.post("/api/v3/automation/host", facts, { token });
    const rows = await recorded(world, async () => {
      await world.post("/api/v3/automation/host", facts, { token });
      await world.ping(it.hostId, it.guid, { token });
      await world.poll(it.hostId, { token });
      await world.post(`${it.host}/leases`, { owner: "x" }, { token });
      await world.report(it.projectId, it.jobId, { status: "RUNNING", token });
      await world.report(it.projectId, it.jobId, { status: "COMPLETED", token });
      await world.tick();
    });
    expect(rows).toEqual([]);
  });

  test("a change that was refused, or that failed with its batch", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    const it = await scene(world);
    const before = await everythingStored();
    await world.put(`${it.schedules}/${it.schedule}`, {
      name: "x",
      agent_server_id: 999_999,
      start_date: "2026-03-03T10:00:00Z",
    });
    await world.post(`${it.project}/automation/jobs/${it.jobId}/rerun`);
    faults.fail({ to: "d1", when: "before", times: 5 });
    expect((await world.post(`${it.agent}/deactivate`)).status).toBe(503);
    expect(await everythingStored()).toBe(before);
  });

  test("a change twice, where its batch ran twice", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    const it = await scene(world);
    const rows = await recorded(world, async () => {
      faults.fail({ to: "d1", when: "after", only: "update" });
      expect((await world.post(`${it.agent}/deactivate`)).status).toBe(200);
      faults.fail({ to: "d1", when: "after", only: "insert" });
      expect((await world.post("/api/v3/projects", { name: "once" })).status).toBe(201);
    });
    expect(rows.map(({ action }) => action)).toEqual(["deactivateAgent", "createProject"]);
  });
});
