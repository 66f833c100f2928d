import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";

const NAMES: Record<string, string> = {
  "Login: a wrong password is refused @smoke": "login.spec.ts:3",
  "Login: a LOCKED user @slow,@auth": "login.spec.ts:9",
  "Cart keeps what was put in (@smoke-slow)": "cart.spec.ts:1",
  "Cart is empty at first [@smoke]": "cart.spec.ts:8",
  "100% of _all_ cases": "odd.spec.ts",
};

/** A world whose project has these test runs, and what each schedule runs. */
const filtered = async () => {
  const world = new World();
  const ready = await world.ready();
  const path = `/api/v3/projects/${ready.projectId}/automation`;
  await world.post(
    `${path}/test-runs`,
    Object.entries(NAMES).map(([test_case_name, automation_content]) => ({
      test_case_name,
      automation_content,
    })),
  );
  const run = (facts: object, options: object = {}) =>
    world.post(`${path}/schedules`, { name: "Now", agent_server_id: ready.agentId, ...facts }, options);
  return { world, ready, path, run };
};

const shape = z.looseObject({
  jobs: z
    .array(
      z.looseObject({ automation_materials: z.array(z.looseObject({ automation_content: z.string() })) }),
    )
    .length(1),
});
const contentsIn = (body: unknown): string[] =>
  shape
    .parse(body)
    .jobs.flatMap(({ automation_materials }) =>
      automation_materials.map(({ automation_content }) => automation_content),
    );

describe("tests of a schedule that are found by", () => {
  let run: Awaited<ReturnType<typeof filtered>>["run"];
  beforeAll(async () => {
    ({ run } = await filtered());
  });

  test.each([
    ["a part of a name, in any case", ["locked"], ["login.spec.ts:9"]],
    ["a part of a content", ["cart.spec"], ["cart.spec.ts:1", "cart.spec.ts:8"]],
    ["a part between stars", ["*wrong password*"], ["login.spec.ts:3"]],
    ["how it begins", ["Cart *"], ["cart.spec.ts:1", "cart.spec.ts:8"]],
    ["how it ends", ["*.ts:8"], ["cart.spec.ts:8"]],
    ["how it begins and ends", ["login*@smoke"], ["login.spec.ts:3"]],
    ["a tag, and not one that begins with it", ["@smoke"], ["login.spec.ts:3", "cart.spec.ts:8"]],
    ["a tag beside a comma", ["@auth"], ["login.spec.ts:9"]],
    ["any of several", ["@auth", "empty"], ["login.spec.ts:9", "cart.spec.ts:8"]],
    ["characters that mean something elsewhere", ["100% of _all_"], ["odd.spec.ts"]],
  ])("%s", async (_, tests, contents) => {
    const answer = await run({ tests });
    expect([answer.status, contentsIn(answer.body)]).toEqual([201, contents]);
  });

  test.each([
    ["nothing", ["no such test"], "finds no test run of project"],
    ["a beginning and an end that overlap", ["login.spec.ts*spec.ts:3"], "finds no test run of project"],
    ["an end that is a beginning elsewhere", ["smoke*"], "finds no test run of project"],
    ["a word with three stars", ["a*b*c"], "must have one * at most"],
    ["a star alone", ["*"], "must name more than * or @"],
    ["no word", [], "must name a test"],
  ])("%s are a 400", async (_, tests, why) => {
    const { errors } = refusalIn(await run({ tests }), 400);
    expect(errors?.map(({ field, message }) => `${field} ${message}`).join()).toContain(why);
  });
});

test("tests are named by one field alone, and a misspelt one is refused", async () => {
  const { run } = await filtered();
  for (const other of [{ test_run_ids: [1] }, { automation_materials: [] }])
    expect(refusalIn(await run({ tests: ["cart"], ...other }), 400).message).toContain("send one of them");
  expect(refusalIn(await run({ test: ["cart"] }), 400).message).toContain("the nearest is tests");
});

test("the same key twice is one job, and with another filter a 409", async () => {
  const { run, world, path } = await filtered();
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const [one, other] = await Promise.all([
    run({ tests: ["@smoke"] }, { headers }),
    run({ tests: ["@smoke"] }, { headers }),
  ]);
  expect(other).toMatchObject({ status: 201, body: one.body });
  expect((await run({ tests: ["@auth"] }, { headers })).status).toBe(409);
  expect((await world.get(`${path}/jobs`)).body).toHaveLength(1);
});

test("more test runs than a schedule runs are a 400", async () => {
  const { run, world, path } = await filtered();
  const many = (from: number) =>
    Array.from({ length: 2600 }, (_, place) => ({
      test_case_name: `many ${from + place}`,
      automation_content: `m${from + place}`,
    }));
  await world.post(`${path}/test-runs`, many(0));
  await world.post(`${path}/test-runs`, many(2600));
  expect(refusalIn(await run({ tests: ["many"] }), 400).message).toContain(
    "finds more than the 5000 test runs",
  );
});

test("a schedule that is replaced runs what its filter finds then", async () => {
  const { run, world, ready, path } = await filtered();
  const { schedule_id } = z
    .looseObject({ schedule_id: z.int() })
    .parse((await run({ tests: ["cart"], start_date: "2030-01-01T00:00:00Z" })).body);
  const facts = { name: "Now", agent_server_id: ready.agentId, start_date: "2030-01-01T00:00:00Z" };
  await world.put(`${path}/schedules/${schedule_id}`, { ...facts, tests: ["locked"] });
  const jobs = (await world.get(`${path}/jobs?schedule_id=${schedule_id}`)).body;
  expect(contentsIn({ jobs })).toEqual(["login.spec.ts:9"]);
});
