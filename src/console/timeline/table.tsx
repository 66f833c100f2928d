import { usePageContext } from "../page-context.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { lengthText, Time } from "../parts/time.tsx";
import type { Gap } from "./gaps.ts";
import { LaneName } from "./lane-name.tsx";
import type { DrawnLane } from "./lanes.ts";
import { hrefOf } from "./links.ts";
import type { Mark } from "./marks.ts";
import type { TimeWindow } from "./window.ts";
import { countsOf, tookText } from "./words.ts";

const WIDTH = 4;

/** How long it took, or what is known of it so far. */
const Took = ({ mark: { bars, kind, from, to } }: { mark: Mark }) => {
  const [bar, another] = bars;
  if (!bar || another) return <>{kind === "open" ? "" : `within ${lengthText(to - from)}`}</>;
  const took = tookText(bar);
  if (took !== undefined) return <>{bar.kind === "running" ? `${took} so far` : took}</>;
  const { usualMs } = bar.job;
  return <span class="quiet">{usualMs === null ? "not begun" : `usually ${lengthText(usualMs)}`}</span>;
};

const MarkRow = ({ mark, lane }: { mark: Mark; lane: DrawnLane }) => {
  const pageContext = usePageContext();
  const [first] = mark.bars;
  const isOne = mark.bars.length === 1;
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf(mark, lane, pageContext)}>
          {first && isOne ? (
            <>
              {first.job.scheduleName} <span class="quiet">#{first.job.id}</span>
            </>
          ) : (
            `${mark.bars.length} jobs close to each other`
          )}
        </a>
      </th>
      <td>
        {countsOf(mark.bars).map(([status, count]) => (
          <span class={`mark ${status.toLowerCase()}`}>
            {isOne ? "" : `${count} `}
            {STATUS_WORDS[status]}
          </span>
        ))}
        {first && isOne && first.job.isDoubted && first.kind === "running" ? " in doubt" : ""}
      </td>
      <td>
        <Time at={mark.from} />
      </td>
      <td>
        <Took mark={mark} />
      </td>
    </tr>
  );
};

const GapRow = ({ gap, window }: { gap: Gap; window: TimeWindow }) => (
  <tr>
    <th scope="row">Offline</th>
    <td>nothing was heard from the host</td>
    <td>
      <Time at={gap.from} />
    </td>
    <td>
      {lengthText(gap.to - gap.from)}
      {gap.to >= window.now ? " so far" : ""}
    </td>
  </tr>
);

/** A lane's marks and gaps by time. */
const rowsOf = ({ marks, gaps }: DrawnLane) =>
  [...marks.map((mark) => ({ at: mark.from, mark })), ...gaps.map((gap) => ({ at: gap.from, gap }))].toSorted(
    (a, b) => a.at - b.at,
  );

/** All that the lanes show, lane by lane and by time. */
export const TimelineTable = ({ lanes, window }: { lanes: readonly DrawnLane[]; window: TimeWindow }) => (
  <section class="scroll lanes-scroll" tabindex={0} aria-label="The timeline as a table">
    <table class="lanes-table">
      <caption class="unseen">The jobs of each lane by time, and when its host was offline</caption>
      <thead>
        <tr>
          {["Job", "Outcome", "From", "Took"].map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      {lanes.map((lane) => (
        <tbody>
          <tr>
            <th scope="rowgroup" colspan={WIDTH}>
              <LaneName lane={lane} window={window} />
            </th>
          </tr>
          {rowsOf(lane).map((row) =>
            "mark" in row ? (
              <MarkRow mark={row.mark} lane={lane} />
            ) : (
              <GapRow gap={row.gap} window={window} />
            ),
          )}
        </tbody>
      ))}
    </table>
  </section>
);
