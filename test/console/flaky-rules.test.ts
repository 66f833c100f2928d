import { expect, test } from "vitest";
import { flaky, runs } from "../flaky-tests/project-runs.ts";
import { failed, passed } from "../results/junit.ts";
import { World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

const RULES = { days: "14", changes_of_build: "1", changes_of_materials: "3", retries: "1" };

/** A project with one flaky test, and somebody who looks at its rules. */
const place = async () => {
  const world = new World();
  const [first] = await runs(
    world,
    ["b1", ...passed("shaky <i>", "sound")],
    ["b1", failed("shaky <i>"), ...passed("sound")],
  );
  if (!first) throw new Error("no runs");
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${first.projectId}/flaky-rules`;
  return { world, first, visitor, path, tests: `/console/projects/${first.projectId}/tests` };
};

test("a project's rules stand on a page that its tests lead to", async () => {
  const { visitor, path, tests } = await place();
  expect((await visitor.get(tests)).text).toContain(`href="${path}"`);
  expect((await visitor.get(`${tests}/1`)).text).toContain(`href="${path}"`);
  const { text } = await visitor.get(path);
  for (const [name, value] of Object.entries(RULES)) {
    const [input = ""] = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(text) ?? [];
    expect(input).toContain(`value="${value}"`);
  }
});

test("what other rules would change is shown before they are saved, and what was typed stays", async () => {
  const { world, first, visitor, path } = await place();
  const strict = { ...RULES, changes_of_build: "2" };
  const shown = await visitor.post(path, { ...strict, step: "preview" });
  expect(shown.status).toBe(200);
  expect(textOf(shown.text)).toMatch(
    /0 tests would become flaky, 1 test would be flaky no more Would be flaky no more shaky <i>/,
  );
  expect(textOf(shown.text)).not.toContain("Would become flaky ");
  expect(shown.text).toMatch(
    /<input[^>]*value="2"[^>]*name="changes_of_build"|name="changes_of_build"[^>]*value="2"/,
  );
  expect(await flaky(world, first)).toEqual(["shaky <i>"]);
  const same = await visitor.post(path, { ...RULES, step: "preview" });
  expect(textOf(same.text)).toContain("No test would change");
  const saved = await visitor.post(path, { ...strict, step: "save" });
  expect([saved.status, saved.headers.get("location")]).toEqual([303, `${path}?done=flaky-rules-saved`]);
  expect(await flaky(world, first)).toEqual([]);
  const back = await visitor.post(path, { ...RULES, step: "preview" });
  expect(textOf(back.text)).toMatch(/1 test would become flaky, 0 tests .* Would become flaky shaky <i>/);
  const audited = await world.get(`/api/v3/audit?action=setFlakyRules&project_id=${first.projectId}`);
  expect(audited.body).toMatchObject([{ after: { flaky_rules: { changesOfBuild: 2 } } }]);
});

test("a preview names the first 20 tests, and how many more there are", async () => {
  const world = new World();
  const names = Array.from({ length: 25 }, (_, nth) => `case ${nth}`);
  const sound = Array.from({ length: 20 }, (_, nth) => `sound ${nth}`);
  const [first] = await runs(
    world,
    ["b1", ...passed(...names, ...sound)],
    ["b1", ...names.map((name) => failed(name)), ...passed(...sound)],
  );
  const visitor = await Visitor.in(world);
  const shown = await visitor.post(`/console/projects/${first?.projectId}/flaky-rules`, {
    ...{ ...RULES, changes_of_build: "9", step: "preview" },
  });
  expect(shown.text.match(/\/tests\/\d+"/g)).toHaveLength(20);
  expect(textOf(shown.text)).toContain("and 5 more");
});

test("what is wrong is said beside its field, and nothing is saved", async () => {
  const { visitor, path } = await place();
  for (const step of ["preview", "save"]) {
    const wrong = await visitor.post(path, { ...RULES, days: "0", retries: "many", step });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('id="days-error"');
    expect(wrong.text).toContain('id="retries-error"');
    expect(wrong.text).toContain('value="many"');
  }
  expect(fieldIn((await visitor.get(path)).text, "form_token")).not.toBe("");
  expect((await visitor.get(path)).text).toContain('value="14"');
});

test("the rules of another project are as if they were not there", async () => {
  const { world, path } = await place();
  const other = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [other] }));
  expect((await limited.get(path)).status).toBe(404);
  for (const step of ["preview", "save"])
    expect((await limited.post(path, { ...RULES, step })).status).toBe(404);
});
