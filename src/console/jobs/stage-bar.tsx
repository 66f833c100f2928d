import { shortText } from "../parts/time.tsx";
import type { Stage, StageKind } from "./stages.ts";

const WIDTH = 720;
const HEIGHT = 12;
/** The least width of a stage: a short one is still seen. */
const MIN_WIDTH = 4;

const WORDS: Record<StageKind, string> = {
  waiting: "Waiting",
  offered: "Offered",
  accepted: "Accepted",
  running: "Running",
};

/** The places of stages beside each other, each with at least the least width. */
const placed = (stages: readonly Stage[]) => {
  const total = stages.reduce((sum, { from, to }) => sum + to - from, 0);
  const free = WIDTH - stages.length * MIN_WIDTH;
  let x = 0;
  return stages.map((stage) => {
    const width = MIN_WIDTH + ((stage.to - stage.from) / total) * free;
    const place = { stage, x: Math.round(x * 10) / 10, width: Math.round(width * 10) / 10 };
    x += width;
    return place;
  });
};

/** How a job's time went by, as a bar and in words: its waiting, its way to the host, and its runs. */
export const StageBar = ({ stages, attempts }: { stages: readonly Stage[]; attempts: number }) => {
  if (stages.length === 0) return null;
  return (
    <div class="stages">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {placed(stages).map(({ stage, x, width }) => (
          <rect class={stage.kind} x={x} y="0" width={width} height={HEIGHT} />
        ))}
      </svg>
      <ol aria-label="How its time went by">
        {stages.map(({ kind, attempt, from, to }) => (
          <li>
            <span class={`swatch ${kind}`} aria-hidden="true" />
            {WORDS[kind]}
            {attempts > 1 && kind === "running" ? `, attempt ${attempt}` : ""}{" "}
            <strong>{shortText(to - from)}</strong>
          </li>
        ))}
      </ol>
    </div>
  );
};
