import { usePageContext } from "../page-context.ts";
import { clockText } from "../parts/time.tsx";
import { Axis, Lines } from "./axis.tsx";
import type { Gap } from "./gaps.ts";
import { LaneName } from "./lane-name.tsx";
import type { DrawnLane } from "./lanes.ts";
import { hrefOf } from "./links.ts";
import type { Bar, Mark } from "./marks.ts";
import type { Place } from "./place.ts";
import { BOX, segmentsOf } from "./segments.ts";
import { percentOf, type TimeWindow } from "./window.ts";
import { markText } from "./words.ts";

/** The height of a track, and the place in it of each look: what failed is the tallest, what never ran the lowest. */
const TRACK = 18;
const PAD = 3;
const SHAPES = {
  FAILED: { top: 1, height: 16, round: 0 },
  COMPLETED: { top: 3, height: 12, round: 3 },
  RUNNING: { top: 3, height: 12, round: 3 },
  PLANNED: { top: 3.5, height: 11, round: 3 },
  NOT_RUN: { top: 3.5, height: 11, round: 3 },
  CANCELLED: { top: 6, height: 6, round: 1 },
} as const;
/** In per cent of the width: the least of a bar, and of one with its name in it. */
const LEAST = 0.25;
const LEAST_NAMED = 5;
const MANY_HEIGHT = 14;

const two = (share: number): number => Math.round(share * 100) / 100;
const percent = (share: number): string => `${two(share)}%`;

/** Where a stretch of time is drawn. */
const placeOf = (window: TimeWindow, { from, to }: { from: number; to: number }) => {
  const x = percentOf(window, from);
  return { x: percent(x), width: Math.max(LEAST, two(percentOf(window, to) - x)) };
};

/** The part of a mark within the window, and its bars cut to it. */
const clipped = (mark: Mark, { from, to }: TimeWindow): Mark => {
  const cut = (at: number) => Math.min(to, Math.max(from, at));
  const bars = mark.bars.map((bar) => ({ ...bar, from: cut(bar.from), to: cut(bar.to) }));
  return { ...mark, bars, from: cut(mark.from), to: cut(mark.to) };
};

/** The rest of the usual length of what runs. */
const Expected = ({ mark, window, top }: { mark: Mark; window: TimeWindow; top: number }) => {
  const usual = Math.max(...mark.bars.map(({ from, job }) => from + (job.usualMs ?? 0)));
  if (mark.kind !== "running" || usual <= window.now || window.now >= window.to) return null;
  const { x, width } = placeOf(window, { from: window.now, to: usual });
  return <rect class="bar planned" x={x} y={top + 3.5} width={percent(width)} height="11" />;
};

/** From its time to its beginning, where that can be seen. */
const Waited = ({ mark, window, top }: { mark: Mark; window: TimeWindow; top: number }) => {
  const [bar, another] = mark.bars;
  if (!bar || another || bar.job.startedAt === null || bar.kind === "open") return null;
  const { x, width } = placeOf(window, { from: bar.job.scheduledAt, to: bar.from });
  return width <= 2 * LEAST ? null : (
    <rect class="wait" x={x} y={top + 8} width={percent(width)} height="2" />
  );
};

/** Several jobs in one link: each is drawn, those that ran at once above each other. */
const Many = ({ mark, x, width, top }: { mark: Mark; x: string; width: number; top: number }) => {
  const least = Math.ceil((LEAST / width) * BOX);
  const { segments, thickness } = segmentsOf(mark, { height: MANY_HEIGHT, least });
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: its link has a title, and it lies within a hidden one.
    <svg
      x={x}
      y={top + 2}
      width={percent(width)}
      height={MANY_HEIGHT}
      viewBox={`0 0 ${BOX} ${MANY_HEIGHT}`}
      preserveAspectRatio="none"
    >
      <rect class="many" width={BOX} height={MANY_HEIGHT} />
      {segments.map(({ status, path }) => (
        <path class={status.toLowerCase()} stroke-width={two(Math.max(3, thickness - 1))} d={path} />
      ))}
    </svg>
  );
};

/** One job: a bar with its name, if there is room. */
const One = ({ bar: { job }, x, width, top }: { bar: Bar; x: string; width: number; top: number }) => {
  const look = job.status.toLowerCase();
  const shape = SHAPES[job.status];
  return (
    <>
      <rect
        class={`bar ${look}`}
        x={x}
        y={top + shape.top}
        width={percent(width)}
        height={shape.height}
        rx={shape.round}
      />
      {width < LEAST_NAMED ? null : (
        // biome-ignore lint/a11y/noSvgWithoutTitle: it only cuts the name, and lies within a hidden one.
        <svg x={x} y={top} width={percent(width)} height={TRACK}>
          <text class={look} x="6" y="12.5">
            {job.scheduleName}
          </text>
        </svg>
      )}
    </>
  );
};

const MarkLink = ({ mark, lane, window }: { mark: Mark; lane: DrawnLane; window: TimeWindow }) => {
  const pageContext = usePageContext();
  const top = PAD + mark.track * TRACK;
  const { x, width } = placeOf(window, mark);
  const [first] = mark.bars;
  return (
    <a id={mark.key} href={hrefOf(mark, lane, pageContext)} tabindex={-1}>
      <title>{markText(mark, pageContext)}</title>
      <Waited mark={mark} window={window} top={top} />
      {first && mark.bars.length === 1 ? (
        <One bar={first} x={x} width={width} top={top} />
      ) : (
        <Many mark={clipped(mark, window)} x={x} width={width} top={top} />
      )}
      <Expected mark={mark} window={window} top={top} />
    </a>
  );
};

const GapShade = ({ gap, window }: { gap: Gap; window: TimeWindow }) => {
  const { zone, now } = usePageContext();
  const { x, width } = placeOf(window, gap);
  const [from, to] = [gap.from, gap.to].map((at) => clockText(at, zone, { now }));
  return (
    <rect class="gap" x={x} width={percent(width)} height="100%" fill="url(#offline-hatch)">
      <title>{`Offline: nothing was heard from ${from} to ${gap.to >= now ? "now" : to}`}</title>
    </rect>
  );
};

/** Where jobs are left out of a lane: before the first that was read, and after the last. */
const Left = ({ lane, window }: { lane: DrawnLane; window: TimeWindow }) => (
  <>
    {[
      { from: window.from, to: lane.earlier ?? window.from },
      { from: lane.later ?? window.to, to: window.to },
    ]
      .filter(({ from, to }) => to > from)
      .map(({ from, to }) => (
        <line
          class="left"
          x1={percent(percentOf(window, from))}
          x2={percent(percentOf(window, to))}
          y1={PAD + TRACK / 2}
          y2={PAD + TRACK / 2}
        >
          <title>More jobs than are drawn: open the list</title>
        </line>
      ))}
  </>
);

const LaneRow = ({ lane, window }: { lane: DrawnLane; window: TimeWindow }) => {
  const tracks = Math.max(1, ...lane.marks.map(({ track }) => track + 1));
  return (
    <li class="lane">
      <LaneName lane={lane} window={window} />
      <svg height={tracks * TRACK + 2 * PAD} aria-hidden="true" focusable="false">
        {lane.gaps.map((gap) => (
          <GapShade gap={gap} window={window} />
        ))}
        <Left lane={lane} window={window} />
        {lane.marks.map((mark) => (
          <MarkLink mark={mark} lane={lane} window={window} />
        ))}
      </svg>
    </li>
  );
};

/** Lanes of bars over an axis of time. It is for the eye and the mouse; the table says the same to everyone else. */
export const TimelineChart = ({
  lanes,
  window,
  place,
}: {
  lanes: readonly DrawnLane[];
  window: TimeWindow;
  place: Place;
}) => (
  <div class="lanes">
    <Axis window={window} place={place} />
    <Lines window={window} />
    <ul>
      {lanes.map((lane) => (
        <LaneRow lane={lane} window={window} />
      ))}
    </ul>
  </div>
);
