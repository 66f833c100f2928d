import type { LaneContents } from "./lane-jobs.ts";
import { type Mark, type MarkCost, marksOf } from "./marks.ts";
import type { TimeWindow } from "./window.ts";

/** A lane of a timeline: whose it is, and what is drawn in it. */
export interface Lane extends LaneContents {
  /** Its part of the page's ids. */
  key: string;
  name: string;
  /** The page of what it is named after. */
  href: string | undefined;
  /** What it belongs to. */
  beside?: { name: string; href: string };
  /** Which jobs of the list are its own. */
  jobs: { host?: number; agent?: number; schedule?: number; project?: number | undefined };
}

export interface DrawnLane extends Lane {
  marks: readonly Mark[];
}

/** What a page's marks may take, in bytes, and about what they do, as they are drawn and in a table. */
const ROOM = 68_000;
const COSTS: Readonly<Record<"chart" | "table", MarkCost>> = {
  chart: { one: 270, many: 430, each: 9 },
  table: { one: 330, many: 400, each: 0 },
};

/** Lanes with their marks. So many bars share one link that the page stays small. */
export const drawn = (
  lanes: readonly Lane[],
  window: TimeWindow,
  { as, room = ROOM }: { as: "chart" | "table"; room?: number | undefined },
): DrawnLane[] => {
  const marks = marksOf(lanes, window, { room, cost: COSTS[as] });
  return lanes.map((lane, place) => ({ ...lane, marks: marks[place] ?? [] }));
};
