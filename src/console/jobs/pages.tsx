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
import { JobLog } from "../results/log-view.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { JobDetails } from "./details.tsx";
import { JobList } from "./list.tsx";
import { jobsAddress, listJobs, readJob } from "./view.ts";

const JOB = "/projects/:project/jobs/:job" as const;
const IDS = ["project", "job"] as const;

/** The id that a search names: 17 or #17. */
const jobIdIn = (search: string): number | undefined => {
  const [, id] = /^#?([1-9]\d{0,14})$/.exec(search) ?? [];
  return id === undefined ? undefined : Number(id);
};

export const jobPages = new Hono<App>()
  .get("/jobs", page("listJobs"), async (c) => {
    const { call, pageContext } = c.var;
    const filter = readAs(jobsAddress, c.req.query());
    const from = instantOf(filter.from, pageContext.zone);
    const to = instantOf(filter.to, pageContext.zone);
    const order = filter.status === "PLANNED" && from === undefined ? "next" : filter.order;
    // By default newest-first ends now and next-first begins now: jobs planned ahead would otherwise fill the list.
    const isOfNow = filter.status === "RUNNING" || filter.status === "NOT_RUN" || filter.status === "FAILED";
    const id = jobIdIn(filter.q);
    const bounds =
      id !== undefined
        ? { from, to }
        : order === "newest"
          ? { from, to: to ?? (isOfNow ? undefined : call.now + 1) }
          : { from: from ?? (filter.status ? undefined : call.now), to };
    const list = await listJobs(call, {
      ...bounds,
      order,
      id,
      search: id === undefined ? filter.q : "",
      projectId: filter.project,
      hostId: filter.host,
      agentId: filter.agent,
      scheduleId: filter.schedule,
      status: filter.status,
      changedAfter: filter.within === undefined ? undefined : call.now - filter.within * HOUR_MS,
      after:
        filter.at !== undefined && filter.after !== undefined
          ? { at: filter.at, id: filter.after }
          : undefined,
    });
    const wrong =
      from !== undefined && to !== undefined && to <= from
        ? "To must be after From: nothing lies between them."
        : undefined;
    return show(
      c,
      { title: "Jobs", here: "/console/jobs", sheet: "lists" },
      <JobList list={list} filter={{ ...filter, order }} wrong={wrong} />,
    );
  })
  .get(JOB, page("getJob", IDS), async (c) => {
    const { project, job: id } = c.req.valid("param");
    const job = await readJob(c.get("call"), project, id);
    return show(
      c,
      { title: `${job.job.scheduleName} #${id}`, here: "/console/jobs", sheet: "run" },
      <>
        <JobDetails page={job} />
        <JobLog job={job.job} />
      </>,
    );
  })
  .post(`${JOB}/cancel`, action("reportJob", IDS), async (c) => {
    const path = c.req.valid("param");
    const { status } = await reportJob(c.get("call"), path, readAs(reportInput, { status: "CANCELLED" }));
    return redirectTo(
      c,
      jobPath(path.project, path.job),
      status === "CANCELLED" ? "job-cancelled" : "cancel-asked",
    );
  })
  .post(`${JOB}/rerun`, action("rerunJob", IDS), async (c) => {
    const made = await rerunJob(c.get("call"), c.req.valid("param"));
    return redirectTo(c, jobPath(made.projectId, made.id), "job-made");
  });
