import { Counts } from "../lists/counts.tsx";
import { STATUS_WORDS } from "../parts/status.tsx";
import { countsPath, jobsPath } from "./filters.tsx";
import type { JobCounted, JobsAddress } from "./view.ts";

/** How many jobs of a list have each status; each leads to those. */
export const JobCounts = ({ counts, filter }: { counts: JobCounted; filter: JobsAddress }) => {
  const rest = { ...filter, order: undefined, sort: undefined, at: undefined, after: undefined };
  return (
    <Counts
      label="By status"
      address={countsPath(filter)}
      counts={counts.byStatus.map(({ status, jobs }) => ({
        label: STATUS_WORDS[status],
        count: jobs,
        href: jobsPath({ ...rest, status: filter.status === status ? undefined : status }),
        isShown: filter.status === status,
      }))}
      among={counts.isCut && <span class="quiet">among the first 1,000</span>}
    />
  );
};
