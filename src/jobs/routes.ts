import { Hono } from "hono";
import * as z from "zod";
import { renewAfterSeconds } from "../host-object/lease-rules.ts";
import type { App } from "../http/app.ts";
import { TRACE_HEADERS } from "../http/declared-headers.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { actorNow } from "../http/make-call.ts";
import { dateText, setCancelRequested } from "../http/response-headers.ts";
import { watchJob } from "../live-updates/client.ts";
import { described } from "../wire/described.ts";
import { shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { getJob, jobsQuery, listJobs, rerunInput, rerunJob } from "./jobs.ts";
import { leasedShape, wireLease } from "./lease-wire.ts";
import { giveBackLease, renewLease } from "./leases.ts";
import { pollJobs } from "./poll.ts";
import { leaseInput, pollInput } from "./poll-input.ts";
import { jobReadShape, jobTimesShape, wireJobRead, wireJobReads } from "./read-wire.ts";
import { reportJob } from "./report.ts";
import { reportInput } from "./report-input.ts";
import { leaseJobs } from "./run-leases.ts";
import { jobQuery, waitForJob } from "./wait-for-job.ts";
import { jobShape, wireJobView } from "./wire.ts";

const JOBS = "/projects/:project/automation/jobs";
const JOB = `${JOBS}/:job` as const;
const LEASES = "/automation/hosts/:host/leases";
const LEASE = `${LEASES}/:lease` as const;

export const renewedShape = shape(() =>
  described(
    z.object({
      expires_at: z.string(),
      renew_after_seconds: z.int(),
      cancel_requested: z.boolean(),
    }),
    {
      fields: {
        expires_at: "When the lease ends if it is not renewed again: a UTC time.",
        renew_after_seconds: "In how many seconds to renew it again.",
        cancel_requested: "Whether to cancel the run and report it CANCELLED.",
      },
      example: {
        expires_at: "2015-04-08T03:03:48+00:00",
        renew_after_seconds: 40,
        cancel_requested: false,
      },
    },
  ),
);
const givenBackShape = shape(() =>
  described(z.object({ lease_id: z.string(), attempt: z.int(), job_id: z.int() }), {
    fields: {
      lease_id: "The id of the lease, which has ended.",
      attempt: "The number of the attempt that was leased.",
      job_id: "The id of the job, which is handed out again.",
    },
    example: { lease_id: "0a3cbb36-1e0f-4c0c-9d39-1e8c0ea6d1a6", attempt: 1, job_id: 647 },
  }),
);

export const jobRoutes = new Hono<App>()
  .get(
    "/automation/hosts/:host/jobs",
    endpoint({
      operation: "pollJobs",
      summary: "Retrieve the open jobs of a host's active agents; the due ones are leased to the caller",
      ignoresUnknown: true,
      ids: ["host"],
      query: pollInput,
      callerHeaders: "process",
      headers: ["Lease-Owner", "Jobs-Running"],
      answers: {
        200: {
          description: "The jobs, by start date and id",
          headers: ["Lease-Expires", "Jobs-Held", "Jobs-Left", "Jobs-Outside", "Cancel-Requested"],
          schema: () => z.array(jobShape()),
        },
      },
    }),
    async (c) => {
      const polled = await pollJobs(c.get("call"), c.req.valid("param").host, c.req.valid("query"));
      if (polled.leaseExpiresAt !== null) c.header("Lease-Expires", formatWireTime(polled.leaseExpiresAt));
      if (polled.held > 0) c.header("Jobs-Held", String(polled.held));
      if (polled.left > 0) c.header("Jobs-Left", String(polled.left));
      if (polled.outside > 0) c.header("Jobs-Outside", String(polled.outside));
      setCancelRequested(c, polled.cancelRequested);
      return c.json(polled.jobs);
    },
  )
  .post(
    LEASES,
    endpoint({
      operation: "leaseJobs",
      summary: "Lease due jobs to one process of a host, which accepts each by reporting it RUNNING",
      ids: ["host"],
      body: leaseInput,
      answers: {
        201: { description: "The leases", headers: ["Cancel-Requested"], schema: leasedShape },
        200: { description: "Nothing is due", headers: ["Cancel-Requested"], schema: leasedShape },
      },
    }),
    async (c) => {
      const { host } = c.req.valid("param");
      const { leases, cancelRequested } = await leaseJobs(c.get("call"), host, c.req.valid("json"));
      setCancelRequested(c, cancelRequested);
      return c.json(leases.map(wireLease), leases.length > 0 ? 201 : 200);
    },
  )
  .put(
    LEASE,
    endpoint({
      operation: "renewLease",
      summary: "Renew the lease of a running job",
      ids: ["host"],
      answers: { 200: { description: "Until when, and whether to cancel the run", schema: renewedShape } },
    }),
    async (c) => {
      const lease = c.req.param("lease");
      const renewed = await renewLease(c.get("call"), { host: c.req.valid("param").host, lease });
      return c.json({
        expires_at: formatWireTime(renewed.expiresAt),
        renew_after_seconds: renewAfterSeconds(renewed.leaseMs),
        cancel_requested: renewed.cancelRequested,
      });
    },
  )
  .delete(
    LEASE,
    endpoint({
      operation: "giveBackLease",
      summary: "Give a leased job back before its run begins",
      ids: ["host"],
      answers: { 200: { description: "The job, no longer leased", schema: givenBackShape } },
    }),
    async (c) => {
      const lease = c.req.param("lease");
      const { job, attempt } = await giveBackLease(c.get("call"), { host: c.req.valid("param").host, lease });
      return c.json({ lease_id: lease, attempt, job_id: job });
    },
  )
  .put(
    `${JOB}/status`,
    endpoint({
      operation: "reportJob",
      summary: "Report a job's status, or cancel it",
      ignoresUnknown: true,
      ids: ["project", "job"],
      body: reportInput,
      headers: ["Lease-Owner"],
      exists: getJob,
      answers: { 200: { description: "The job as it now is", schema: jobShape } },
    }),
    async (c) =>
      c.json(
        wireJobView(c.get("call"), await reportJob(c.get("call"), c.req.valid("param"), c.req.valid("json"))),
      ),
  )
  .post(
    `${JOB}/rerun`,
    endpoint({
      operation: "rerunJob",
      summary: "Run an ended job again now, as a new job: all its tests, or only those that failed",
      ids: ["project", "job"],
      body: rerunInput,
      exists: getJob,
      headers: TRACE_HEADERS,
      answers: { 201: { description: "The new job", schema: jobTimesShape } },
    }),
    async (c) => {
      const job = await rerunJob(c.get("call"), c.req.valid("param"), c.req.valid("json"));
      return c.json(wireJobRead(c.get("call"), job, []), 201);
    },
  )
  .get(
    JOBS,
    endpoint({
      operation: "listJobs",
      summary: "List a project's jobs",
      ids: ["project"],
      query: jobsQuery,
      answers: { 200: { description: "A page of jobs", schema: () => z.array(jobReadShape()) } },
    }),
    async (c) => {
      const listed = await listJobs(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
      return answerPage(c, listed.next, wireJobReads(c.get("call"), listed.jobs, listed.history));
    },
  )
  .get(
    JOB,
    endpoint({
      operation: "getJob",
      summary: "Read a job with its history; with wait once it has ended",
      ids: ["project", "job"],
      query: jobQuery,
      exists: getJob,
      answers: { 200: { description: "The job", schema: jobTimesShape } },
    }),
    async (c) => {
      const call = c.get("call");
      const { project, job: id } = c.req.valid("param");
      const waiting = {
        watch: () => watchJob(c.env, { projectId: project, jobId: id, tokenId: call.actor.tokenId }),
        actorNow: () => actorNow(c),
        gone: c.req.raw.signal,
      };
      const query = { ...c.req.valid("query"), waiting };
      const { job, history } = await waitForJob(call, c.req.valid("param"), query);
      if (query.wait !== undefined) c.header("Date", dateText(call.clock()));
      return c.json(wireJobRead(c.get("call"), job, history));
    },
  );
