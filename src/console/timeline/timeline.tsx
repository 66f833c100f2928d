import type { Child } from "hono/jsx";
import type { JobStatus } from "../../database/enums.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { TimelineChart } from "./chart.tsx";
import { drawn, type Lane } from "./lanes.ts";
import { addressOf, type Place } from "./place.ts";
import { TimelineTable } from "./table.tsx";
import { SPANS, type Span, startBeside, startWithin, type TimeWindow } from "./window.ts";

const SPAN_WORDS: Readonly<Record<Span, string>> = {
  "1h": "1 h",
  "6h": "6 h",
  "24h": "24 h",
  "7d": "7 days",
};

/** One of several ways to look; the present one is marked. */
const Choice = ({ href, isChosen, children }: { href: string; isChosen: boolean; children: Child }) => (
  <a class="button" href={href} {...(isChosen ? { "aria-current": "true" } : {})}>
    {children}
  </a>
);

const Controls = ({ window, place }: { window: TimeWindow; place: Place }) => (
  <div class="row lanes-controls">
    <nav class="choices" aria-label="Time">
      <a class="button" href={addressOf({ ...place, at: startBeside(window, -1) })}>
        <span aria-hidden="true">←</span>
        <span class="unseen">Earlier</span>
      </a>
      <Choice href={addressOf({ ...place, at: undefined })} isChosen={window.follows}>
        Now
      </Choice>
      <a class="button" href={addressOf({ ...place, at: startBeside(window, 1) })}>
        <span aria-hidden="true">→</span>
        <span class="unseen">Later</span>
      </a>
    </nav>
    <nav class="choices" aria-label="Length">
      {SPANS.map((span) => (
        <Choice
          href={addressOf({ ...place, span, at: startWithin(window, span) })}
          isChosen={span === window.span}
        >
          {SPAN_WORDS[span]}
        </Choice>
      ))}
    </nav>
    <nav class="choices" aria-label="Shown as">
      {(["chart", "table"] as const).map((as) => (
        <Choice href={addressOf({ ...place, as })} isChosen={as === place.as}>
          {as === "chart" ? "Chart" : "Table"}
        </Choice>
      ))}
    </nav>
    <p class="quiet">
      <Time at={window.from} /> to <Time at={window.to} />
    </p>
  </div>
);

const KEY = [
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "RUNNING",
  "PLANNED",
  "NOT_RUN",
] as const satisfies JobStatus[];

const Legend = () => (
  <ul class="legend lanes-key">
    {KEY.map((status) => (
      <li>
        <svg class="key" width="20" height="12" aria-hidden="true" focusable="false">
          <rect
            class={`bar ${status.toLowerCase()}`}
            x="1"
            y={status === "CANCELLED" ? 4 : 1}
            width="18"
            height={status === "CANCELLED" ? 5 : 10}
            rx={status === "FAILED" ? 0 : 3}
          />
        </svg>
        {STATUS_WORDS[status]}
      </li>
    ))}
    <li>
      <svg class="key" width="20" height="12" aria-hidden="true" focusable="false">
        <rect class="gap" width="20" height="12" fill="url(#offline-hatch)" />
      </svg>
      Host offline
    </li>
  </ul>
);

/** What is not drawn one by one, and where it is to be seen. */
const Merged = ({ lanes, window }: { lanes: ReturnType<typeof drawn>; window: TimeWindow }) =>
  lanes.some(({ marks }) => marks.some(({ bars }) => bars.length > 1)) ? (
    <p class="quiet">
      Short jobs close to each other share one link, to the list of them.
      {window.span === SPANS[0] ? "" : " A shorter time tells them apart."}
    </p>
  ) : null;

/** Lanes over time, drawn or as a table, and the ways to look at another time. */
export const Timeline = ({
  lanes,
  window,
  place,
  room,
}: {
  lanes: readonly Lane[];
  window: TimeWindow;
  place: Place;
  /** What the marks may take, in bytes, on a page with more on it. */
  room?: number;
}) => {
  const shown = drawn(lanes, window, { as: place.as, room });
  return (
    <>
      <Controls window={window} place={place} />
      {place.as === "table" ? (
        <TimelineTable lanes={shown} window={window} />
      ) : (
        <>
          <TimelineChart lanes={shown} window={window} place={place} />
          <Legend />
        </>
      )}
      <Merged lanes={shown} window={window} />
    </>
  );
};
