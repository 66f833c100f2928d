import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { rerunJob } from "../../jobs/jobs.ts";
import { reportJob } from "../../jobs/report.ts";
import { reportInput } from "../../jobs/report-input.ts";
import { HOUR_MS } from "../../wire/durations.ts";
import { readAs } from "../form-input.ts";
import { action, page } from "../page-guards.ts";
import { jobPath } from "../parts/job.tsx";
import { instantOf } from "../parts/local-time.ts";
import { goOn, show } from "../show-page.tsx";
import { JobDetails } from "./details.tsx";
import { JobList } from "./list.tsx";
import { jobsAddress, listJobs, readJob } from "./view.ts";

const JOB = "/projects/:project/jobs/:job" as const;
const IDS = ["project", "job"] as const;

export const jobPages = new Hono<App>()
  .get("/jobs", page("listJobs"), async (c) => {
    const { call, pageContext } = c.var;
    const asked = readAs(jobsAddress, c.req.query());
    const from = instantOf(asked.from, pageContext.zone);
    const to = instantOf(asked.to, pageContext.zone);
    const order = asked.status === "PLANNED" && from === undefined ? "next" : asked.order;
    // What was planned ahead would hide what is: unless it is asked for, the list ends now, or begins now.
    const isOfNow = asked.status === "RUNNING" || asked.status === "NOT_RUN" || asked.status === "FAILED";
    const bounds =
      order === "newest"
        ? { from, to: to ?? (isOfNow ? undefined : call.now + 1) }
        : { from: from ?? (asked.status ? undefined : call.now), to };
    const list = await listJobs(call, {
      ...bounds,
      order,
      projectId: asked.project,
      hostId: asked.host,
      agentId: asked.agent,
      scheduleId: asked.schedule,
      status: asked.status,
      changedAfter: asked.within === undefined ? undefined : call.now - asked.within * HOUR_MS,
      after:
        asked.at !== undefined && asked.after !== undefined ? { at: asked.at, id: asked.after } : undefined,
    });
    const wrong =
      from !== undefined && to !== undefined && to <= from
        ? "To must be after From: nothing lies between them."
        : undefined;
    return show(
      c,
      { title: "Jobs", here: "/console/jobs" },
      <JobList list={list} asked={{ ...asked, order }} wrong={wrong} />,
    );
  })
  .get(JOB, page("getJob", IDS), async (c) => {
    const { project, job: id } = c.req.valid("param");
    const job = await readJob(c.get("call"), project, id);
    return show(
      c,
      { title: `${job.job.scheduleName} #${id}`, here: "/console/jobs" },
      <JobDetails page={job} />,
    );
  })
  .post(`${JOB}/cancel`, action("reportJob", IDS), async (c) => {
    const path = c.req.valid("param");
    const { status } = await reportJob(c.get("call"), path, readAs(reportInput, { status: "CANCELLED" }));
    return goOn(
      c,
      jobPath(path.project, path.job),
      status === "CANCELLED" ? "job-cancelled" : "cancel-asked",
    );
  })
  .post(`${JOB}/rerun`, action("rerunJob", IDS), async (c) => {
    const made = await rerunJob(c.get("call"), c.req.valid("param"));
    return goOn(c, jobPath(made.projectId, made.id), "job-made");
  });
