import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { resultCounts } from "../jobs/result-counts.ts";
import { described } from "../wire/described.ts";
import { shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { autoTestLog, batchInput, batchQuery } from "./input.ts";
import { getBatch, type StoredBatch, storeAutoTestLog, storeBatch } from "./vendor-results.ts";

const logShape = shape(() =>
  described(
    z.object({
      id: z.int(),
      name: z.string(),
      status: described(z.object({ id: z.int(), name: z.string() }), {
        name: "VendorStatus",
        fields: { id: "The vendor's id of the status.", name: "The vendor's name of it." },
      }),
      exe_start_date: z.string(),
      exe_end_date: z.string(),
      test_run_id: z.int(),
      automation_content: z.string().nullable(),
      job_id: z.int(),
    }),
    {
      fields: {
        id: "The id of the result.",
        name: "The name of the test.",
        status: "How it went.",
        exe_start_date: "When the test began: a UTC time.",
        exe_end_date: "When it ended: a UTC time.",
        test_run_id: "The id of the test run.",
        automation_content: "What was run; null: it was not said.",
        job_id: "The id of the job that the result belongs to.",
      },
      example: {
        id: 12,
        name: "groovy.GebLogin",
        status: { id: 601, name: "Passed" },
        exe_start_date: "2015-04-08T03:01:48+00:00",
        exe_end_date: "2015-04-08T03:01:52+00:00",
        test_run_id: 6691,
        automation_content: "groovy.GebLogin",
        job_id: 647,
      },
    },
  ),
);

const batchShape = shape(() =>
  described(
    z.object({
      id: z.int(),
      state: z.enum(["IN_WAITING", "IN_PROCESSING", "PENDING", "SUCCESS", "FAILED"]),
      type: z.literal("AUTOMATION_TEST_LOG"),
      content: z.string(),
      contentType: z.string(),
    }),
    {
      name: "ResultBatch",
      fields: {
        id: "The id by which the state of these results is asked for.",
        state: "What became of them. They are stored before the answer, so it is SUCCESS.",
        type: "Always this, as clients of the vendor expect.",
        content:
          "The job that they belong to and its counts, in JSON; in the answer to sending them also the other one where a running job waited for some of them and the others are in a new job.",
        contentType: "The form of the content.",
      },
      example: {
        id: 647,
        state: "SUCCESS",
        type: "AUTOMATION_TEST_LOG",
        content: '{"job_id":647,"results":{"passed":2,"failed":0}}',
        contentType: "application/json",
      },
    },
  ),
);

const jobContent = ({ id, counts }: { id: number; counts: StoredBatch["counts"] }) => ({
  job_id: id,
  results: resultCounts.parse(counts),
});

const wireBatch = ({ other, ...batch }: StoredBatch): z.output<ReturnType<typeof batchShape>> => ({
  id: batch.id,
  state: "SUCCESS",
  type: "AUTOMATION_TEST_LOG",
  content: JSON.stringify({ ...jobContent(batch), ...(other ? { other: jobContent(other) } : {}) }),
  contentType: "application/json",
});

export const vendorResultRoutes = new Hono<App>()
  .post(
    "/projects/:project/test-runs/:test_run/auto-test-logs",
    endpoint({
      operation: "sendAutoTestLog",
      summary: "Send the result of a test run in the vendor's form",
      ignoresUnknown: true,
      ids: ["project", "test_run"],
      body: autoTestLog,
      answers: { 201: { description: "The log as it was taken", schema: logShape } },
    }),
    async (c) => {
      const stored = await storeAutoTestLog(c.get("call"), c.req.valid("param"), c.req.valid("json"));
      const { log } = stored;
      const answer: z.output<ReturnType<typeof logShape>> = {
        id: stored.id,
        name: log.name,
        status: { id: log.status.id, name: log.status.name },
        exe_start_date: formatWireTime(log.exe_start_date),
        exe_end_date: formatWireTime(log.exe_end_date),
        test_run_id: stored.testRunId,
        automation_content: log.automation_content ?? null,
        job_id: stored.jobId,
      };
      return c.json(answer, 201);
    },
  )
  .post(
    "/projects/:project/auto-test-logs",
    endpoint({
      operation: "sendAutoTestLogs",
      summary: "Send the results of several tests in the vendor's form",
      ignoresUnknown: true,
      ids: ["project"],
      query: batchQuery,
      body: batchInput,
      answers: { 201: { description: "What became of them", schema: batchShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      return c.json(wireBatch(await storeBatch(c.get("call"), project, c.req.valid("json"))), 201);
    },
  )
  .get(
    "/projects/queue-processing/:batch",
    endpoint({
      operation: "getAutoTestLogs",
      summary: "Read the state of results that were sent together, in the vendor's form",
      ignoresUnknown: true,
      ids: ["batch"],
      answers: { 200: { description: "What became of them", schema: batchShape } },
    }),
    async (c) => c.json(wireBatch(await getBatch(c.get("call"), c.req.valid("param").batch))),
  );
