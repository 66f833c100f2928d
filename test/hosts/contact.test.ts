import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START, lease, oneLease, renew } from "../lease-client.ts";
import { jobPath, junit, running, sendReport } from "../results/junit.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const hostPath = (id: number): string => `/api/v3/automation/hosts/${id}`;
const heardAt = async (hostId: number): Promise<number | null> =>
  (await env.HOST.getByName(String(hostId)).lastContact()).at;

describe("a host that is not retired because it runs a job", () => {
  const refusedRetire = async (world: World) => {
    const ready = await world.ready({ jobs: 3 });
    const [running = 0, ...others] = ready.jobIds;
    await world.report(ready.projectId, running, "RUNNING");
    return {
      ...ready,
      others,
      refuse: async () => {
        expect(refusalIn(await world.delete(hostPath(ready.hostId)), 409).code).toBe("host_has_running_job");
      },
    };
  };

  test("keeps its leases, and what one poll was handed stays hidden from the others", async () => {
    const world = new World({ now: FAR_START });
    const { hostId, others, refuse } = await refusedRetire(world);
    const { lease_id } = oneLease(await lease(world, hostId, { max_jobs: 1 }));
    expect(jobsIn(await world.poll(hostId))).toEqual(others.slice(1));
    await refuse();
    expect(await renew(world, hostId, lease_id)).toMatchObject({ status: 200 });
    const another = await world.poll(hostId);
    expect([jobsIn(another), another.headers.get("Jobs-Held")]).toEqual([[], "2"]);
  });

  test("is heard when it only polls, as before: its run is not lost", async () => {
    const world = new World();
    const { projectId, hostId, jobIds, refuse } = await refusedRetire(world);
    await refuse();
    for (let minute = 0; minute < 70; minute++) {
      world.advance(MINUTE);
      expect(await world.poll(hostId)).toMatchObject({ status: 200 });
      if (minute % 30 === 29) await world.tick();
    }
    expect(await world.job(projectId, jobIds[0] ?? 0)).toMatchObject({ status: "RUNNING" });
  });
});

test("a host whose retiring was cut off after D1 is gone for its next ping, though its window was recorded", async () => {
  const { seam, fail, fired } = faulty();
  const world = new World({ seam });
  const { id, guid } = await world.host();
  for (const _ of [1, 2]) expect(await world.ping(id, guid)).toMatchObject({ status: 200 });
  fail(
    { to: "object", only: "endChange", when: "before", times: 99 },
    { to: "object", only: "forget", when: "before", times: 99 },
  );
  expect(await world.delete(hostPath(id))).toMatchObject({ status: 503 });
  expect(fired()).toBeGreaterThan(0);
  fail();
  refusalIn(await world.ping(id, guid), 404);
});

/** A run under no lease, of a host that was handed it and has been silent for half an hour. */
const plainRun = async (world: World): Promise<Ready> => {
  const ready = await world.ready({ jobs: 1 });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  world.advance(30 * MINUTE);
  return ready;
};

const sendFile = (world: World, ready: Ready, token: string) => {
  const path = `${jobPath(ready)}/attempts/1/artifacts/a.txt`;
  return world.put(path, "text", { token, headers: { "Content-Length": "4" } });
};

describe("a host is heard from", () => {
  test("when it polls for more than a day ahead, and never pings: its run is not lost", async () => {
    const world = new World();
    const { projectId, hostId, jobId } = await plainRun(world);
    for (let minute = 0; minute < 70; minute++) {
      expect(await world.poll(hostId, { to: world.now + 48 * HOUR })).toMatchObject({
        status: 200,
        body: [],
      });
      expect(await heardAt(hostId)).toBe(world.now);
      world.advance(MINUTE);
      if (minute % 30 === 29) await world.tick();
    }
    expect(await world.job(projectId, jobId)).toMatchObject({ status: "RUNNING" });
  });

  test("when a poll finds nothing right after one that found jobs", async () => {
    const world = new World();
    const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
    expect(jobsIn(await world.poll(hostId))).toEqual([jobId]);
    await world.report(projectId, jobId, "CANCELLED");
    world.advance(5 * MINUTE);
    expect(jobsIn(await world.poll(hostId))).toEqual([]);
    expect(await heardAt(hostId)).toBe(world.now);
  });

  /** A host that was registered while its object was unavailable. */
  const unheard = async (): Promise<{ world: World; hostId: number }> => {
    const { seam, fail } = faulty();
    const world = new World({ seam });
    const token = await world.token("host", { register_only: true });
    fail({ to: "object", only: "introduce", when: "before", times: 99 });
    const guid = crypto.randomUUID();
    const facts = { host_name: "new", ip_address: "x", mac_address: "x", host_guid: guid };
    const made = await world.post("/api/v3/automation/hosts", facts, { token });
    fail();
    const { host_server_id: hostId } = Object(made.body);
    expect(await heardAt(hostId)).toBeNull();
    return { world, hostId };
  };

  test("when it only polls after a registering whose object stayed away", async () => {
    const { world, hostId } = await unheard();
    await world.poll(hostId);
    expect(await heardAt(hostId)).toBe(world.now);
  });

  test("when it only polls so, for more than a day ahead, and always finds jobs", async () => {
    const { world, hostId } = await unheard();
    const projectId = await world.project();
    const { jobId } = await world.schedule(projectId, await world.agent(projectId, hostId));
    expect(await heardAt(hostId)).toBeNull();
    for (const waited of [0, 5 * MINUTE]) {
      world.advance(waited);
      expect(jobsIn(await world.poll(hostId, { to: world.now + 48 * HOUR }))).toEqual([jobId]);
      expect(await heardAt(hostId)).toBe(world.now);
    }
  });

  test.each<[string, (world: World, ready: Ready, token: string) => Promise<unknown>]>([
    [
      "repeats a report",
      (world, { projectId, jobId }, token) => world.report(projectId, jobId, { status: "COMPLETED", token }),
    ],
    [
      "sends a report that is refused",
      (world, { projectId, jobId }, token) => world.report(projectId, jobId, { status: "RUNNING", token }),
    ],
    ["sends a report of its tests", (world, ready, token) => sendReport(world, ready, junit(), { token })],
    ["sends a file", (world, ready, token) => sendFile(world, ready, token)],
    [
      "activates an agent",
      (world, { projectId, hostId, agentId }, token) =>
        world.post(
          `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}/activate`,
          undefined,
          {
            token,
          },
        ),
    ],
    [
      "reads itself with a token of its own",
      async (world, { hostId }) => {
        const own = await world.token("host", { host_server_id: hostId });
        return world.get(hostPath(hostId), { token: own });
      },
    ],
  ])("when it %s", async (_, act) => {
    const world = new World();
    const ready = await plainRun(world);
    const token = await world.token("host");
    await world.report(ready.projectId, ready.jobId, { status: "COMPLETED", token });
    world.advance(5 * MINUTE);
    await act(world, ready, token);
    expect(await heardAt(ready.hostId)).toBe(world.now);
  });

  test.each(["test-runs/1/auto-test-logs", "auto-test-logs?type=automation"])(
    "when it sends a result to %s",
    async (path) => {
      const world = new World();
      const ready = await running(world, ["adds"]);
      const token = await world.token("host");
      world.advance(5 * MINUTE);
      const at = new Date(world.now).toISOString();
      const log = { name: "adds", status: "PASSED", exe_start_date: at, exe_end_date: at };
      const named = { ...log, automation_content: "suite.adds" };
      const body = path.includes("type") ? { test_logs: [named] } : named;
      const sent = await world.post(`/api/v3/projects/${ready.projectId}/${path}`, body, { token });
      expect(sent).toMatchObject({ status: 201 });
      expect(await heardAt(ready.hostId)).toBe(world.now);
    },
  );

  test("not when somebody else reads it, or looks at its jobs with lease=false", async () => {
    const world = new World();
    const { projectId, hostId, agentId } = await world.ready();
    const at = await heardAt(hostId);
    world.advance(5 * MINUTE);
    const token = await world.token("host");
    await world.get(hostPath(hostId), { token });
    await world.get(`${hostPath(hostId)}/jobs?end_date=2096-01-01T00:00:00Z&lease=false`, { token });
    const path = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;
    await world.post(`${path}/deactivate`, undefined, { token: await world.token("operator") });
    expect(await heardAt(hostId)).toBe(at);
  });
});
