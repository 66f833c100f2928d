import { expect, test } from "vitest";
import { z } from "zod";
import { HOUR, World } from "../world.ts";

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

/** Every field of a JSON value, however deep, by its name. */
const fieldsOf = (value: unknown): [name: string, value: unknown][] => {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [[name, field], ...fieldsOf(field)]);
};

/** One answer of every call that gives a body of ours. */
const answers = async (world: World) => {
  const { projectId, hostId, guid, agentId, jobId } = await world.ready({ jobs: 1 });
  const project = `/api/v3/projects/${projectId}`;
  const run = await world.post(`${project}/automation/test-runs`, [
    { test_case_name: "groovy.GebLogin", automation_content: "groovy.GebLogin" },
  ]);
  const ids = z.array(z.looseObject({ test_run_id: z.int() })).parse(run.body);
  return [
    run,
    await world.ping(hostId, guid),
    await world.get(`/api/v3/automation/hosts/${hostId}`),
    await world.get(`/api/v3/automation/hosts/${hostId}/agents`),
    await world.get(project),
    await world.post(`${project}/automation/schedules`, {
      name: "Nightly",
      agent_server_id: agentId,
      start_date: "2026-03-02T10:00:00.9+0700",
      test_run_ids: ids.map(({ test_run_id }) => test_run_id),
    }),
    await world.poll(hostId, { to: world.now + HOUR }),
    await world.report(projectId, jobId, "RUNNING"),
    await world.get(`${project}/automation/jobs/${jobId}`),
    await world.get(`${project}/automation/jobs`),
    await world.post("/api/v3/tokens", { name: "one", scope: "host" }),
    await world.get("/health"),
    await world.get("/openapi.json"),
  ];
};

test("every answer is JSON with Content-Type: application/json", async () => {
  for (const { status, headers, body } of await answers(new World())) {
    expect(status).toBeLessThan(300);
    expect(headers.get("content-type")).toMatch(/^application\/json(;|$)/);
    expect(body).toBeDefined();
  }
});

test("every answer carries x-request-id, x-qtest-request-id with the same value, and no two the same", async () => {
  const world = new World();
  const others = [
    await world.get("/nowhere"),
    await world.get("/api/v3/projects", { token: null }),
    await world.post("/api/v3/projects", "{"),
  ];
  const seen = [...(await answers(world)), ...others].map(({ headers }) => {
    expect(headers.get("x-qtest-request-id")).toBe(headers.get("x-request-id"));
    return headers.get("x-request-id");
  });
  expect(seen).not.toContain(null);
  expect(new Set(seen).size).toBe(seen.length);
});

test("ids are numbers", async () => {
  const ids = (await answers(new World()))
    .slice(0, -1)
    .flatMap(({ body }) => fieldsOf(body))
    .filter(([name]) => name === "id" || (name.endsWith("_id") && name !== "framework_id"))
    .filter(([name, id]) => !(name === "repeats_job_id" && id === null));
  expect(ids.length).toBeGreaterThan(30);
  for (const [name, id] of ids) expect(id, name).toBeTypeOf("number");
});

test("times are UTC in whole seconds, without Z and without a fraction", async () => {
  const world = new World({ now: Date.parse("2026-03-02T10:00:00.987Z") });
  const times = (await answers(world))
    .slice(0, -1)
    .flatMap(({ body }) => fieldsOf(body))
    .filter(([name, value]) => /_date$|_at$|_time$|^at$/.test(name) && value !== null);
  expect(times.length).toBeGreaterThan(8);
  for (const [name, time] of times) expect(time, name).toMatch(WIRE_TIME);
  expect(times.map(([, time]) => time)).toContain("2026-03-02T03:00:00+00:00");
});
