import { localTime } from "../../schedules/time-zone.ts";
import { usePageContext } from "../page-context.ts";
import { addressOf, type Place } from "./place.ts";
import { ticksOf } from "./ticks.ts";
import { percentOf, shorterSpan, type TimeWindow } from "./window.ts";

const isWithin = ({ from, to }: TimeWindow, at: number): boolean => at >= from && at < to;

/** In per cent: labels further right than the first would be cut, and those nearer to each other than the second. */
const LAST_LABEL = 93;
const ENDS = 6;

/** The present as a label that stays within the width. */
const NowLabel = ({ window }: { window: TimeWindow }) => {
  const { zone } = usePageContext();
  if (!isWithin(window, window.now)) return null;
  const x = percentOf(window, window.now);
  const anchor = x < ENDS ? "start" : x > 100 - ENDS ? "end" : "middle";
  return (
    <text class="now" x={`${x}%`} y="11" text-anchor={anchor}>
      {`now ${localTime(window.now, zone).slice(11, 16)}`}
    </text>
  );
};

/** The times of the lanes; each leads to the shorter span that begins there. */
export const Axis = ({ window, place }: { window: TimeWindow; place: Place }) => {
  const { zone } = usePageContext();
  const shorter = shorterSpan(window.span);
  return (
    <svg class="axis" height="30" aria-hidden="true" focusable="false">
      <defs>
        <pattern
          id="offline-hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
      {ticksOf(window, zone).map(({ at, label }, nth) => {
        const x = percentOf(window, at);
        if (x > LAST_LABEL) return null;
        const text = (
          <text
            class={label.includes(":") ? (nth % 2 === 1 ? "odd" : undefined) : "day"}
            x={`${x}%`}
            dx="4"
            y="26"
          >
            {label}
          </text>
        );
        return shorter === undefined ? (
          text
        ) : (
          <a href={addressOf({ ...place, span: shorter, at })} tabindex={-1}>
            {text}
          </a>
        );
      })}
      <NowLabel window={window} />
    </svg>
  );
};

/** The lines of the axis through all lanes, and the present. */
export const Lines = ({ window }: { window: TimeWindow }) => {
  const { zone } = usePageContext();
  return (
    <svg class="lines" aria-hidden="true" focusable="false">
      {ticksOf(window, zone).map(({ at }) => {
        const x = `${percentOf(window, at)}%`;
        return <line x1={x} x2={x} y1="0" y2="100%" />;
      })}
      {isWithin(window, window.now) && (
        <line
          class="now"
          x1={`${percentOf(window, window.now)}%`}
          x2={`${percentOf(window, window.now)}%`}
          y1="0"
          y2="100%"
        />
      )}
    </svg>
  );
};
