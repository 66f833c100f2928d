import * as z from "zod";
import { allowsHost, listedProject } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { JOB_STATUSES } from "../../database/enums.ts";
import { statusFromText } from "../../jobs/status.ts";
import { notFound } from "../../wire/refusals.ts";
import { readJobFiles } from "../files/view.ts";
import { readJobResults } from "../results/view.ts";
import { MAX_LOOKED_THROUGH, readJobCounts } from "./count-store.ts";
import { readJobPage } from "./page-store.ts";
import { type JobFilter, readJobList } from "./store.ts";

/** A page of the jobs that the caller may see. A caller limited to projects sees one project at a time. */
export const listJobs = ({ db, actor }: Call, filter: JobFilter) => {
  const projectId = listedProject(actor, filter.projectId);
  return readJobList(db, actor, { ...filter, projectId });
};
export type JobListing = Awaited<ReturnType<typeof listJobs>>;

/**
 * How many jobs of each status there are among the first of the list `until`, and how many are planned in the list
 * `coming`. `isCut`: there are more than were looked through.
 */
export const countJobs = async (
  { db, actor }: Call,
  { until, coming }: { until: JobFilter; coming: JobFilter },
) => {
  const ofActor = (filter: JobFilter) => ({
    ...filter,
    projectId: listedProject(actor, filter.projectId),
  });
  const { first, planned } = await readJobCounts(db, { until: ofActor(until), coming: ofActor(coming) });
  const byStatus = JOB_STATUSES.map((status) => ({
    status,
    jobs: Math.max(first?.[status] ?? 0, status === "PLANNED" ? (planned?.PLANNED ?? 0) : 0),
  }));
  const total = JOB_STATUSES.reduce((sum, status) => sum + (first?.[status] ?? 0), 0);
  return { byStatus, isCut: total >= MAX_LOOKED_THROUGH };
};
export type JobCounted = Awaited<ReturnType<typeof countJobs>>;

/** The query parameters of a job's page; invalid ones are ignored. */
export const jobAddress = z.object({
  /** Shows the tests that did not fail behind this result. */
  tests: z.coerce.number().int().min(0).optional().catch(undefined),
});

interface JobPlace {
  project: number;
  job: number;
  /** The page of its tests that did not fail begins behind this result. */
  tests: number | undefined;
}

/** A job with its history, test runs and results. Throws `not_found`. */
export const readJob = async (call: Call, { project, job: id, tests }: JobPlace) => {
  const { db, actor, now } = call;
  const { job, ...rest } = await readJobPage(db, { projectId: project, jobId: id, now });
  if (!job || !allowsHost(actor, job.hostId)) throw notFound("job", id);
  const [results, files] = await Promise.all([readJobResults(call, job, tests), readJobFiles(call, job)]);
  return { job, ...rest, results, files };
};
export type JobPage = Awaited<ReturnType<typeof readJob>>;

const id = z.coerce.number().int().min(1).optional().catch(undefined);

/** The query parameters of the job list; invalid ones are ignored. Times are local, parsed with `instantOf`. */
export const jobsAddress = z.object({
  project: id,
  host: id,
  agent: id,
  schedule: id,
  status: z.string().transform(statusFromText).pipe(z.enum(JOB_STATUSES)).optional().catch(undefined),
  /** Part of the schedule's name, or the job's id. */
  q: z.string().trim().max(255).default("").catch(""),
  from: z.string().default(""),
  to: z.string().default(""),
  /** Changed to its status within this many hours. */
  within: id,
  /** Due within this many hours from now. */
  due: id,
  /** 1: waits, though its time has come. */
  waiting: z.literal("1").optional().catch(undefined),
  /** Ended on this local day, `2026-03-29`. */
  ended: z.iso.date().optional().catch(undefined),
  order: z.enum(["newest", "next", "oldest"]).default("newest").catch("newest"),
  /** By when they were made, instead of when they are due. */
  sort: z.enum(["time", "id"]).default("time").catch("time"),
  at: z.coerce.number().optional().catch(undefined),
  after: id,
});
export type JobsAddress = z.output<typeof jobsAddress>;
