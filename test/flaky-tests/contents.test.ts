import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Case, failed, jobPath, junit, passed, running, sendReport } from "../results/junit.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { flaky, idOf, project } from "./project-runs.ts";

const COMMIT = "3fa9c2b7d1e04f5a6b7c8d9e0f1a2b3c4d5e6f70";

/** A project of two test runs, and a way to run one-shot schedules of them with what came of their tests. */
const place = async () => {
  const world = new World();
  const first = await running(world, ["shaky", "sound"]);
  /** One more job of a schedule of its own. */
  const run = async (cases: Case[], { facts = {}, query = "", agentId = first.agentId } = {}) => {
    const { jobId } = await world.schedule(first.projectId, agentId, { testRunIds: [1, 2], facts });
    return send({ ...first, jobId }, cases, query);
  };
  const send = async (ready: Ready, cases: Case[], query = "") => {
    await world.report(ready.projectId, ready.jobId, "RUNNING");
    const answer = await sendReport(world, ready, junit(...cases), { query });
    expect(answer.status, answer.text).toBe(200);
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    world.advance(HOUR);
    return ready;
  };
  const evidence = async () => {
    const { body } = await world.get(`${project(first)}/tests/${await idOf(world, first, "shaky")}`);
    return z
      .looseObject({ evidence: z.array(z.looseObject({ rule: z.string(), content: z.string().nullable() })) })
      .parse(body).evidence;
  };
  return { world, first, run, send, evidence };
};

const ALL = passed("shaky", "sound");
const SHAKY = [failed("shaky"), ...passed("sound")];

describe("the outcomes of a test are compared", () => {
  test("within the commit of their jobs, where no build is reported", async () => {
    const { world, first, run, evidence } = await place();
    await run(ALL, { facts: { commit: COMMIT } });
    await run(SHAKY, { facts: { commit: COMMIT.replace("3", "4") } });
    expect(await flaky(world, first)).toEqual([]);
    await run(ALL, { facts: { commit: COMMIT.replace("3", "4") } });
    expect(await flaky(world, first)).toEqual(["shaky"]);
    expect(await evidence()).toMatchObject([{ rule: "build", content: COMMIT.replace("3", "4") }]);
  });

  test("within the build that was reported rather than the commit, whichever report comes last", async () => {
    const { first, run, world, evidence } = await place();
    await run(ALL, { facts: { commit: COMMIT }, query: "?build=b1" });
    const later = await run(SHAKY, { facts: { commit: COMMIT }, query: "?build=b2" });
    await sendReport(world, later, junit(...passed("third")), { name: "second.xml" });
    expect(await evidence()).toEqual([]);
    const { body } = await world.get(
      `${project(first)}/tests/${await idOf(world, first, "shaky")}/history?limit=1`,
    );
    expect(body).toMatchObject([{ build: "b2" }]);
  });

  test("within the same tests, whichever schedules brought them and in whichever order", async () => {
    const { world, first, run, evidence } = await place();
    await run(ALL);
    await run(SHAKY, { facts: { test_run_ids: [2, 1] } });
    await run(ALL);
    expect(await evidence()).toMatchObject([{ rule: "materials" }, { rule: "materials" }]);
    expect(await flaky(world, first)).toEqual([]);
    await run(SHAKY);
    expect(await flaky(world, first)).toEqual(["shaky"]);
  });

  test("not between other tests, nor between agents", async () => {
    const { world, first, run, evidence } = await place();
    const other = await world.agent(first.projectId, first.hostId);
    for (const _ of [1, 2]) {
      await run(ALL);
      await run(SHAKY, { agentId: other });
      await run(SHAKY, { facts: { test_run_ids: [1] } });
    }
    expect(await evidence()).toEqual([]);
  });

  test("between a run and a rerun of what failed in it", async () => {
    const { world, run, send, evidence } = await place();
    const whole = await run(SHAKY);
    const rerun = async (of: Ready): Promise<Ready> => {
      const { body } = await world.post(`${jobPath(of)}/rerun`, { only: "failed" });
      return { ...of, jobId: z.looseObject({ job_id: z.int() }).parse(body).job_id };
    };
    const again = await send(await rerun(whole), [failed("shaky")]);
    const third = await send(await rerun(again), passed("shaky"));
    expect(await evidence()).toMatchObject([{ rule: "materials", job_ids: [again.jobId, third.jobId] }]);
    await run(SHAKY);
    expect(await evidence()).toHaveLength(2);
  });
});
