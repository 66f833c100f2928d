import type { JobStatus } from "../../database/enums.ts";
import { usePageContext } from "../page-context.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { clockText } from "../parts/time.tsx";
import { type DayOutcomes, passRate } from "./days.ts";
import { rateText } from "./tiles.tsx";

const STACKED = ["COMPLETED", "CANCELLED", "FAILED"] as const satisfies readonly JobStatus[];
type Stacked = (typeof STACKED)[number];
const WIDTH = 720;
const HEIGHT = 190;
const HEAD = 16;
const FOOT = 24;
const LEFT = 48;
const GAP = 12;
/** The lines of the axis above zero: at most so many. */
const MAX_LINES = 4;

const countOf = ({ jobs }: DayOutcomes, status: JobStatus): number => jobs[status] ?? 0;
const totalOf = (day: DayOutcomes): number => STACKED.reduce((sum, status) => sum + countOf(day, status), 0);

/** The values of the axis: round numbers from zero to the most or above. */
export const axisOf = (most: number): number[] => {
  const rough = Math.max(1, most / MAX_LINES);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  const lines = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: lines + 1 }, (_, place) => place * step);
};

/** The address of the jobs that ended on a day. */
type JobsOf = (day: DayOutcomes) => string;

const wordsOf = (day: DayOutcomes, label: string): string =>
  `${label}: ${STACKED.filter((status) => countOf(day, status) > 0)
    .map((status) => `${countOf(day, status)} ${STATUS_WORDS[status].toLowerCase()}`)
    .join(", ")}`;

interface Drawn {
  days: readonly DayOutcomes[];
  labelOf: (day: DayOutcomes) => string;
  jobsOf: JobsOf;
}

const rounded = (length: number): number => Math.round(length * 10) / 10;

/** For those who see and point; the table has the same for everybody. Each status is one path over all days, and each day one link over its bar. */
const Picture = ({ days, labelOf, jobsOf }: Drawn) => {
  const axis = axisOf(Math.max(...days.map(totalOf)));
  const most = axis.at(-1) ?? 1;
  const base = HEIGHT - FOOT;
  const step = (WIDTH - LEFT) / days.length;
  const width = rounded(step - GAP);
  const heightOf = (count: number) => rounded((count * (base - HEAD)) / most);
  const leftOf = (place: number) => rounded(LEFT + place * step + GAP / 2);
  const middleOf = (place: number) => rounded(LEFT + (place + 0.5) * step);
  const below = (day: DayOutcomes, status: Stacked): number =>
    STACKED.slice(0, STACKED.indexOf(status)).reduce((sum, each) => sum + countOf(day, each), 0);
  const pathOf = (status: Stacked): string =>
    days
      .map((day, place) => {
        const count = countOf(day, status);
        if (count === 0) return "";
        const bottom = rounded(base - heightOf(below(day, status)));
        return `M${leftOf(place)} ${bottom}h${width}v-${Math.max(1, heightOf(count))}h-${width}z`;
      })
      .join("");
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <g class="values" text-anchor="end">
        {axis.map((value) => (
          <>
            <path class="axis" d={`M${LEFT} ${base - heightOf(value)}H${WIDTH}`} />
            <text class="tick" x={LEFT - 8} y={rounded(base - heightOf(value) + 4)}>
              {value}
            </text>
          </>
        ))}
      </g>
      {STACKED.map((status) => (
        <path class={`bar ${status.toLowerCase()}`} d={pathOf(status)} />
      ))}
      <g text-anchor="middle">
        {days.map((day, place) => {
          const total = totalOf(day);
          const top = rounded(base - heightOf(total));
          return (
            <a class="day" href={jobsOf(day)} tabindex={-1}>
              <title>{wordsOf(day, labelOf(day))}</title>
              <rect x={leftOf(place)} y={HEAD} width={width} height={base - HEAD} />
              {total > 0 && (
                <text class="tick total" x={middleOf(place)} y={top - 4}>
                  {total}
                </text>
              )}
              <text class="tick" x={middleOf(place)} y={HEIGHT - 6}>
                {labelOf(day)}
              </text>
            </a>
          );
        })}
      </g>
    </svg>
  );
};

const Numbers = ({ days, labelOf, jobsOf }: Drawn) => (
  <details class="numbers">
    <summary>The numbers</summary>
    <section class="scroll" tabindex={0} aria-label="Outcomes of each day">
      <table>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {STACKED.map((status) => (
              <th scope="col">{STATUS_WORDS[status]}</th>
            ))}
            <th scope="col">Pass rate</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => {
            const rate = passRate([day]);
            return (
              <tr>
                <th scope="row">
                  <a href={jobsOf(day)}>{labelOf(day)}</a>
                </th>
                {STACKED.map((status) => (
                  <td>{countOf(day, status)}</td>
                ))}
                <td>{rate === null ? "" : rateText(rate)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  </details>
);

/** The outcomes of each of the reader's days as stacked bars with an axis, and as a table; both lead to the jobs. `project`: only those of one. */
export const OutcomeChart = ({
  days,
  project,
}: {
  days: readonly DayOutcomes[];
  project?: number | undefined;
}) => {
  const { zone, now } = usePageContext();
  const labelOf = ({ from }: DayOutcomes): string =>
    clockText(from, zone, { now }).split(" ").slice(0, 2).join(" ");
  const jobsOf: JobsOf = ({ date }) =>
    `/console/jobs?${project === undefined ? "" : `project=${project}&`}ended=${date}`;
  const drawn: Drawn = { days, labelOf, jobsOf };
  return (
    <figure class="chart">
      <Picture {...drawn} />
      <ul class="legend">
        {STACKED.map((status) => (
          <li>
            <svg class="key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
              <rect class={`bar ${status.toLowerCase()}`} width="12" height="12" rx="2" />
            </svg>
            {STATUS_WORDS[status]} {days.reduce((sum, day) => sum + countOf(day, status), 0)}
          </li>
        ))}
      </ul>
      <Numbers {...drawn} />
    </figure>
  );
};
