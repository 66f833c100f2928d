import { barsIn, gapsIn } from "./lane-jobs.ts";
import { ALONE, type LaneRow } from "./lane-store.ts";
import type { Lane } from "./lanes.ts";
import type { Place } from "./place.ts";
import { Timeline } from "./timeline.tsx";
import type { Span, TimeWindow, WindowAddress } from "./window.ts";

/** What the marks may take of a page of something else, in bytes. */
const ROOM = 9000;
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

/** A timeline of a host's agents. Agents without a job in the window make room first. */
export const lanesOfHost = (
  row: LaneRow,
  agents: readonly { id: number; name: string }[],
  window: TimeWindow,
): { lanes: Lane[]; leftOut: number } => {
  const { bars, ...ends } = barsIn(row.jobs, window, ALONE);
  const gaps = gapsIn(row, window);
  const byAgent = Map.groupBy(bars, ({ job }) => job.agentId);
  const known = new Map(agents.map(({ id, name }) => [id, name]));
  const removed = [...byAgent.keys()].filter((id) => !known.has(id));
  const all = [...known.keys(), ...removed];
  const shown = all.length > MAX_LANES ? all.filter((id) => byAgent.has(id)).slice(0, MAX_LANES) : all;
  return {
    lanes: shown.map((id) => ({
      ...ends,
      gaps,
      key: `a${id}`,
      name: known.get(id) ?? `Removed agent #${id}`,
      href: undefined,
      bars: byAgent.get(id) ?? [],
      jobs: { agent: id },
    })),
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

/** A timeline on the page of what it is about. */
export const EmbeddedTimeline = ({
  lanes,
  window,
  place,
  leftOut = 0,
}: {
  lanes: readonly Lane[];
  window: TimeWindow;
  place: Place;
  leftOut?: number;
}) => (
  <section class="card">
    <h2>Timeline</h2>
    <Timeline lanes={lanes} window={window} place={place} room={ROOM} />
    {leftOut === 0 ? null : (
      <p class="quiet">
        {leftOut} more {leftOut === 1 ? "agent has" : "agents have"} no lane here.{" "}
        <a href="/console/timeline?by=agent">The timeline of all agents</a>
      </p>
    )}
  </section>
);
