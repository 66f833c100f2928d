import { describe, expect, test } from "vitest";
import { refusedField } from "../http/refusals.ts";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { flaky, idOf, project, runs, tests } from "./project-runs.ts";

describe("flaky tests", () => {
  test("are those whose outcome changed within one build, and their evidence can be looked up", async () => {
    const world = new World();
    const [first, second] = await runs(
      world,
      ["b1", ...passed("sound", "shaky", "broken")],
      ["b1", ...passed("sound"), failed("shaky"), ...passed("broken")],
      ["b2", ...passed("sound", "shaky"), failed("broken")],
    );
    if (!first || !second) throw new Error("no runs");
    expect(await flaky(world, first)).toEqual(["shaky"]);
    const { body } = await world.get(`${project(first)}/tests/${await idOf(world, first, "shaky")}`);
    expect(body).toMatchObject({
      is_flaky: true,
      evidence: [{ rule: "build", content: "b1", job_ids: [first.jobId, second.jobId] }],
    });
  });

  test("an outage of the lab makes no test flaky", async () => {
    const world = new World();
    const names = ["a", "b", "c", "d", "e", "f"];
    const [first] = await runs(
      world,
      ["b1", ...passed(...names)],
      ["b1", ...names.map((name) => failed(name, "no route to host"))],
      ["b1", ...passed(...names)],
    );
    if (!first) throw new Error("no runs");
    expect(await flaky(world, first)).toEqual([]);
    const { body } = await world.get(`${project(first)}/tests/${await idOf(world, first, "a")}/history`);
    expect(body).toMatchObject([{ discounted: false }, { discounted: true }, { discounted: false }]);
  });

  test("an outage is in a test's last runs, and is held against it nowhere else", async () => {
    const world = new World();
    const names = ["a", "b", "c", "d", "e", "broken"];
    const down = names.map((name) => failed(name, "no route to host"));
    const [first, , third] = await runs(
      world,
      ["b1", ...passed(...names)],
      ["b2", ...down],
      ["b3", ...passed("a", "b", "c", "d", "e"), failed("broken")],
      ["b4", ...down],
    );
    if (!first || !third) throw new Error("no runs");
    const found = await tests(world, first);
    expect(found.find(({ title }) => title === "a")).toMatchObject({
      ...{ recent: "fpfp", failures: 0, failing_since_job_id: null },
    });
    expect(found.find(({ title }) => title === "broken")).toMatchObject({
      ...{ recent: "fffp", failures: 1, failing_since_job_id: third.jobId },
    });
  });

  test("a pass in an outage ends no failure", async () => {
    const world = new World();
    const others = ["a", "b", "c", "d", "e"];
    const [first, second] = await runs(
      world,
      ["b1", ...passed(...others, "broken")],
      ["b2", ...passed(...others), failed("broken")],
      ["b3", ...others.map((name) => failed(name, "no route to host")), ...passed("broken")],
    );
    if (!first || !second) throw new Error("no runs");
    expect((await tests(world, first)).find(({ title }) => title === "broken")).toMatchObject({
      ...{ recent: "pfp", failures: 1, failing_since_job_id: second.jobId },
    });
  });

  /** A run of one build that passed, and a later one that fails. `cut` says what ended the later one. */
  const cutShort = async (cut: (world: World, run: Ready) => Promise<unknown>, sends: "before" | "after") => {
    const world = new World();
    const first = await running(world);
    await sendReport(world, first, junit(...passed("sound")), { query: "?build=b1" });
    await world.report(first.projectId, first.jobId, "COMPLETED");
    const run = await runAgain(world, first);
    const send = () => sendReport(world, run, junit(failed("sound")), { query: "?build=b1" });
    if (sends === "before") await send();
    await cut(world, run);
    await world.tick();
    if (sends === "after") expect((await send()).status).toBe(200);
    return { world, run, isFlaky: (await flaky(world, first)).length > 0 };
  };

  const ends =
    (facts: object) =>
    (world: World, { projectId, jobId }: Ready) =>
      world.put(`/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`, {
        status: "FAILED",
        ...facts,
      });

  test.each([
    ["disk_full", "before"],
    ["disk_full", "after"],
    ["time_limit", "before"],
    ["time_limit", "after"],
  ] as const)(
    "are found without a run that its host ended for %s, its report sent %s the end",
    async (cause, sends) => {
      const { isFlaky, world, run } = await cutShort(ends({ cause }), sends);
      expect(isFlaky).toBe(false);
      const { history } = await world.job(run.projectId, run.jobId);
      expect(history.at(-1)).toMatchObject({ reason: cause === "disk_full" ? "disk_full" : "run_limit" });
    },
  );

  test.each([{}, { cause: "rain" }, { cause: 7 }, { reason: "time_limit" }])(
    "are found with a run that failed otherwise: %j",
    async (facts) => {
      const { isFlaky } = await cutShort(ends(facts), "before");
      expect(isFlaky).toBe(true);
    },
  );

  test("are found without results that come once their host was given up for lost", async () => {
    const { isFlaky } = await cutShort(async (world) => {
      world.advance(12 * HOUR);
      await world.tick();
    }, "after");
    expect(isFlaky).toBe(false);
  });

  test("are found with a run whose host was thought lost and reported its end late", async () => {
    const { world, run } = await cutShort(async (lost) => {
      lost.advance(12 * HOUR);
      await lost.tick();
    }, "before");
    expect(await flaky(world, run)).toEqual([]);
    await ends({})(world, run);
    await world.tick();
    expect(await flaky(world, run)).toEqual(["sound"]);
  });

  test("follow the project's rules, and a preview first says what would change", async () => {
    const world = new World();
    const [ready] = await runs(world, ["b1", ...passed("shaky")], ["b1", failed("shaky")]);
    if (!ready) throw new Error("no runs");
    const path = `${project(ready)}/flaky-rules`;
    const rules = { days: 14, changes_of_build: 1, changes_of_materials: 3, retries: 1 };
    expect((await world.get(path)).body).toEqual(rules);
    const strict = { ...rules, changes_of_build: 2 };
    const preview = await world.post(`${path}/preview`, strict);
    expect(preview).toMatchObject({ body: { becomes_flaky: [], is_flaky_no_more: [{ title: "shaky" }] } });
    expect(await flaky(world, ready)).toEqual(["shaky"]);
    expect(await world.put(path, strict)).toMatchObject({ status: 200, body: strict });
    expect(await flaky(world, ready)).toEqual([]);
    expect(await world.post(`${path}/preview`, rules)).toMatchObject({
      body: { becomes_flaky: [{ title: "shaky" }], is_flaky_no_more: [] },
    });
    refusedField(await world.put(path, { ...rules, days: 0 }), "days");
    const audited = await world.get(`/api/v3/audit?action=setFlakyRules&project_id=${ready.projectId}`);
    expect(audited.body).toMatchObject([{ after: { flaky_rules: { changesOfBuild: 2 } } }]);
  });
});
