import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";
import { MAX_COUNTED } from "./store.ts";
import type { Overview } from "./view.ts";

const countText = (count: number): string => (count > MAX_COUNTED ? `${MAX_COUNTED}+` : String(count));

const Tile = ({
  href,
  label,
  icon,
  kind,
  children,
}: {
  href: string;
  label: string;
  icon: string;
  kind: string;
  children: Child;
}) => (
  <a class={`tile ${kind}`} href={href}>
    <span class="tile-label">
      <Icon name={icon} />
      {label}
    </span>
    <span class="tile-value">{children}</span>
  </a>
);

const SPARK_WIDTH = 84;
const SPARK_HEIGHT = 26;
const PAD = 2;

/** A rate as a whole per cent: 100 % only if nothing failed. */
export const rateText = (rate: number): string =>
  `${rate === 1 ? 100 : Math.min(99, Math.round(rate * 100))} %`;

/** The pass rate of each day as a line; a day without one has a gap. The chart's table has the numbers. */
const Sparkline = ({ rates }: { rates: readonly (number | null)[] }) => {
  const least = Math.min(0.9, ...rates.filter((rate) => rate !== null));
  const x = (place: number) =>
    Math.round((PAD + (place * (SPARK_WIDTH - 2 * PAD)) / Math.max(1, rates.length - 1)) * 10) / 10;
  const y = (rate: number) =>
    Math.round((PAD + ((1 - rate) / (1 - least)) * (SPARK_HEIGHT - 2 * PAD)) * 10) / 10;
  const line = rates
    .map((rate, place) => {
      if (rate === null) return "";
      const isFirst = (rates[place - 1] ?? null) === null;
      // A single day is a dot.
      return `${isFirst ? "M" : "L"}${x(place)} ${y(rate)}${isFirst ? "h0" : ""}`;
    })
    .join("");
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
      width={SPARK_WIDTH}
      height={SPARK_HEIGHT}
      aria-hidden="true"
      focusable="false"
    >
      <path d={line} />
    </svg>
  );
};

const JOB_TILES = [
  { count: "running", icon: "running", label: "Running", query: "status=RUNNING" },
  { count: "due", icon: "planned", label: "Due in 1 h", query: "status=PLANNED&due=1" },
  { count: "notRun", icon: "not_run", label: "Overdue", query: "status=NOT_RUN" },
  { count: "failed", icon: "failed", label: "Failed in 24 h", query: "status=FAILED&within=24" },
] as const;

/** The numbers that one looks at first. Each leads to what it counts. */
export const Tiles = ({ tiles, passRate, dailyRates }: Overview) => (
  <div class="tiles">
    <Tile href="#outcomes" label="Pass rate" icon="completed" kind="">
      <span class="rated">
        <span>
          {passRate === null ? "–" : rateText(passRate)} <small>14 days</small>
        </span>
        {passRate !== null && <Sparkline rates={dailyRates} />}
      </span>
    </Tile>
    {JOB_TILES.map(({ count, icon, label, query }) => (
      <Tile href={`/console/jobs?${query}`} label={label} icon={icon} kind={tiles[count] > 0 ? icon : ""}>
        {countText(tiles[count])}
      </Tile>
    ))}
    <Tile href="/console/hosts" label="Hosts online" icon="online" kind={tiles.online > 0 ? "online" : ""}>
      {countText(tiles.online)}{" "}
      <small>
        of {countText(tiles.hosts)}
        {tiles.heard > 0 && `, ${countText(tiles.heard)} heard from since`}
      </small>
    </Tile>
  </div>
);
