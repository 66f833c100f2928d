import type { JobStatus } from "../../database/enums.ts";
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

/** The jobs of a day in the list of jobs; of one outcome if it is given. */
const jobsOf = ({ date }: DayOutcomes, nextDate: string, status?: JobStatus): string =>
  `/console/jobs?from=${date}T00:00&to=${nextDate}T00:00${status === undefined ? "" : `&status=${status}`}`;

const nextOf = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

interface Drawn {
  days: readonly DayOutcomes[];
  labelOf: (day: DayOutcomes) => string;
}

/** For those who see and point; the table has the same for everybody. */
const Picture = ({ days, labelOf }: Drawn) => {
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
                <a href={jobsOf(day, nextOf(day.date), status)} tabindex={-1}>
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

const Numbers = ({ days, labelOf }: Drawn) => (
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
                  <a href={jobsOf(day, nextOf(day.date))}>{labelOf(day)}</a>
                </th>
                {STACKED.map((status) => (
                  <td>
                    {countOf(day, status) === 0 ? (
                      0
                    ) : (
                      <a href={jobsOf(day, nextOf(day.date), status)}>{countOf(day, status)}</a>
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

/** The outcomes of each of the reader's days as stacked bars with an axis, and as a table; both lead to the jobs. */
export const OutcomeChart = ({ days }: { days: readonly DayOutcomes[] }) => {
  const { zone, now } = usePageContext();
  const labelOf = ({ from }: DayOutcomes): string =>
    clockText(from, zone, { now }).split(" ").slice(0, 2).join(" ");
  return (
    <figure class="chart">
      <Picture days={days} labelOf={labelOf} />
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
      <Numbers days={days} labelOf={labelOf} />
    </figure>
  );
};
