import { describe, expect, test } from "vitest";
import { World } from "../world.ts";
import { BODIES } from "./bodies.ts";
import { refusalIn, refusedField } from "./refusals.ts";
import { rowCounts } from "./rows.ts";

const STRINGS = [
  "",
  "  ",
  "x".repeat(10_240),
  "nul \0 inside",
  "half a pair \ud800",
  "\udc00",
  true,
  null,
  {},
  ["x"],
  1.5,
];
const NUMBERS = [0, -1, 1.5, 1e21, 2 ** 53, Number.MAX_VALUE, "1", null, {}, [], true];
const TIMES = ["", "soon", "2026-02-30T10:00:00Z", "2026-03-02", 1_772_445_600_000, {}, [], false];
const FLAGS = ["true", 1, 0, null, {}];

describe.each(Object.entries(BODIES))("Bad input: %s", (_, body) => {
  const { method, path, good, strings = [], times = [], ids = [], flags = [], optional = [] } = body;

  test("each field that is missing or wrong is a 400 that names it, and nothing is stored", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const before = await rowCounts();
    const wrong = [
      ...strings.flatMap((field) => STRINGS.map((value) => [field, value] as const)),
      ...ids.flatMap((field) => NUMBERS.map((value) => [field, value] as const)),
      ...times.flatMap((field) => TIMES.map((value) => [field, value] as const)),
      ...flags.flatMap((field) => FLAGS.map((value) => [field, value] as const)),
      ...[...strings, ...ids, ...times, ...flags]
        .filter((field) => !optional.includes(field))
        .map((field) => [field, undefined] as const),
    ];
    for (const [field, value] of wrong) {
      refusedField(
        await world.request(method, path(ready), { body: { ...good(ready), [field]: value } }),
        field,
      );
    }
    expect(await rowCounts()).toEqual(before);
    expect((await world.request(method, path(ready), { body: good(ready) })).status).toBeLessThan(300);
  });

  test("malformed JSON and what is no object are a 400, and nothing is stored", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const before = await rowCounts();
    const broken = [
      "{",
      "{'name': 'x'}",
      '{"name": "x",}',
      "name=x",
      "\0",
      `${"[".repeat(100_000)}`,
      '{"a": NaN}',
    ];
    for (const text of broken) {
      const refusal = refusalIn(await world.request(method, path(ready), { body: text }), 400);
      expect(refusal.code).toBe("malformed_json");
      expect(refusal.message).toContain("body");
    }
    for (const text of ["null", "1", '"x"', "true", "[]", ""]) {
      refusedField(await world.request(method, path(ready), { body: text }), "body");
    }
    expect(await rowCounts()).toEqual(before);
  });

  test("a body over 1 MiB is a 413, with and without Content-Length, and nothing is stored", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    const before = await rowCounts();
    const request = (text: string, headers = {}) =>
      world.request(method, path(ready), { body: text, headers });
    const sized = (bytes: number) => JSON.stringify(good(ready)).padEnd(bytes);
    const limit = 1024 * 1024;
    expect(refusalIn(await request(sized(limit + 1)), 413).message).toContain(String(limit));
    refusalIn(await request("{}", { "Content-Length": String(limit + 1) }), 413);
    refusalIn(await request(`{"padding": "${"é".repeat(limit / 2)}"}`), 413);
    expect(await rowCounts()).toEqual(before);
    expect((await request(sized(limit), { "Content-Length": String(limit) })).status).toBeLessThan(300);
  });
});

describe("Bad input in a path", () => {
  const BAD_IDS = [
    "-1",
    "0",
    "1.5",
    "abc",
    "1e3",
    "0x10",
    "01",
    "9".repeat(400),
    "%00",
    "%zz",
    "null",
    "1%20",
    "%ED%A0%80",
  ];

  test("ids that are negative or no numbers are a 404 that names what they should be", async () => {
    const world = new World();
    const { projectId, hostId } = await world.ready();
    for (const id of BAD_IDS) {
      for (const [path, what] of [
        [`/api/v3/projects/${id}`, "project"],
        [`/api/v3/automation/hosts/${id}`, "host"],
        [`/api/v3/automation/hosts/${id}/jobs?end_date=2030-01-01T00:00:00Z`, "host"],
        [`/api/v3/projects/${id}/automation/hosts/${hostId}/agents`, "project"],
        [`/api/v3/projects/${projectId}/automation/jobs/${id}`, "job"],
      ] as const) {
        expect(refusalIn(await world.get(path), 404).message, path).toContain(`no ${what} with the id`);
      }
    }
  });
});

test("Bad input: a body that is not UTF-8 is a 400 that says so", async () => {
  const world = new World();
  const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]);
  expect(refusalIn(await world.post("/api/v3/projects", body), 400).message).toContain("UTF-8");
});

test("Bad input: a header longer than 255 characters is a 400 that names it", async () => {
  const world = new World();
  for (const name of ["Idempotency-Key", "x-qtest-nonce", "Lease-Owner"]) {
    const headers = { [name]: "x".repeat(256) };
    expect(
      refusalIn(await world.post("/api/v3/projects", { name: "x" }, { headers }), 400).message,
    ).toContain(name);
  }
});

test("Bad input: what is wrong with headers, query and body is answered at once", async () => {
  const world = new World();
  const path = `/api/v3/projects/${await world.project()}/automation/schedules?limt=1`;
  const headers = { "Lease-Owner": "x".repeat(256) };
  const refusal = refusalIn(await world.post(path, { agent_server_id: "x" }, { headers }), 400);
  expect(refusal.errors?.map(({ field }) => field)).toEqual(
    expect.arrayContaining(["Lease-Owner", "limt", "agent_server_id"]),
  );
});

test("Bad input: a header that is ignored, because another goes before it, is not checked", async () => {
  const world = new World();
  const headers = { "Idempotency-Key": crypto.randomUUID(), "x-qtest-nonce": "x".repeat(256) };
  expect(await world.post("/api/v3/projects", { name: "x" }, { headers })).toMatchObject({ status: 201 });
});

test("Bad input: Jobs-Running is not judged by a call that does not read it", async () => {
  const headers = { "Jobs-Running": "no list of ids" };
  expect(await new World().get("/api/v3/projects", { headers })).toMatchObject({ status: 200 });
});

test("Bad input: of a query parameter that is sent twice, the first counts", async () => {
  const world = new World();
  await world.project();
  await world.project();
  const { body } = await world.get("/api/v3/projects?limit=1&limit=nonsense");
  expect(body).toHaveLength(1);
  refusedField(await world.get("/api/v3/projects?limit=nonsense&limit=1"), "limit");
});

test("Bad input: a body wrong in half a million places is answered in a few kilobytes", async () => {
  const world = new World();
  const path = `/api/v3/projects/${await world.project()}/automation/test-runs`;
  for (const many of [Array(500_000).fill(0), Array(5000).fill({})]) {
    const answer = await world.post(path, many);
    refusalIn(answer, 400);
    expect(answer.text.length).toBeLessThan(50_000);
  }
});
