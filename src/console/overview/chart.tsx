import type { JobStatus } from "../../database/enums.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { utcText } from "../parts/time.tsx";
import type { DayOutcomes } from "./view.ts";

const STACKED = ["COMPLETED", "CANCELLED", "FAILED"] as const satisfies readonly JobStatus[];
const WIDTH = 700;
const HEIGHT = 150;
const FOOT = 22;
const GAP = 10;

const countOf = ({ jobs }: DayOutcomes, status: JobStatus): number => jobs[status] ?? 0;
const totalOf = (day: DayOutcomes): number => STACKED.reduce((sum, status) => sum + countOf(day, status), 0);

const dateOf = (day: number): string => utcText(day).slice(5, 10);

/** The outcomes of each UTC day as stacked bars, and as a table for screen readers. */
export const OutcomeChart = ({ days }: { days: readonly DayOutcomes[] }) => {
  const most = Math.max(1, ...days.map(totalOf));
  const step = WIDTH / days.length;
  const scale = (HEIGHT - FOOT) / most;
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {days.map((day, place) => {
          let top = HEIGHT - FOOT;
          return (
            <g>
              {STACKED.map((status) => {
                const count = countOf(day, status);
                const height = Math.round(count * scale * 10) / 10;
                top -= height;
                return count === 0 ? null : (
                  <rect
                    class={`bar ${status.toLowerCase()}`}
                    x={Math.round(place * step + GAP / 2)}
                    y={top}
                    width={Math.round(step - GAP)}
                    height={Math.max(1, height)}
                  >
                    <title>{`${dateOf(day.day)}: ${count} ${STATUS_WORDS[status].toLowerCase()}`}</title>
                  </rect>
                );
              })}
              <text class="tick" x={Math.round(place * step + step / 2)} y={HEIGHT - 6} text-anchor="middle">
                {dateOf(day.day)}
              </text>
            </g>
          );
        })}
      </svg>
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
      <details class="numbers">
        <summary>The numbers</summary>
        <section class="scroll" tabindex={0} aria-label="Outcomes of each day">
          <table>
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                {STACKED.map((status) => (
                  <th scope="col">{STATUS_WORDS[status]}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr>
                  <th scope="row">{utcText(day.day).slice(0, 10)}</th>
                  {STACKED.map((status) => (
                    <td>{countOf(day, status)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
};
