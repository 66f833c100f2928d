import { Hono } from "hono";
import { mayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { rerunInput, rerunJob } from "../../jobs/jobs.ts";
import { reportJob } from "../../jobs/report.ts";
import { reportInput } from "../../jobs/report-input.ts";
import { readAs, textIn } from "../form-input.ts";
import { CountsPlace } from "../lists/counts.tsx";
import { resolveNames } from "../lists/named-filter.ts";
import { action, page } from "../page-guards.ts";
import { jobPath } from "../parts/job.tsx";
import { schedulePath } from "../schedules/list.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { filterOf } from "./address.ts";
import { JobCounts } from "./counts.tsx";
import { JobDetails } from "./details.tsx";
import { countsPath } from "./filters.tsx";
import { JobList } from "./list.tsx";
import { countJobs, jobAddress, jobsAddress, listJobs, readJob } from "./view.ts";

const JOB = "/projects/:project/jobs/:job" as const;
/** The filters of the list that may be names. */
const NAMES = { host: "host", agent: "agent", schedule: "schedule" } as const;
const IDS = ["project", "job"] as const;

export const jobPages = new Hono<App>()
  .get("/jobs", page("listJobs"), async (c) => {
    const { call, pageContext } = c.var;
    const address = readAs(jobsAddress, c.req.query());
    const { address: short, unresolved } = await resolveNames(call, { url: c.req.url, kinds: NAMES });
    if (short !== undefined) return c.redirect(short);
    const { filter, order, wrong } = filterOf(address, { zone: pageContext.zone, now: call.now });
    const list = await listJobs(call, filter);
    return show(
      c,
      {
        title: "Jobs",
        here: "/console/jobs",
        sheet: "lists",
        heading: (
          <>
            <h1>Jobs</h1>
            <CountsPlace address={countsPath(address)} />
          </>
        ),
      },
      <JobList list={list} filter={{ ...address, order }} wrong={wrong} unresolved={unresolved} />,
    );
  })
  .get("/jobs/counts", page("listJobs"), async (c) => {
    const { call, pageContext } = c.var;
    const address = readAs(jobsAddress, c.req.query());
    const place = { zone: pageContext.zone, now: call.now };
    const { filter: until } = filterOf({ ...address, status: undefined }, place);
    const { filter } = filterOf({ ...address, status: "PLANNED" }, place);
    const coming = { ...filter, from: filter.from ?? call.now };
    const counts = await countJobs(call, { until, coming });
    return show(
      c,
      { title: "Jobs by status", here: "/console/jobs", sheet: "lists" },
      <JobCounts counts={counts} filter={address} />,
    );
  })
  .get(JOB, page("getJob", IDS), async (c) => {
    const { project, job: id } = c.req.valid("param");
    const { tests } = readAs(jobAddress, c.req.query());
    const job = await readJob(c.get("call"), { project, job: id, tests });
    return show(
      c,
      {
        title: `${job.job.scheduleName} #${id}`,
        here: "/console/jobs",
        above: mayDo(c.get("call").actor, "getSchedule")
          ? [{ path: schedulePath(project, job.job.scheduleId), label: job.job.scheduleName }]
          : [],
        crumb: `#${id}`,
        sheet: "run",
      },
      <JobDetails page={job} />,
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
    const { call, formInput } = c.var;
    const only = textIn(formInput.get("only"));
    const made = await rerunJob(call, c.req.valid("param"), readAs(rerunInput, { only }));
    return redirectTo(c, jobPath(made.projectId, made.id), "job-made");
  });
