import { agentPath } from "../agents/view.ts";
import { barsIn, gapsIn } from "./lane-jobs.ts";
import { ALONE, type LaneRow } from "./lane-store.ts";
import type { Lane } from "./lanes.ts";
import type { Place } from "./place.ts";
import type { Span, TimeWindow, WindowAddress } from "./window.ts";

/** The most agents that have a lane on the page of their host. */
const MAX_LANES = 8;

/** How the page of something shows its timeline. */
export const placeOn = (
  path: string,
  usualSpan: Span,
  { span = usualSpan, at, as }: WindowAddress,
): Place => ({
  path,
  usualSpan,
  query: {},
  span,
  at,
  as,
});

/** A timeline of a host's agents, each with the way to its page but for the one whose page it is on. Agents without a job in the window make room first. */
export const lanesOfHost = (
  row: LaneRow,
  agents: readonly { id: number; projectId: number; name: string }[],
  { window, here }: { window: TimeWindow; here?: number },
): { lanes: Lane[]; leftOut: number } => {
  const { bars, ...ends } = barsIn(row.jobs, window, ALONE);
  const gaps = gapsIn(row, window);
  const byAgent = Map.groupBy(bars, ({ job }) => job.agentId);
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  const removed = [...byAgent.keys()].filter((id) => !known.has(id));
  const all = [...known.keys(), ...removed];
  const shown = all.length > MAX_LANES ? all.filter((id) => byAgent.has(id)).slice(0, MAX_LANES) : all;
  return {
    lanes: shown.map((id) => {
      const agent = known.get(id);
      return {
        ...ends,
        gaps,
        key: `a${id}`,
        name: agent?.name ?? `Removed agent #${id}`,
        href:
          agent === undefined || id === here
            ? undefined
            : agentPath({ project: agent.projectId, host: row.hostId, agent: id }),
        bars: byAgent.get(id) ?? [],
        jobs: { agent: id },
      };
    }),
    leftOut: all.length - shown.length,
  };
};

/** The lane of a schedule, with the gaps of the host that it is for. */
export const laneOfSchedule = (
  row: LaneRow,
  { id, name }: { id: number; name: string },
  window: TimeWindow,
): Lane => ({
  ...barsIn(row.jobs, window, ALONE),
  gaps: gapsIn(row, window),
  key: `s${id}`,
  name,
  href: undefined,
  beside: { name: row.hostName, href: `/console/hosts/${row.hostId}` },
  jobs: { schedule: id },
});
