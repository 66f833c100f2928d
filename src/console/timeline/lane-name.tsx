import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import type { DrawnLane } from "./lanes.ts";
import { jobsOfLane } from "./links.ts";
import type { TimeWindow } from "./window.ts";
import { NONE, summaryOf } from "./words.ts";

/** Whose a lane is, and what its jobs came to: the way to the list of them, and to those that are left out. */
export const LaneName = ({ lane, window }: { lane: DrawnLane; window: TimeWindow }) => {
  const { name, href, beside, bars, earlier, later } = lane;
  const { actor, zone } = usePageContext();
  const summary = summaryOf(bars, earlier !== undefined || later !== undefined);
  return (
    <div class="lane-name">
      <span class="cut" title={name}>
        {href === undefined ? name : <a href={href}>{name}</a>}
      </span>
      <span class="about quiet">
        {beside === undefined ? null : (
          <a class="cut" href={beside.href} title={beside.name}>
            {beside.name}
          </a>
        )}
        {summary === NONE || !mayDo(actor, "listJobs") ? (
          <span>{summary}</span>
        ) : (
          <a href={jobsOfLane(lane, window, zone)}>
            {summary}
            <span class="unseen"> of {name}</span>
          </a>
        )}
      </span>
    </div>
  );
};
