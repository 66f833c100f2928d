import { expect, test } from "vitest";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { World } from "../world.ts";

const world = new World();
const XML = { "Content-Type": "application/xml" };

const report = (...names: string[]): string =>
  `<testsuite>${names.map((name) => `<testcase classname="shop" name="${name}"/>`).join("")}</testsuite>`;

const madeOf = async (...names: string[]) => {
  const projectId = await world.project();
  const path = `/api/v3/projects/${projectId}/automation/test-runs`;
  if (names.length > 0) await world.post(path, report(...names), { headers: XML });
  return { projectId, path };
};

test("a preview says what an import would make, change and leave, and stores nothing", async () => {
  const { path } = await madeOf("a");
  const [first] = await world.get(path).then(({ body }) => (Array.isArray(body) ? body : []));
  const before = await rowCounts();
  const body = [
    { test_run_id: first.test_run_id, test_case_name: "a", automation_content: "other" },
    { test_case_name: "b", automation_content: "b" },
  ];
  const answer = await world.post(`${path}/preview`, body);
  expect(answer, answer.text).toMatchObject({
    status: 200,
    body: {
      created: 1,
      changed: 1,
      unchanged: 0,
      namesakes: 0,
      changes: [
        {
          test_run_id: first.test_run_id,
          before: { test_case_name: "a", automation_content: "shop.a" },
          after: { test_case_name: "a", automation_content: "other" },
        },
      ],
    },
  });
  expect(await rowCounts()).toEqual(before);
});

test("by name, one of a name here and one in the file are the same; where there are two, none is", async () => {
  const { path } = await madeOf("a", "b");
  await world.post(path, [{ test_case_name: "b", automation_content: "second" }]);
  const preview = (query: string, ...names: string[]) =>
    world.post(`${path}/preview?content=name${query}`, report(...names), { headers: XML });
  expect((await preview("", "a")).body).toMatchObject({ created: 1, changed: 0, namesakes: 1 });
  expect((await preview("&match=name", "a")).body).toMatchObject({ created: 0, changed: 1, namesakes: 0 });
  expect((await preview("&match=name", "b")).body).toMatchObject({ created: 1, changed: 0, namesakes: 1 });
  const two = `<testsuite><testcase classname="x" name="a"/><testcase classname="y" name="a"/></testsuite>`;
  const both = await world.post(`${path}/preview?content=classname&match=name`, two, { headers: XML });
  expect(both.body).toMatchObject({ created: 2, changed: 0, namesakes: 2 });
  // A name that differs in case is another.
  expect((await preview("&match=name", "A")).body).toMatchObject({ created: 1, changed: 0, namesakes: 0 });
});

test("what a preview says is what the import does", async () => {
  const { path } = await madeOf("a", "b");
  const query = "content=name&match=name";
  const file = report("a", "b", "c");
  const told = await world.post(`${path}/preview?${query}`, file, { headers: XML });
  expect(told.body).toMatchObject({ created: 1, changed: 2, unchanged: 0 });
  await world.post(`${path}?${query}`, file, { headers: XML });
  const { body } = await world.get(path);
  expect(Array.isArray(body) && body.map(({ automation_content: content }) => content)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect((await world.post(`${path}/preview?${query}`, file, { headers: XML })).body).toMatchObject({
    ...{ created: 0, changed: 0, unchanged: 3 },
  });
});

test("a preview is refused as the import is", async () => {
  const { path } = await madeOf();
  refusalIn(await world.post(`${path.replace(/\d+/, "99999999")}/preview`, []), 404);
  refusedField(await world.post(`${path}/preview?match=nothing`, report("a"), { headers: XML }), "match");
  const unknown = [{ test_run_id: 1e12 + 5, test_case_name: "a", automation_content: "a" }];
  expect((await world.post(`${path}/preview`, unknown)).status).toBe(400);
});

test("PUT changes a test run's name or content, and leaves what it does not name", async () => {
  const { path } = await madeOf("a");
  const [{ test_run_id: id }] = await world.get(path).then(({ body }) => (Array.isArray(body) ? body : []));
  expect((await world.put(`${path}/${id}`, { test_case_name: "New" })).body).toMatchObject({
    ...{ test_run_id: id, test_case_name: "New", automation_content: "shop.a" },
  });
  expect((await world.put(`${path}/${id}`, { automation_content: "x" })).body).toMatchObject({
    ...{ test_case_name: "New", automation_content: "x" },
  });
  expect((await world.put(`${path}/${id}`, {})).status).toBe(400);
  refusalIn(await world.put(`${path}/99999`, { test_case_name: "New" }), 404);
  const { projectId: other } = await madeOf();
  refusalIn(
    await world.put(`/api/v3/projects/${other}/automation/test-runs/${id}`, { test_case_name: "x" }),
    404,
  );
});
