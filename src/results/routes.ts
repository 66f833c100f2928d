import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { textStream } from "../http/stream-of.ts";
import { getJob } from "../jobs/jobs.ts";
import { notFound } from "../wire/refusals.ts";
import { comparisonShape, wireComparison } from "./comparison-wire.ts";
import { EXPORT_FORMS, exportResults, isExportForm } from "./export.ts";
import { reportQuery, storeReport } from "./intake.ts";
import {
  compareJobs,
  getTestHistory,
  getTestWithEvidence,
  historyQuery,
  jobResultsQuery,
  listJobResults,
  listTests,
  testsQuery,
} from "./reading.ts";
import { historyShape, resultShape, wireHistory, wireResults } from "./result-wire.ts";
import { getStoredRun } from "./run.ts";
import {
  storedReportShape,
  testReadShape,
  testShape,
  wireStoredReport,
  wireTest,
  wireTestRead,
} from "./wire.ts";

const JOB = "/projects/:project/automation/jobs/:job";
const TESTS = "/projects/:project/automation/tests";
const TEST = `${TESTS}/:test` as const;

const EXPORT_TYPES = Object.values(EXPORT_FORMS).map(({ type }) => type.replace(/;.*/, ""));

const noSuchForm = (form: string) =>
  notFound("export", `${form.slice(0, 80)}; there are ${Object.keys(EXPORT_FORMS).join(", ")}`);

const REPORT_BYTES = 8 * 1024 * 1024;

export const resultRoutes = new Hono<App>()
  .put(
    `${JOB}/attempts/:attempt/reports/:name`,
    endpoint({
      operation: "sendReport",
      summary: "Send a report of a run's tests; it replaces one of the same name",
      ids: ["project", "job", "attempt"],
      query: reportQuery,
      raw: { description: `A report file, at most ${REPORT_BYTES} bytes`, limit: REPORT_BYTES },
      exists: getJob,
      answers: {
        200: { description: "What was read, and what the run now counts", schema: storedReportShape },
      },
    }),
    async (c) => {
      const path = { ...c.req.valid("param"), name: c.req.param("name") };
      return c.json(
        wireStoredReport(
          await storeReport(c.get("call"), path, { ...c.req.valid("query"), bytes: c.get("bytes") }),
        ),
      );
    },
  )
  .get(
    `${JOB}/results`,
    endpoint({
      operation: "listJobResults",
      summary: "List the results of a job's tests",
      ids: ["project", "job"],
      query: jobResultsQuery,
      exists: (call, ids) => getStoredRun(call, ids),
      answers: { 200: { description: "A page of results", schema: () => z.array(resultShape()) } },
    }),
    async (c) => {
      const listed = await listJobResults(c.get("call"), c.req.valid("param"), c.req.valid("query"));
      return answerPage(c, listed.next, wireResults(listed));
    },
  )
  .get(
    `${JOB}/exports/:form`,
    endpoint({
      operation: "exportResults",
      summary: "Export a job's results as junit.xml, ctrf.json or results.csv",
      ids: ["project", "job"],
      exists: (call, ids) => getStoredRun(call, ids),
      answers: { 200: { description: "The file", headers: ["Export-Cut"], text: EXPORT_TYPES } },
    }),
    async (c) => {
      const form = c.req.param("form");
      if (!isExportForm(form)) throw noSuchForm(form);
      const { pieces, isCut } = await exportResults(c.get("call"), c.req.valid("param"), form);
      if (isCut) c.header("Export-Cut", "true");
      return c.body(textStream(pieces), 200, { "Content-Type": EXPORT_FORMS[form].type });
    },
  )
  .get(
    `${JOB}/compare/:other_job`,
    endpoint({
      operation: "compareJobs",
      summary:
        "Compare the tests of two jobs: newly failing, fixed, slower by half; nothing where one has no report",
      ids: ["project", "job", "other_job"],
      exists: getJob,
      answers: { 200: { description: "How the later job differs", schema: comparisonShape } },
    }),
    async (c) => c.json(wireComparison(await compareJobs(c.get("call"), c.req.valid("param")))),
  )
  .get(
    TESTS,
    endpoint({
      operation: "listTests",
      summary: "List a project's tests, by failures, flakiness, slowness or the last run",
      ids: ["project"],
      query: testsQuery,
      answers: { 200: { description: "A page of tests", schema: () => z.array(testShape()) } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      const listed = await listTests(c.get("call"), project, c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireTest));
    },
  )
  .get(
    TEST,
    endpoint({
      operation: "getTest",
      summary: "Read a test with the evidence of its flakiness",
      ids: ["project", "test"],
      answers: { 200: { description: "The test", schema: testReadShape } },
    }),
    async (c) => {
      const { test, verdict } = await getTestWithEvidence(c.get("call"), c.req.valid("param"));
      return c.json(wireTestRead(test, verdict));
    },
  )
  .get(
    `${TEST}/history`,
    endpoint({
      operation: "getTestHistory",
      summary: "List a test's results, the newest first",
      ids: ["project", "test"],
      query: historyQuery,
      answers: { 200: { description: "A page of its results", schema: () => z.array(historyShape()) } },
    }),
    async (c) => {
      const { rows, next } = await getTestHistory(c.get("call"), c.req.valid("param"), c.req.valid("query"));
      return answerPage(c, next, rows.map(wireHistory));
    },
  );
