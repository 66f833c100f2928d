import type { JobStatus } from "../../database/enums.ts";
import type { Bar, Mark } from "./marks.ts";

/** The bars of a mark of several jobs, drawn in a box of this width; each row takes its share of the height. */
export const BOX = 1000;
const MAX_ROWS = 3;

/** The bars with one status, as a path of lines along the middles of their rows. */
export interface Segments {
  status: JobStatus;
  path: string;
}

/** The row of each bar, so that those which ran at once lie above each other; at most MAX_ROWS. */
const rowsOf = (bars: readonly Bar[]): { rows: Map<Bar, number>; count: number } => {
  const ends: number[] = [];
  const rows = new Map<Bar, number>();
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= bar.from);
    const row = Math.min(free === -1 ? ends.length : free, MAX_ROWS - 1);
    ends[row] = Math.max(ends[row] ?? 0, bar.to);
    rows.set(bar, row);
  }
  return { rows, count: ends.length };
};

/** Lines from left to right; what would touch is one line. `least` is the length of the shortest. */
const pathOf = (
  bars: readonly Bar[],
  { from, to }: Mark,
  { y, least }: { y: number; least: number },
): string => {
  const scale = BOX / Math.max(1, to - from);
  const lines: { left: number; right: number }[] = [];
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const left = Math.min(Math.round((bar.from - from) * scale), BOX - least);
    const right = Math.max(Math.round((bar.to - from) * scale), left + least);
    const last = lines.at(-1);
    if (last && left - last.right < least / 4) last.right = Math.max(last.right, right);
    else lines.push({ left, right });
  }
  return lines.map(({ left, right }) => `M${left} ${y}h${right - left}`).join("");
};

/** A mark's bars as paths in a box of BOX by `height`. `least` is the length of the shortest bar in the box. */
export const segmentsOf = (
  mark: Mark,
  { height, least }: { height: number; least: number },
): { segments: Segments[]; thickness: number } => {
  const { rows, count } = rowsOf(mark.bars);
  const thickness = height / count;
  const byStatus = Map.groupBy(mark.bars, ({ job }) => job.status);
  const segments = [...byStatus].map(([status, bars]) => {
    const byRow = Map.groupBy(bars, (bar) => rows.get(bar) ?? 0);
    const paths = [...byRow].map(([row, ofRow]) =>
      pathOf(ofRow, mark, { y: Math.round((row + 0.5) * thickness * 10) / 10, least }),
    );
    return { status, path: paths.join("") };
  });
  return { segments, thickness };
};
