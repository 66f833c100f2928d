import type { JobStatus } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { jobsPath } from "../jobs/filters.tsx";
import { usePageContext } from "../page-context.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { clockText } from "../parts/time.tsx";
import { type DayOutcomes, passRate } from "./days.ts";
import { rateText } from "./tiles.tsx";

const STACKED = ["COMPLETED", "CANCELLED", "FAILED"] as const satisfies readonly JobStatus[];
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

/** The jobs that were due on a day in the list of jobs; of one outcome if it is given. */
type JobsOf = (day: DayOutcomes, status?: JobStatus) => string;

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

interface Drawn {
  days: readonly DayOutcomes[];
  labelOf: (day: DayOutcomes) => string;
  jobsOf: JobsOf;
}

/** For those who see and point; the table has the same for everybody. */
const Picture = ({ days, labelOf, jobsOf }: Drawn) => {
  const axis = axisOf(Math.max(...days.map(totalOf)));
  const most = axis.at(-1) ?? 1;
  const base = HEIGHT - FOOT;
  const step = (WIDTH - LEFT) / days.length;
  const heightOf = (count: number) => Math.round(((count * (base - HEAD)) / most) * 10) / 10;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {axis.map((value) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH} y1={base - heightOf(value)} y2={base - heightOf(value)} />
          <text class="tick" x={LEFT - 8} y={base - heightOf(value) + 4} text-anchor="end">
            {value}
          </text>
        </>
      ))}
      {days.map((day, place) => {
        let top = base;
        const total = totalOf(day);
        const x = Math.round(LEFT + place * step + GAP / 2);
        const middle = Math.round(LEFT + place * step + step / 2);
        return (
          <g>
            {STACKED.map((status) => {
              const count = countOf(day, status);
              if (count === 0) return null;
              const height = Math.max(1, heightOf(count));
              top -= height;
              return (
                <a href={jobsOf(day, status)} tabindex={-1}>
                  <rect
                    class={`bar ${status.toLowerCase()}`}
                    x={x}
                    y={Math.round(top * 10) / 10}
                    width={Math.round(step - GAP)}
                    height={height}
                  >
                    <title>{`${labelOf(day)}: ${count} ${STATUS_WORDS[status].toLowerCase()}`}</title>
                  </rect>
                </a>
              );
            })}
            {total > 0 && (
              <text class="tick total" x={middle} y={Math.round(top - 4)} text-anchor="middle">
                {total}
              </text>
            )}
            <text class="tick" x={middle} y={HEIGHT - 6} text-anchor="middle">
              {labelOf(day)}
            </text>
          </g>
        );
      })}
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
                  <td>
                    {countOf(day, status) === 0 ? (
                      0
                    ) : (
                      <a href={jobsOf(day, status)}>{countOf(day, status)}</a>
                    )}
                  </td>
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
  const jobsOf: JobsOf = ({ date }, status) =>
    jobsPath({ project, status, from: `${date}T00:00`, to: `${dayAfter(date)}T00:00` });
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
