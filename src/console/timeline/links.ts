import { mayDo } from "../../access/permissions.ts";
import { MINUTE_MS } from "../../wire/durations.ts";
import { jobsPath } from "../jobs/filters.tsx";
import type { PageContext } from "../page-context.ts";
import { jobPath } from "../parts/job.tsx";
import { localInput } from "../parts/local-time.ts";
import type { Lane } from "./lanes.ts";
import type { Mark } from "./marks.ts";
import type { TimeWindow } from "./window.ts";

/** The list of a lane's jobs that are due in a stretch of time, in the reader's zone. */
export const jobsOfLane = (
  { jobs }: Pick<Lane, "jobs">,
  { from, to }: Pick<TimeWindow, "from" | "to">,
  zone: string,
): string => jobsPath({ ...jobs, from: localInput(from, zone), to: localInput(to + MINUTE_MS - 1, zone) });

/** Where a mark leads: to its job, or to the list of its jobs for those who may see that. */
export const hrefOf = (
  { bars }: Mark,
  lane: Pick<Lane, "jobs">,
  { zone, actor }: Pick<PageContext, "zone" | "actor">,
): string | undefined => {
  const [first] = bars;
  if (first && bars.length === 1) return jobPath(first.job.projectId, first.job.id);
  if (!mayDo(actor, "listJobs")) return undefined;
  const times = bars.map(({ job }) => job.scheduledAt);
  return jobsOfLane(lane, { from: Math.min(...times), to: Math.max(...times) + 1 }, zone);
};
