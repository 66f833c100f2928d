import { Counts } from "../lists/counts.tsx";
import { countsPath, type ScheduleListFilter, schedulesPath } from "./address.ts";
import type { countSchedules } from "./view.ts";

const STATES = { active: "Active", paused: "Paused" } as const;

/** How many schedules of a list are active and paused; each leads to those. */
export const ScheduleCounts = ({
  counts,
  filter,
}: {
  counts: Awaited<ReturnType<typeof countSchedules>>;
  filter: ScheduleListFilter;
}) => (
  <Counts
    label="By state"
    address={countsPath(filter)}
    counts={(["active", "paused"] as const).map((state) => ({
      label: STATES[state],
      count: counts[state],
      href: schedulesPath({ ...filter, state: filter.state === state ? undefined : state }),
      isShown: filter.state === state,
    }))}
    among={null}
  />
);
