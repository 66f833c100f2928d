import { expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";

const SEED_FIELDS = [
  "test_run_id",
  "test_case_id",
  "test_case_name",
  "test_case_version_id",
  "automation_content",
];
const runs = z.array(
  z.object({
    test_run_id: z.int(),
    test_case_id: z.int(),
    test_case_name: z.string(),
    test_case_version_id: z.int(),
    automation_content: z.string(),
  }),
);
const SAMPLE = {
  test_run_id: 6691,
  test_case_id: 18893,
  test_case_name: "groovy.GebLogin",
  test_case_version_id: 20372,
  automation_content: "groovy.GebLogin",
};
const named = (name: string, ids: Record<string, number> = {}) => ({
  ...ids,
  test_case_name: name,
  automation_content: name,
});

const place = async () => {
  const world = new World();
  const projectId = await world.project();
  const bring = (body: unknown) => world.post(`/api/v3/projects/${projectId}/automation/test-runs`, body);
  return { world, projectId, bring };
};

test("test runs brought in are a 201 with the array, in its order, in the seed's fields and order", async () => {
  const { bring } = await place();
  const answer = await bring([SAMPLE, { ...SAMPLE, test_run_id: 1 }]);
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual([SAMPLE, { ...SAMPLE, test_run_id: 1 }]);
  expect(
    z
      .array(z.record(z.string(), z.unknown()))
      .parse(answer.body)
      .map((run) => Object.keys(run)),
  ).toEqual([SEED_FIELDS, SEED_FIELDS]);
});

test("a missing id is given, to each its own, above those that are there and that come with it", async () => {
  const { bring } = await place();
  await bring([SAMPLE]);
  const given = runs.parse((await bring([named("a"), named("b", { test_run_id: 9000 }), named("c")])).body);
  expect(given.map((run) => run.test_case_name)).toEqual(["a", "b", "c"]);
  for (const field of ["test_run_id", "test_case_id", "test_case_version_id"] as const) {
    const ids = given.map((run) => run[field]);
    expect(new Set([...ids, SAMPLE[field]]).size, field).toBe(4);
  }
  expect(given[1]?.test_run_id).toBe(9000);
});

test("a known id is updated, and keeps the ids that are not sent", async () => {
  const { bring } = await place();
  await bring([SAMPLE]);
  const before = await rowCounts();
  const changed = await bring([named("Renamed", { test_run_id: 6691 })]);
  expect(changed).toMatchObject({
    status: 201,
    body: [{ ...SAMPLE, test_case_name: "Renamed", automation_content: "Renamed" }],
  });
  expect(await rowCounts()).toEqual({ ...before, audit: (before.audit ?? 0) + 1 });
});

test("ids are each project's own", async () => {
  const [one, other] = [await place(), await place()];
  await one.bring([SAMPLE]);
  await other.bring([{ ...SAMPLE, test_case_name: "Other" }]);
  expect((await one.bring([named("x", { test_run_id: 6691 })])).body).toMatchObject([
    { test_case_id: 18893 },
  ]);
});

test("5,000 come at once, not one more and not none", async () => {
  const { bring } = await place();
  const many = (count: number) => Array.from({ length: count }, (_, index) => named(`case ${index}`));
  const answer = await bring(many(5000));
  expect(answer.status).toBe(201);
  expect(runs.parse(answer.body).at(-1)?.test_case_name).toBe("case 4999");
  for (const count of [0, 5001]) refusedField(await bring(many(count)), "body");
});

test("one that is wrong refuses all, named by its place, and nothing is stored", async () => {
  const { bring } = await place();
  const before = await rowCounts();
  for (const [field, wrong] of [
    ["test_case_name", ["", 1, null, undefined, "x".repeat(10_240), "\0", "\ud800"]],
    ["automation_content", ["", 1, null, undefined, "x".repeat(10_240), "\0"]],
    ["test_run_id", [0, -1, 1.5, "1", 2 ** 53, 1e300, null]],
    ["test_case_id", [0, -1, "1", 2 ** 53]],
    ["test_case_version_id", [0, -1, "1", 2 ** 53]],
  ] as const) {
    for (const value of wrong)
      refusedField(await bring([named("good"), { ...named("x"), [field]: value }]), `[1].${field}`);
  }
  for (const body of [{}, "null", 1, [1], [null]]) refusalIn(await bring(body), 400);
  expect(await rowCounts()).toEqual(before);
});

test("the highest ids that may be given leave room for ours, exact as numbers", async () => {
  const { world, projectId, bring } = await place();
  const highest = { test_run_id: 1e12, test_case_id: 1e12, test_case_version_id: 1e12 };
  const [, next] = runs.parse((await bring([named("highest", highest), named("next")])).body);
  expect(next).toMatchObject({ test_run_id: 1e12 + 2, test_case_id: 1e12 + 2 });
  const agentId = await world.agent(projectId, (await world.host()).id);
  const { jobId } = await world.schedule(projectId, agentId, { testRunIds: [1e12] });
  expect((await world.job(projectId, jobId)).automation_materials).toMatchObject([highest]);
});

test("those that the service gives above the highest can be used: to schedule them, and to bring them in again", async () => {
  const { world, projectId, bring } = await place();
  await bring([named("highest", { test_run_id: 1e12 })]);
  const [ours] = runs.parse((await bring([named("ours")])).body);
  expect(ours?.test_run_id).toBe(1e12 + 1);
  const agentId = await world.agent(projectId, (await world.host()).id);
  const { jobId } = await world.schedule(projectId, agentId, { testRunIds: [1e12 + 1] });
  expect((await world.job(projectId, jobId)).automation_materials).toMatchObject([ours]);
  const again = { ...ours, test_case_name: "again" };
  expect(runs.parse((await bring([again])).body)).toEqual([again]);
  const before = await rowCounts();
  refusedField(await bring([named("never given", { test_run_id: 1e12 + 3 })]), "test_run_id");
  refusalIn(
    await world.post("/api/v3/projects/999999999/automation/test-runs", [
      named("x", { test_run_id: 1e12 + 1 }),
    ]),
    404,
  );
  expect(await rowCounts()).toEqual(before);
});

test("under an unknown project they are a 404", async () => {
  const answer = await new World().post("/api/v3/projects/999999999/automation/test-runs", [SAMPLE]);
  expect(refusalIn(answer, 404).message).toContain("999999999");
});
