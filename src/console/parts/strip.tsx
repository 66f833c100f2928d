import { DAY_MS } from "../../wire/durations.ts";
import { usePageContext } from "../page-context.ts";
import { instantOf, localInput } from "./local-time.ts";
import { clockText, lengthText } from "./time.tsx";

/** In px, as the style sheet has them too: a list has many strips. */
const WIDTH = 168;
const HEIGHT = 14;
/** The room for the numbers of the days below. */
const SCALE = 10;
/** How many gaps a strip in a list tells of. */
const MAX_TOLD = 3;

/** A span of time; epoch milliseconds. */
interface Span {
  from: number;
  to: number;
}

const tenths = (number: number): number => Math.round(number * 10) / 10;

/** The share of the time since `from` in per cent, never rounded up to the whole. */
export const shareText = (spans: readonly Span[], { from, to }: Span): string => {
  const online = spans.reduce((sum, span) => sum + Math.max(0, span.to - Math.max(span.from, from)), 0);
  const share = to <= from ? 0 : Math.min(1, online / (to - from));
  return `${Math.floor(share * 1000) / 10} %`;
};

/** The times without a span in [from, to), newest first. */
const gapsOf = (spans: readonly Span[], { from, to }: Span): Span[] => {
  const gaps: Span[] = [];
  let at = from;
  for (const span of spans) {
    if (span.from > at) gaps.push({ from: at, to: span.from });
    at = Math.max(at, span.to);
  }
  if (at < to) gaps.push({ from: at, to });
  return gaps.reverse();
};

/** The days of a zone that begin in a time, each with its number in its month. */
const daysIn = ({ from, to }: Span, zone: string): { at: number; day: number }[] => {
  const last = Date.parse(`${localInput(to, zone).slice(0, 10)}T00:00:00Z`);
  const days: { at: number; day: number }[] = [];
  for (let date = last; date > from - 2 * DAY_MS; date -= DAY_MS) {
    const text = new Date(date).toISOString().slice(0, 10);
    const at = instantOf(`${text}T00:00`, zone) ?? date;
    if (at >= from && at <= to) days.push({ at, day: Number(text.slice(8)) });
  }
  return days.reverse();
};

/**
 * A host's Online spans as a strip that ends now, with the share of the time in per cent; a line stands where each of the
 * reader's days begins. Hovering tells the last times without; with `scale` each of them, and the days are numbered.
 * `since`: when the host was registered.
 */
export const Strip = ({
  spans,
  from,
  since,
  scale = false,
}: {
  spans: readonly Span[];
  from: number;
  since: number;
  scale?: boolean;
}) => {
  const { now, zone } = usePageContext();
  const known = { from: Math.min(now, Math.max(from, since)), to: now };
  const place = (at: number) => tenths(((at - from) / (now - from)) * WIDTH);
  const told = (span: Span) =>
    `${clockText(span.from, zone, { now })} to ${span.to >= now ? "now" : clockText(span.to, zone, { now })}`;
  const drawn = spans
    .map((span) => {
      const [left, right] = [place(span.from), place(span.to)];
      return `M${left} ${HEIGHT / 2}h${Math.max(1, tenths(right - left))}`;
    })
    .join("");
  const gaps = gapsOf(spans, known);
  const days = daysIn({ from, to: now }, zone);
  const height = HEIGHT + (scale ? SCALE : 0);
  const share = shareText(spans, known);
  const offline = gaps.slice(0, MAX_TOLD).map(told).join(", ");
  return (
    <span class="strip">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} class={scale ? "scaled" : undefined} role="img">
        <title>
          {`Online ${share} of the time since ${clockText(known.from, zone, { now })}${offline === "" ? "" : `; offline ${offline}`}`}
        </title>
        <path class="on" d={drawn} />
        <path class="off" d={days.map(({ at }) => `M${Math.round(place(at))} 0V${HEIGHT}`).join("")} />
        {scale &&
          days.map(({ at, day }) => (
            <text x={place(at) + 2} y={height - 1} font-size={SCALE} fill="currentColor">
              {day}
            </text>
          ))}
        {scale &&
          gaps.map((gap) => (
            <rect
              class="gap"
              x={place(gap.from)}
              y="0"
              width={Math.max(1, tenths(place(gap.to) - place(gap.from)))}
              height={HEIGHT}
            >
              <title>{`Offline ${told(gap)}, ${lengthText(gap.to - gap.from)}`}</title>
            </rect>
          ))}
      </svg>
      <span class="share">{share}</span>
    </span>
  );
};
