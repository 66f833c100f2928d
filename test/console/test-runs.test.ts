import { expect, test } from "vitest";
import { World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();

const report = (...names: string[]): string =>
  `<testsuite>${names.map((name) => `<testcase classname="shop" name="${name}"/>`).join("")}</testsuite>`;

interface Sent {
  projectId: number;
  file: string;
  name?: string;
  fields?: Record<string, string>;
}

/** Sends the form that brings tests in. */
const bringIn = (visitor: Visitor, { projectId, file, name = "report.xml", fields = {} }: Sent) => {
  const body = new FormData();
  body.set("form_token", visitor.formToken);
  body.set("key", crypto.randomUUID());
  body.set("report", new File([file], name));
  for (const [field, value] of Object.entries(fields)) body.set(field, value);
  return visitor.send("POST", `/console/projects/${projectId}/test-runs`, { body });
};

const contentsOf = async (projectId: number): Promise<unknown> => {
  const { body } = await world.get(`/api/v3/projects/${projectId}/automation/test-runs`);
  return (Array.isArray(body) ? body : []).map(({ automation_content }) => automation_content);
};

test("an import is told before it is done, and changes nothing until then", async () => {
  const visitor = await Visitor.in(world);
  const projectId = await world.project();
  const told = await bringIn(visitor, { projectId, file: report("a", "b"), fields: { step: "preview" } });
  expect(textOf(told.text)).toContain("It would be: 2 new, 0 changed, 0 as they are.");
  expect(await contentsOf(projectId)).toEqual([]);
  const done = await bringIn(visitor, { projectId, file: report("a", "b") });
  expect(textOf(done.text)).toContain("Done: 2 new, 0 changed, 0 as they are.");
  expect(await contentsOf(projectId)).toEqual(["shop.a", "shop.b"]);
  const again = await bringIn(visitor, { projectId, file: report("a", "b", "c") });
  expect(textOf(again.text)).toContain("Done: 1 new, 0 changed, 2 as they are.");
});

test("brought in with another command, tests would be there twice, which is said; by the same name they get the new one", async () => {
  const visitor = await Visitor.in(world);
  const projectId = await world.project();
  await bringIn(visitor, { projectId, file: report("a", "b") });
  const other = { content: "name" };
  const twice = await bringIn(visitor, {
    projectId,
    file: report("a", "b"),
    fields: { ...other, step: "preview" },
  });
  expect(textOf(twice.text)).toContain("It would be: 2 new, 0 changed");
  expect(textOf(twice.text)).toContain("2 of the new ones have the name of a test that is there");
  const named = await bringIn(visitor, {
    projectId,
    file: report("a", "b"),
    fields: { ...other, match: "name" },
  });
  expect(textOf(named.text)).toContain("Done: 0 new, 2 changed, 0 as they are.");
  expect(textOf(named.text)).toContain("shop.a a");
  expect(await contentsOf(projectId)).toEqual(["a", "b"]);
});

test("a table is taken by its name, and a file that can't be read is refused beside its field", async () => {
  const visitor = await Visitor.in(world);
  const projectId = await world.project();
  const table = "test_case_name,automation_content\npays,shop.pays\n";
  expect(textOf((await bringIn(visitor, { projectId, file: table, name: "tests.csv" })).text)).toContain(
    "Done: 1 new",
  );
  const refused = await bringIn(visitor, { projectId, file: "nothing" });
  expect(refused.status).toBe(400);
  expect(textOf(refused.text)).toMatch(/The file must/);
  const none = await visitor.post(`/console/projects/${projectId}/test-runs`, {});
  expect(textOf(none.text)).toContain("The file is missing: choose one");
});

test("tests are found by name, command or id, renamed, and deleted", async () => {
  const visitor = await Visitor.in(world);
  const projectId = await world.project();
  const path = `/console/projects/${projectId}/test-runs`;
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [
    { test_run_id: 7, test_case_name: "Pays by card", automation_content: "shop.card" },
    { test_run_id: 8, test_case_name: "Adds an item", automation_content: "shop.item" },
  ]);
  for (const q of ["by card", "SHOP.CARD", "7", "%237"]) {
    const { text } = await visitor.get(`${path}?q=${q}`);
    expect(text, q).toContain("Pays by card");
    expect(text, q).not.toContain("Adds an item");
  }
  const fields = { test_case_name: "Pays by voucher", automation_content: "shop.voucher" };
  expect((await visitor.post(`${path}/7`, fields)).headers.get("location")).toBe(`${path}?done=test-saved`);
  expect((await visitor.get(`${path}/7`)).text).toContain('value="shop.voucher"');
  const refused = await visitor.post(`${path}/7`, { ...fields, automation_content: "" });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('id="automation_content-error"');
  expect(refused.text).toContain('value="Pays by voucher"');
  await visitor.post(`${path}/7/delete`);
  expect((await visitor.get(`${path}/7`)).status).toBe(404);
  expect((await visitor.get(path)).text).toContain("Adds an item");
});
