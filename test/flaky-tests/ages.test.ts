import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ProjectResults } from "../../src/index.ts";
import { textOf, Visitor } from "../console/visitor.ts";
import { failed, passed } from "../results/junit.ts";
import { HOUR, type Ready, World } from "../world.ts";
import { flaky, idOf, project, runs, tests } from "./project-runs.ts";

const DAY = 24 * HOUR;

/** A test that changed its outcome within one build, and runs no more. */
const gone = async (world = new World()) => {
  const [first] = await runs(world, ["b1", ...passed("shaky")], ["b1", failed("shaky")]);
  if (!first) throw new Error("no runs");
  return { world, first };
};

/** The names of the tests under a heading of the project's page. */
const under = async (world: World, { projectId }: Ready, heading: string) => {
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/projects/${projectId}/tests`);
  const [, section = ""] = new RegExp(`<h2>${heading}</h2>(.*?)</section>`, "s").exec(text) ?? [];
  return textOf(section).trim();
};

describe("a test is flaky by evidence of the last days alone", () => {
  test("in every list, though nothing is heard of it any more", async () => {
    const { world, first } = await gone();
    const id = await idOf(world, first, "shaky");
    // The first of the two runs came two hours ago.
    world.advance(14 * DAY - 2 * HOUR - 1);
    expect(await flaky(world, first)).toEqual(["shaky"]);
    expect(await under(world, first, "Flaky")).toContain("shaky");
    world.advance(1);
    expect(await under(world, first, "Flaky")).toBe("No test is flaky.");
    expect(await flaky(world, first)).toEqual([]);
    expect((await world.get(`${project(first)}/tests?sort=flakiness`)).body).toEqual([]);
    expect((await world.get(`${project(first)}/tests/${id}`)).body).toMatchObject({ evidence: [] });
  });

  test("whichever way it is asked for first", async () => {
    for (const path of ["", "/1", "/1/quarantine"]) {
      const { world, first } = await gone();
      world.advance(15 * DAY);
      const [, page = ""] = /^(\/\d+)?/.exec(path) ?? [];
      if (path.endsWith("quarantine"))
        await world.put(`${project(first)}/tests/1/quarantine`, {
          ...{ reason: "x", owner: "y", until: new Date(world.now + DAY).toISOString() },
        });
      const { body } = await world.get(
        path.endsWith("quarantine") ? `${project(first)}/quarantines` : `${project(first)}/tests${page}`,
      );
      expect(JSON.stringify(body), path).toContain('"is_flaky":false');
    }
  });

  test("in a preview too: what is too old neither becomes flaky nor ceases to be", async () => {
    const { world, first } = await gone();
    world.advance(15 * DAY);
    const rules = { days: 14, changes_of_build: 5, changes_of_materials: 3, retries: 1 };
    expect((await world.post(`${project(first)}/flaky-rules/preview`, rules)).body).toEqual({
      ...{ becomes_flaky: [], is_flaky_no_more: [], judged: 1, not_judged: 0 },
    });
  });

  test("of as many days as new rules say", async () => {
    const { world, first } = await gone();
    world.advance(3 * DAY);
    const rules = { days: 4, changes_of_build: 1, changes_of_materials: 3, retries: 1 };
    expect((await world.put(`${project(first)}/flaky-rules`, rules)).status).toBe(200);
    expect(await flaky(world, first)).toEqual(["shaky"]);
    world.advance(DAY);
    expect(await flaky(world, first)).toEqual([]);
  });

  test("that were stored before its age was kept", async () => {
    const { world, first } = await gone();
    await runInDurableObject(
      env.PROJECT_RESULTS.getByName(String(first.projectId)),
      (_: ProjectResults, { storage }) => {
        storage.sql.exec("DROP TABLE verdicts_due");
      },
    );
    await runInDurableObject(
      env.PROJECT_RESULTS.getByName(String(first.projectId)),
      (_: ProjectResults, state) => {
        state.abort("evicted");
      },
    ).catch(() => {});
    expect(await flaky(world, first)).toEqual(["shaky"]);
    world.advance(15 * DAY);
    expect(await flaky(world, first)).toEqual([]);
  });
});

describe("new rules", () => {
  test("are applied to 2,000 tests at once and to the others as they are looked at, and a preview says so", async () => {
    const world = new World();
    const names = Array.from({ length: 2100 }, (_, nth) => `case ${nth}`);
    const sound = Array.from({ length: 600 }, (_, nth) => `sound ${nth}`);
    const [first] = await runs(
      world,
      ["b1", ...passed(...names, ...sound)],
      ["b1", ...names.map((name) => failed(name)), ...passed(...sound)],
    );
    if (!first) throw new Error("no runs");
    const rules = { days: 14, changes_of_build: 2, changes_of_materials: 3, retries: 1 };
    const { body } = await world.post(`${project(first)}/flaky-rules/preview`, rules);
    expect(body).toMatchObject({ becomes_flaky: [], judged: 2000, not_judged: 100 });
    await world.put(`${project(first)}/flaky-rules`, rules);
    const { body: listed } = await world.get(`${project(first)}/tests?sort=flakiness&limit=1000`);
    expect(Array.isArray(listed) && listed.filter(({ is_flaky }) => is_flaky)).toEqual([]);
    expect(await flaky(world, first)).toEqual([]);
  }, 60_000);
});

describe("a project's page calls a failure new", () => {
  test("that began within the days of the rules, and no older one", async () => {
    const world = new World();
    const [first] = await runs(
      world,
      ["b1", ...passed("old", "young", "sound")],
      ["b2", failed("old"), ...passed("young", "sound")],
    );
    if (!first) throw new Error("no runs");
    world.advance(13 * DAY);
    expect(await under(world, first, "Newly failing")).toContain("old");
    world.advance(2 * DAY);
    expect(await under(world, first, "Newly failing")).toBe("No test began to fail in the last 14 days.");
    expect((await tests(world, first)).find(({ title }) => title === "old")).toMatchObject({ failures: 1 });
  });
});
