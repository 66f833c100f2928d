import { describe, expect, test } from "vitest";
import { type Answer, HOUR, MINUTE, type Ready, World } from "../world.ts";
import { refusalIn } from "./refusals.ts";
import { rowCounts } from "./rows.ts";

interface Making {
  path: (ready: Ready) => string;
  body: (ready: Ready) => unknown;
  other: (ready: Ready) => unknown;
}

const run = (name: string, id?: number) => [
  { ...(id === undefined ? {} : { test_run_id: id }), test_case_name: name, automation_content: name },
];
const testRuns = ({ projectId }: Ready) => `/api/v3/projects/${projectId}/automation/test-runs`;

const MAKINGS: Record<string, Making> = {
  "a project": {
    path: () => "/api/v3/projects",
    body: () => ({ name: "one" }),
    other: () => ({ name: "two" }),
  },
  "a project of a given id": {
    path: () => "/api/v3/projects",
    body: ({ projectId }) => ({ id: projectId + 100_000, name: "one" }),
    other: ({ projectId }) => ({ id: projectId + 100_001, name: "one" }),
  },
  "test runs": { path: testRuns, body: () => run("one"), other: () => run("two") },
  "test runs of given ids": { path: testRuns, body: () => run("one", 6691), other: () => run("two", 6691) },
  "a schedule": {
    path: ({ projectId }) => `/api/v3/projects/${projectId}/automation/schedules`,
    body: ({ agentId }) => ({ name: "one", agent_server_id: agentId, start_date: "2026-03-02T10:00:00Z" }),
    other: ({ agentId }) => ({ name: "one", agent_server_id: agentId, start_date: "2026-03-02T10:00:01Z" }),
  },
  "a schedule in the vendor's form": {
    path: () => "/api/v3/automation/jobs/schedule/create",
    body: ({ agentId, projectId }) => ({ agentId, projectId }),
    other: ({ agentId, projectId }) => ({ agentId, projectId, name: "two" }),
  },
};

const headersOf = (name: string) => ({ [name]: crypto.randomUUID() });

describe.each(Object.entries(MAKINGS))("A key sent again: %s", (_, { path, body, other }) => {
  test.each(["Idempotency-Key", "x-qtest-nonce"])(
    "%s gets the same answer and makes nothing twice",
    async (name) => {
      const world = new World();
      const ready = await world.ready();
      const headers = headersOf(name);
      const first = await world.post(path(ready), body(ready), { headers });
      expect(first.status).toBe(201);
      const made = await rowCounts();
      world.advance(5000);
      for (const again of [path(ready), `/tc${path(ready)}`]) {
        const repeat = await world.post(again, body(ready), { headers });
        expect({ status: repeat.status, text: repeat.text }).toEqual({ status: 201, text: first.text });
      }
      expect(await rowCounts()).toEqual(made);
      expect((await world.post(path(ready), body(ready))).status).toBeLessThan(300);
    },
  );

  test("with another body it is a 409 key_reused, and nothing is made", async () => {
    const world = new World();
    const ready = await world.ready();
    const headers = headersOf("Idempotency-Key");
    expect(await world.post(path(ready), body(ready), { headers })).toMatchObject({ status: 201 });
    const made = await rowCounts();
    expect(refusalIn(await world.post(path(ready), other(ready), { headers }), 409).code).toBe("key_reused");
    expect(await rowCounts()).toEqual(made);
  });

  test("two at once make one, and both are answered with it", async () => {
    const world = new World();
    const ready = await world.ready();
    const headers = headersOf("x-qtest-nonce");
    const before = await rowCounts();
    const [one, two] = await Promise.all([
      world.post(path(ready), body(ready), { headers }),
      world.post(path(ready), body(ready), { headers }),
    ]);
    expect(one).toMatchObject({ status: 201, text: two.text });
    expect(two.status).toBe(201);
    const made = await rowCounts();
    const more = Object.keys(made).map((table) => Number(made[table]) - Number(before[table]));
    expect(Math.max(...more)).toBe(1);
  });

  test("of another token is another key", async () => {
    const world = new World();
    const ready = await world.ready();
    const headers = headersOf("Idempotency-Key");
    await world.post(path(ready), body(ready), { headers });
    const token = await world.token("admin");
    const others = await world.post(path(ready), other(ready), { headers, token });
    expect(others.status).toBe(201);
  });
});

describe("A key", () => {
  const project = (world: World, headers: Record<string, string>, name = "one"): Promise<Answer> =>
    world.post("/api/v3/projects", { name }, { headers });

  test("is scoped by path: the same one on two paths makes both", async () => {
    const world = new World();
    const [one, two] = [await world.ready(), await world.ready()];
    const headers = headersOf("Idempotency-Key");
    expect(await world.post(testRuns(one), run("one"), { headers })).toMatchObject({ status: 201 });
    expect(await world.post(testRuns(two), run("two"), { headers })).toMatchObject({ status: 201 });
    expect(await project(world, headers)).toMatchObject({ status: 201 });
  });

  test("of Idempotency-Key goes before x-qtest-nonce", async () => {
    const world = new World();
    const nonce = crypto.randomUUID();
    const one = await project(world, { "Idempotency-Key": crypto.randomUUID(), "x-qtest-nonce": nonce });
    const two = await project(
      world,
      { "Idempotency-Key": crypto.randomUUID(), "x-qtest-nonce": nonce },
      "two",
    );
    expect([one.status, two.status]).toEqual([201, 201]);
  });

  test("that is empty is none", async () => {
    const world = new World();
    expect(await project(world, { "Idempotency-Key": "" })).toMatchObject({ status: 201 });
    expect(await project(world, { "Idempotency-Key": "" }, "two")).toMatchObject({ status: 201 });
    const headers = { "Idempotency-Key": "", "x-qtest-nonce": crypto.randomUUID() };
    const first = await project(world, headers);
    expect(await project(world, headers)).toMatchObject({ status: 201, text: first.text });
  });

  test("is not used up by a refused try: a project whose id was taken is made under another", async () => {
    const world = new World();
    const taken = await world.project();
    const headers = headersOf("Idempotency-Key");
    const make = (body: unknown) => world.post("/api/v3/projects", body, { headers });
    expect(refusalIn(await make({ id: taken, name: "mine" }), 409).code).toBe("project_id_taken");
    expect(await make({ name: "mine" })).toMatchObject({ status: 201 });
  });

  test("gives the same status again where the first try found the project there", async () => {
    const world = new World();
    const body = { id: (await world.project()) + 200_000, name: "there" };
    expect(await world.post("/api/v3/projects", body)).toMatchObject({ status: 201 });
    const headers = headersOf("Idempotency-Key");
    expect(await world.post("/api/v3/projects", body, { headers })).toMatchObject({ status: 200 });
    expect(await world.post("/api/v3/projects", body, { headers })).toMatchObject({ status: 200 });
  });

  test("of a token being made shows the token once, and makes one", async () => {
    const world = new World();
    const headers = headersOf("Idempotency-Key");
    const make = (name: string) => world.post("/api/v3/tokens", { name, scope: "host" }, { headers });
    const first = await make("one");
    expect(first).toMatchObject({ status: 201, body: { token: expect.any(String) } });
    const made = await rowCounts();
    const repeat = await make("one");
    expect(repeat).toMatchObject({
      status: 201,
      body: { name: "one", scope: "host", code: "secret_already_shown" },
    });
    expect(Object.keys(Object(repeat.body))).not.toContain("token");
    expect(refusalIn(await make("two"), 409).code).toBe("key_reused");
    expect(await rowCounts()).toEqual(made);
  });
});

test("a tick removes the keys that are remembered no longer, and no others", async () => {
  const world = new World();
  const key = () => ({ headers: headersOf("Idempotency-Key") });
  const [old, young] = [key(), key()];
  const first = await world.post("/api/v3/projects", { name: "one" }, old);
  world.advance(24 * HOUR - 30 * MINUTE);
  await world.tick();
  expect((await world.post("/api/v3/projects", { name: "one" }, old)).text).toBe(first.text);
  const second = await world.post("/api/v3/projects", { name: "two" }, young);
  const { replays: kept = 0 } = await rowCounts();
  world.advance(30 * MINUTE);
  await world.tick();
  expect((await rowCounts()).replays).toBeLessThan(kept);
  expect((await world.post("/api/v3/projects", { name: "two" }, young)).text).toBe(second.text);
  expect((await world.post("/api/v3/projects", { name: "one" }, old)).text).not.toBe(first.text);
});
