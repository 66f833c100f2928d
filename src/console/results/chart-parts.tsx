import { jobPath } from "../parts/job.tsx";
import { shortText } from "../parts/time.tsx";

const WIDTH = 720;
const HEIGHT = 104;
/** A chart has room for at least so many bars, so that a few are not as wide as the page. */
const LEAST_BARS = 12;

/** A part of a bar; its look is the class of a status. */
interface BarPart {
  look: "completed" | "failed" | "not_run" | "cancelled";
  size: number;
}

interface Bar {
  /** What it stands for, in words. */
  title: string;
  parts: readonly BarPart[];
}

const total = ({ parts }: Bar): number => parts.reduce((sum, { size }) => sum + size, 0);
const rounded = (length: number): number => Math.round(length * 10) / 10;

/** Bars from left to right under a label of their greatest height. The numbers stand in a table beside it. */
export const Bars = ({ bars, label }: { bars: readonly Bar[]; label: (most: number) => string }) => {
  const most = Math.max(...bars.map(total), 0);
  const step = WIDTH / Math.max(LEAST_BARS, bars.length);
  const scale = most === 0 ? 0 : HEIGHT / most;
  return (
    <>
      <p class="quiet">{label(most)}</p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
        <line class="axis" x1="0" x2={WIDTH} y1="0.5" y2="0.5" />
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {bars.map((bar, place) => {
          let top = HEIGHT;
          return (
            <g>
              <title>{bar.title}</title>
              {bar.parts.map(({ look, size }) => {
                const height = size === 0 ? 0 : Math.max(1, rounded(size * scale));
                top -= height;
                return height === 0 ? null : (
                  <rect
                    class={`bar ${look}`}
                    x={rounded(place * step + 1)}
                    y={rounded(top)}
                    width={rounded(step - 2)}
                    height={height}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
    </>
  );
};

export const Key = ({
  entries,
}: {
  entries: readonly (readonly [look: BarPart["look"], word: string])[];
}) => (
  <ul class="legend">
    {entries.map(([look, word]) => (
      <li>
        <svg class="key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
          <rect class={`bar ${look}`} width="12" height="12" rx="2" />
        </svg>
        {word}
      </li>
    ))}
  </ul>
);

export const JobLink = ({ projectId, job }: { projectId: number; job: number }) => (
  <a href={jobPath(projectId, job)}>job {job}</a>
);

/** A duration, or nothing if it is not known. */
export const durationText = (ms: number | null): string => (ms === null ? "" : shortText(ms));
