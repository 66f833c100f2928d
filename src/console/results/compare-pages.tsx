import { Hono } from "hono";
import type { Call } from "../../call.ts";
import type { App } from "../../http/app.ts";
import { countsOf } from "../../jobs/result-counts.ts";
import type { JobView } from "../../jobs/store.ts";
import { compareJobs } from "../../results/reading.ts";
import { DomainError, type FieldError } from "../../wire/refusals.ts";
import { page } from "../page-guards.ts";
import { jobPath } from "../parts/job.tsx";
import { type Status, show } from "../show-page.tsx";
import { type ComparedJobs, CompareJobs } from "./compare.tsx";

const ofComparison = (job: JobView) => ({ id: job.id, hasResults: countsOf(job) !== null });

/** The two jobs in the order of their ids, compared; or why the other one can't be. */
const compare = async (
  call: Call,
  { project, job }: { project: number; job: number },
  other: string,
): Promise<{ compared?: ComparedJobs; wrong: FieldError[]; status: Status }> => {
  const id = /^#?(\d{1,15})$/.exec(other.trim())?.[1];
  if (id === undefined)
    return { wrong: [{ field: "with", message: "must be the number of a job" }], status: 400 };
  const [first = job, second = job] = [job, Number(id)].sort((one, another) => one - another);
  try {
    const { earlier, later, ...comparison } = await compareJobs(call, {
      ...{ project, job: first, other_job: second },
    });
    const compared = { earlier: ofComparison(earlier), later: ofComparison(later), comparison };
    return { compared, wrong: [], status: 200 };
  } catch (error) {
    if (!(error instanceof DomainError && error.code === "not_found")) throw error;
    return { wrong: [{ field: "with", message: `${id} is none of this project` }], status: 404 };
  }
};

export const comparePages = new Hono<App>().get(
  "/projects/:project/jobs/:job/compare",
  page("compareJobs", ["project", "job"]),
  async (c) => {
    const path = c.req.valid("param");
    const other = c.req.query("with") ?? "";
    const { compared, wrong, status } =
      other === "" ? { wrong: [], status: 200 as const } : await compare(c.get("call"), path, other);
    return show(
      c,
      {
        title: `Job ${path.job} compared`,
        here: "/console/jobs",
        above: [{ path: jobPath(path.project, path.job), label: `#${path.job}` }],
        crumb: "Comparison",
        sheet: "run",
        status,
      },
      <CompareJobs {...{ projectId: path.project, job: path.job, other, compared, wrong }} />,
    );
  },
);
