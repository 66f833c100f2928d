import { PRESENCES } from "../../database/enums.ts";
import { Counts } from "../lists/counts.tsx";
import { countsPath, type HostListFilter, hostsPath } from "./list.tsx";
import type { countHosts } from "./view.ts";

/** How many hosts of a list are Online and Offline; each leads to those. */
export const HostCounts = ({
  counts,
  filter,
}: {
  counts: Awaited<ReturnType<typeof countHosts>>;
  filter: HostListFilter;
}) => (
  <Counts
    label="By status"
    address={countsPath(filter)}
    counts={PRESENCES.map((presence) => ({
      label: presence,
      count: counts[presence],
      href: hostsPath({ ...filter, presence: filter.presence === presence ? undefined : presence }),
      isShown: filter.presence === presence,
    }))}
    among={null}
  />
);
