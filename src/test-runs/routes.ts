import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../env.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage, pageQuery } from "../http/pages.ts";
import { getProject } from "../projects/projects.ts";
import { materialShape } from "../schedules/materials.ts";
import { CONTENTS } from "./content.ts";
import {
  createTestRuns,
  deleteTestRun,
  getTestRun,
  listTestRuns,
  testRunsInput,
  testRunsOfReport,
  testRunsOfTable,
} from "./test-runs.ts";

const FILE_BYTES = 8 * 1024 * 1024;

const contentQuery = z.object({
  content: z
    .enum(CONTENTS, { error: `must be one of ${CONTENTS.join(", ")}` })
    .default(CONTENTS[0])
    .meta({ description: "What of a report's case becomes the automation_content; only for XML" }),
});

export const testRunRoutes = new Hono<App>().post(
  "/projects/:project/automation/test-runs",
  endpoint({
    operation: "createTestRuns",
    summary:
      "Bring test runs in; known ids are updated, missing ones given. Of a file, those known by the same name and content are updated too",
    ids: ["project"],
    query: contentQuery,
    body: testRunsInput,
    forms: [
      {
        types: ["application/xml", "text/xml"],
        description: `A JUnit XML report in UTF-8, at most ${FILE_BYTES} bytes: a test run for each case, those of the same name and classname being one`,
        limit: FILE_BYTES,
        read: (text, { content }) => testRunsOfReport(text, content),
      },
      {
        types: ["text/csv"],
        description: `A table in UTF-8, at most ${FILE_BYTES} bytes, whose first line names the columns as the JSON's fields`,
        limit: FILE_BYTES,
        read: testRunsOfTable,
      },
    ],
    exists: (call, { project }) => getProject(call, project),
    answers: {
      201: { description: "The test runs, in the order they came", schema: () => z.array(materialShape) },
    },
  }),
  async (c) =>
    c.json(await createTestRuns(c.get("call"), c.req.valid("param").project, c.req.valid("json")), 201),
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
      exists: (call, { project }) => getProject(call, project),
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
  .delete(
    TEST_RUN,
    endpoint({
      operation: "deleteTestRun",
      summary: "Delete a test run; schedules and jobs keep it as it was when they were made",
      ids: ["project", "test_run"],
      exists: getTestRun,
      answers: { 200: { description: "The test run as it was", schema: () => materialShape } },
    }),
    async (c) => c.json(await deleteTestRun(c.get("call"), c.req.valid("param"))),
  );
