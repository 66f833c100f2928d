import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import type { Lane } from "./lanes.ts";
import type { Place } from "./place.ts";
import { Timeline } from "./timeline.tsx";
import type { TimeWindow } from "./window.ts";

/** What the marks may take of a page of something else, in bytes. */
const ROOM = 9000;

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
        {mayDo(usePageContext().actor, "listJobs") && (
          <a href="/console/timeline?by=agent">The timeline of all agents</a>
        )}
      </p>
    )}
  </section>
);
