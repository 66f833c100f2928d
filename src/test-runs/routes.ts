import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { materialShape } from "../jobs/materials.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { IMPORT_FORMS, importQuery } from "./import-input.ts";
import { isWhole, summaryHeader } from "./summary.ts";
import {
  createTestRuns,
  deleteTestRun,
  getTestRun,
  listTestRuns,
  testRunsInput,
  testRunUpdate,
  updateTestRun,
} from "./test-runs.ts";

/** The response header with an import's summary, as ASCII JSON. */
const SUMMARY = "Import-Summary";
const headers = [SUMMARY] as const;

export const testRunRoutes = new Hono<App>().post(
  "/projects/:project/automation/test-runs",
  endpoint({
    operation: "createTestRuns",
    summary:
      "Bring test runs in; known ids are updated, missing ones given. Of a file, those known by the same name and content are updated too",
    ids: ["project"],
    query: importQuery,
    body: testRunsInput,
    forms: IMPORT_FORMS,
    answers: {
      201: {
        description: "The test runs, in the order of the body; each test of a report is one",
        headers,
        schema: () => z.array(materialShape),
      },
      200: {
        description: `The same of a report, some of whose cases are one test run, have no name, or that has no test: the header ${SUMMARY} says which`,
        headers,
        schema: () => z.array(materialShape),
      },
    },
  }),
  async (c) => {
    const incoming = c.req.valid("json");
    const runs = await createTestRuns(c.get("call"), c.req.valid("param").project, incoming);
    const { summary } = incoming;
    if (!summary) return c.json(runs, 201);
    c.header(SUMMARY, summaryHeader(summary));
    return c.json(runs, isWhole(summary) ? 201 : 200);
  },
);

const TEST_RUNS = "/projects/:project/automation/test-runs";
const TEST_RUN = `${TEST_RUNS}/:test_run` as const;

export const keptTestRunRoutes = new Hono<App>()
  .get(
    TEST_RUNS,
    endpoint({
      operation: "listTestRuns",
      summary: "List a project's test runs",
      ids: ["project"],
      query: pageQuery,
      answers: { 200: { description: "A page of test runs", schema: () => z.array(materialShape) } },
    }),
    async (c) => {
      const listed = await listTestRuns(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
      return answerPage(
        c,
        listed.next,
        listed.rows.map(({ id: _, ...run }) => run),
      );
    },
  )
  .get(
    TEST_RUN,
    endpoint({
      operation: "getTestRun",
      summary: "Read a test run",
      ids: ["project", "test_run"],
      exists: getTestRun,
      answers: { 200: { description: "The test run", schema: () => materialShape } },
    }),
    async (c) => c.json(await getTestRun(c.get("call"), c.req.valid("param"))),
  )
  .put(
    TEST_RUN,
    endpoint({
      operation: "updateTestRun",
      summary: "Change a test run's name or content; schedules and jobs keep their copies of it",
      ids: ["project", "test_run"],
      body: testRunUpdate,
      exists: getTestRun,
      answers: { 200: { description: "The test run as it now is", schema: () => materialShape } },
    }),
    async (c) => c.json(await updateTestRun(c.get("call"), c.req.valid("param"), c.req.valid("json"))),
  )
  .delete(
    TEST_RUN,
    endpoint({
      operation: "deleteTestRun",
      summary: "Delete a test run; schedules and jobs keep their copies of it",
      ids: ["project", "test_run"],
      exists: getTestRun,
      answers: { 200: { description: "The test run as it was", schema: () => materialShape } },
    }),
    async (c) => c.json(await deleteTestRun(c.get("call"), c.req.valid("param"))),
  );
