import { beforeAll, expect, test } from "vitest";
import { World } from "../world.ts";
import { Visitor } from "./visitor.ts";

const world = new World();
let visitor: Visitor;
let project: number;

beforeAll(async () => {
  project = await world.project();
  visitor = await Visitor.in(world);
});

const linkOn = async (path: string): Promise<string | undefined> => {
  const { status, text } = await visitor.get(path);
  expect(status, path).toBe(200);
  return /href="([^"]*)">\s*Documentation/.exec(text)?.[1];
};

test.each([
  ["/console", "/docs#the-console"],
  ["/console/find?q=host", "/docs#the-console"],
  ["/console/projects", "/docs/start#a-project"],
  ["/console/agents", "/docs/hosts"],
  ["/console/timeline", "/docs/hosts#presence"],
  ["/console/hosts", "/docs/hosts"],
  ["/console/jobs?order=desc", "/docs/wire#a-jobs-life"],
  ["/console/schedules", "/docs/schedules"],
  ["/console/calendar", "/docs/schedules"],
  ["/console/tokens", "/docs/tokens#scopes"],
  ["/console/tokens/new", "/docs/tokens#scopes"],
  ["/console/audit", "/docs/tokens#audit"],
  ["/console/start", "/docs/start"],
  ["/console/pipelines", "/docs/pipelines"],
])("the page %s leads to its place in the documentation", async (path, docs) => {
  expect(await linkOn(path)).toBe(docs);
});

test.each([
  ["", "/docs/start#a-project"],
  ["/test-runs", "/docs/results#bring-test-runs-in"],
  ["/blackouts", "/docs/schedules#blackouts"],
  ["/webhooks", "/docs/webhooks"],
])("the page %s of a project leads to its place in the documentation", async (path, docs) => {
  expect(await linkOn(`/console/projects/${project}${path}`)).toBe(docs);
});

test("the tests of a project lead to what the documentation says of flaky ones, whatever is searched for", async () => {
  const path = `/console/projects/${project}/tests?q=%2Fhosts`;
  expect(await linkOn(path)).toBe("/docs/results#flaky-tests");
});
