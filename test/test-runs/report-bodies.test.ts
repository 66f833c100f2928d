import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { bringIn, runsIn, saidIn } from "./files.ts";
import mocha from "./reports/mocha.xml?raw";
import vitest from "./reports/vitest.xml?raw";

test("a namespace, a byte order mark and a Content-Type with its charset are taken", async () => {
  const world = new World();
  const projectId = await world.project();
  const spaced =
    '\ufeff<?xml version="1.0" encoding="utf-8"?><j:testsuites xmlns:j="urn:j"><j:testsuite><j:testcase name="x" j:name="not this"/></j:testsuite></j:testsuites>';
  for (const type of [
    "application/xml",
    "text/xml",
    "Text/XML; charset=UTF-8",
    'application/xml;charset="utf-8"',
    "text/xml, text/xml",
  ]) {
    expect(saidIn(await bringIn(world, projectId, { file: spaced, options: { type } })), type).toEqual([
      ["x", "x"],
    ]);
  }
});

test("a key sent again with a report gets the same answer, with other cases it is refused", async () => {
  const world = new World();
  const projectId = await world.project();
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const first = await bringIn(world, projectId, { file: vitest, options: { headers } });
  expect((await bringIn(world, projectId, { file: vitest, options: { headers } })).text).toBe(first.text);
  const query = "?content=name";
  for (const other of [
    bringIn(world, projectId, { file: mocha, options: { headers } }),
    bringIn(world, projectId, { file: vitest, options: { headers, query } }),
  ]) {
    expect(refusalIn(await other, 409).code).toBe("key_reused");
  }
});

test("any other Content-Type is JSON, as ever", async () => {
  const world = new World();
  const projectId = await world.project();
  const runs = JSON.stringify([{ test_case_name: "x", automation_content: "x" }]);
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/xhtml+xml", ""]) {
    expect(runsIn(await bringIn(world, projectId, { file: runs, options: { type } })), type).toHaveLength(1);
    expect(refusalIn(await bringIn(world, projectId, { file: vitest, options: { type } }), 400).code).toBe(
      "malformed_json",
    );
  }
});

test("the document lists the four forms of the body", async () => {
  const { text } = await new World().get("/openapi.json");
  const { post } = JSON.parse(text).paths["/api/v3/projects/{project}/automation/test-runs"];
  expect(Object.keys(post.requestBody.content)).toEqual([
    "application/json",
    "application/xml",
    "application/octet-stream",
    "text/csv",
  ]);
  expect(post.parameters).toContainEqual(
    expect.objectContaining({
      name: "content",
      required: false,
      schema: expect.objectContaining({ type: "string", default: "classname.name" }),
    }),
  );
});
