import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";

const started = async (headers: Record<string, string>) => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const run = (again: Record<string, string>, token?: string) =>
    world.report(projectId, jobId, {
      status: "RUNNING",
      headers: again,
      ...(token === undefined ? {} : { token }),
    });
  expect(await run(headers)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  const history = async () => (await world.job(projectId, jobId)).history;
  return { world, run, history };
};

const MARKS = ["Lease-Owner", "x-qtest-nonce", "Idempotency-Key"];

describe("The first RUNNING wins", () => {
  test.each(MARKS)(
    "and its holder may say so again with the same %s: 200, no history added",
    async (mark) => {
      const { run, history } = await started({ [mark]: "mine" });
      const before = await history();
      expect(await run({ [mark]: "mine" })).toMatchObject({ status: 200, body: { status: "RUNNING" } });
      expect(await history()).toEqual(before);
    },
  );

  test.each(MARKS)("another's %s gets a 409", async (mark) => {
    const { run, history } = await started({ [mark]: "mine" });
    const before = await history();
    const refusal = refusalIn(await run({ [mark]: "another's" }), 409);
    expect(refusal.code).toBe("already_running");
    expect(refusal.message).toContain("known by its Lease-Owner header");
    refusalIn(await run({}), 409);
    expect(await history()).toEqual(before);
  });

  test("a caller without a mark has no second try", async () => {
    const { run } = await started({});
    refusalIn(await run({}), 409);
    refusalIn(await run({ "Lease-Owner": "mine" }), 409);
  });

  test("an empty mark counts as none", async () => {
    const { run } = await started({ "Lease-Owner": "", "x-qtest-nonce": "" });
    refusalIn(await run({ "Lease-Owner": "", "x-qtest-nonce": "" }), 409);
  });

  test("Lease-Owner goes before a nonce: the same process repeats with a new nonce, another with the same can't", async () => {
    const { run } = await started({ "Lease-Owner": "mine", "x-qtest-nonce": "one" });
    expect(await run({ "Lease-Owner": "mine", "x-qtest-nonce": "two" })).toMatchObject({ status: 200 });
    refusalIn(await run({ "Lease-Owner": "another's", "x-qtest-nonce": "one" }), 409);
  });

  test("a nonce is the token's own: another token with the same one gets a 409", async () => {
    const { world, run } = await started({ "x-qtest-nonce": "one" });
    refusalIn(await run({ "x-qtest-nonce": "one" }, await world.token("host")), 409);
  });

  test("a holder's repeat after the run has ended is a 409", async () => {
    const world = new World();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    const headers = { "Lease-Owner": "mine" };
    await world.report(projectId, jobId, { status: "RUNNING", headers });
    await world.report(projectId, jobId, { status: "COMPLETED", headers });
    expect(refusalIn(await world.report(projectId, jobId, { status: "RUNNING", headers }), 409).code).toBe(
      "move_refused",
    );
  });
});

test.each(["COMPLETED", "FAILED", "CANCELLED"])(
  "the same final status again, %s, is a 200 and adds no history",
  async (end) => {
    const world = new World();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    await world.report(projectId, jobId, "RUNNING");
    const first = await world.report(projectId, jobId, end);
    const before = await world.job(projectId, jobId);
    world.advance(1000);
    const others: Record<string, string>[] = [{}, { "Lease-Owner": "another" }, { "x-qtest-nonce": "new" }];
    for (const headers of others) {
      const again = await world.report(projectId, jobId, {
        status: end,
        headers,
        token: await world.token("host"),
      });
      expect({ status: again.status, text: again.text }).toEqual({ status: 200, text: first.text });
    }
    expect(await world.job(projectId, jobId)).toEqual(before);
  },
);

test("a job's history says when each move was made, by whom, from what to what", async () => {
  const world = new World();
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  const token = await world.token("host");
  await world.report(projectId, jobId, { status: "RUNNING", token });
  world.advance(61_000);
  await world.report(projectId, jobId, "CANCELLED");
  const { history } = await world.job(projectId, jobId);
  expect(history).toEqual([
    {
      at: "2026-03-02T10:00:00+00:00",
      from: "PLANNED",
      to: "RUNNING",
      by: expect.stringMatching(/^host /),
      reason: null,
    },
    {
      at: "2026-03-02T10:01:01+00:00",
      from: "RUNNING",
      to: "CANCELLED",
      by: "admin bootstrap",
      reason: null,
    },
  ]);
});
