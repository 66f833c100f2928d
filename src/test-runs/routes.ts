import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { materialShape } from "../jobs/materials.ts";
import { CONTENTS, isTemplate, TEMPLATE_FIELDS, templateFault } from "../reports/content.ts";
import { described } from "../wire/described.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { testRunsOfTable } from "./files.ts";
import { testRunsOfReport } from "./report.ts";
import { isWhole, summaryHeader } from "./summary.ts";
import { createTestRuns, deleteTestRun, getTestRun, listTestRuns, testRunsInput } from "./test-runs.ts";

/** The response header with an import's summary, as ASCII JSON. */
const SUMMARY = "Import-Summary";
const headers = [SUMMARY] as const;

const FILE_BYTES = 8 * 1024 * 1024;

const TEMPLATE_CHARACTERS = 200;
const TEMPLATE_FORM = `a template of ${TEMPLATE_FIELDS.map((field) => `{${field}}`).join(" ")}`;
const CONTENT_FORM = `must be one of ${CONTENTS.join(", ")}, or ${TEMPLATE_FORM}`;

/** What is wrong with a `content`; undefined if it is valid. */
const contentFault = (content: string): string | undefined => {
  if (!isTemplate(content)) return CONTENTS.includes(content) ? undefined : CONTENT_FORM;
  if (content.length > TEMPLATE_CHARACTERS) return `must have at most ${TEMPLATE_CHARACTERS} characters`;
  return templateFault(content);
};

const importQuery = described(
  z.object({
    content: z
      .string()
      .default("classname.name")
      .superRefine((content, context) => {
        const message = contentFault(content);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }),
    allow_empty: z
      .enum(["true", "false"], { error: "must be true or false" })
      .default("false")
      .transform((flag) => flag === "true"),
  }),
  {
    fields: {
      content: `What of a report's case becomes the automation_content, only for reports: ${CONTENTS.slice(0, 4).join(", ")}; what the tool itself takes back, by the tool's name or "tool" for the one that the report shows; or ${TEMPLATE_FORM}.`,
      allow_empty: "Whether a report without tests is a 200 with an empty list; only for reports.",
    },
  },
);

export const testRunRoutes = new Hono<App>().post(
  "/projects/:project/automation/test-runs",
  endpoint({
    operation: "createTestRuns",
    summary:
      "Bring test runs in; known ids are updated, missing ones given. Of a file, those known by the same name and content are updated too",
    ids: ["project"],
    query: importQuery,
    body: testRunsInput,
    forms: [
      {
        types: ["application/xml", "text/xml"],
        description: `A test report in XML (JUnit, TestNG, TRX or NUnit 3) in UTF-8 or UTF-16, at most ${FILE_BYTES} bytes: a test run for each test, those of the same name and content being one`,
        limit: FILE_BYTES,
        read: testRunsOfReport,
      },
      {
        types: ["application/octet-stream", "application/x-ndjson"],
        description: `The same of a report in any known format, at most ${FILE_BYTES} bytes: CTRF, Cucumber's JSON or messages, TAP, the JSON of Jest, Vitest, Mocha, RSpec or go test, or XML`,
        limit: FILE_BYTES,
        read: testRunsOfReport,
      },
      {
        types: ["text/csv"],
        description: `A table in UTF-8, UTF-16 or windows-1252, at most ${FILE_BYTES} bytes, whose first line names the columns as the JSON's fields`,
        limit: FILE_BYTES,
        read: testRunsOfTable,
      },
    ],
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
