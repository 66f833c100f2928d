import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../env.ts";
import { getHost } from "../hosts/hosts.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/pages.ts";
import { formatWireTime } from "../http/times.ts";
import { getProject } from "../projects/projects.ts";
import {
  getJob,
  getJobWithHistory,
  jobsQuery,
  listJobs,
  pollInput,
  pollJobs,
  reportInput,
  reportJob,
} from "./jobs.ts";
import { jobShape, jobWithHistoryShape, wireJobView, wireJobWithHistory } from "./wire.ts";

const JOB = "/projects/:project/automation/jobs/:job";

export const jobRoutes = new Hono<App>()
  .get(
    "/automation/hosts/:host/jobs",
    endpoint({
      operation: "pollJobs",
      summary: "Retrieve the open jobs of a host's active agents; the due ones are leased to the caller",
      ids: ["host"],
      query: pollInput,
      exists: (call, { host }) => getHost(call, host),
      answers: { 200: { description: "The jobs, by start date and id", schema: z.array(jobShape) } },
    }),
    async (c) => {
      const polled = await pollJobs(c.var.call, c.req.valid("param").host, c.req.valid("query"));
      if (polled.leaseExpiresAt !== null) c.header("Lease-Expires", formatWireTime(polled.leaseExpiresAt));
      if (polled.held > 0) c.header("Jobs-Held", String(polled.held));
      if (polled.left > 0) c.header("Jobs-Left", String(polled.left));
      return c.json(polled.jobs);
    },
  )
  .put(
    `${JOB}/status`,
    endpoint({
      operation: "reportJob",
      summary: "Report a job's status, or cancel it",
      ids: ["project", "job"],
      body: reportInput,
      exists: getJob,
      answers: { 200: { description: "The job as it now is", schema: jobShape } },
    }),
    async (c) =>
      c.json(wireJobView(c.var.call, await reportJob(c.var.call, c.req.valid("param"), c.req.valid("json")))),
  )
  .get(
    "/projects/:project/automation/jobs",
    endpoint({
      operation: "listJobs",
      summary: "List a project's jobs",
      ids: ["project"],
      query: jobsQuery,
      exists: (call, { project }) => getProject(call, project),
      answers: { 200: { description: "A page of jobs", schema: z.array(jobShape) } },
    }),
    async (c) => {
      const { jobs, next } = await listJobs(c.var.call, c.req.valid("param").project, c.req.valid("query"));
      return answerPage(c, next, jobs);
    },
  )
  .get(
    JOB,
    endpoint({
      operation: "getJob",
      summary: "Read a job with its history",
      ids: ["project", "job"],
      answers: { 200: { description: "The job", schema: jobWithHistoryShape } },
    }),
    async (c) =>
      c.json(wireJobWithHistory(c.var.call, await getJobWithHistory(c.var.call, c.req.valid("param")))),
  );
