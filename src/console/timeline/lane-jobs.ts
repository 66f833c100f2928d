import * as z from "zod";
import { JOB_STATUSES, PRESENCES } from "../../database/enums.ts";
import { type Gap, gapsOf } from "./gaps.ts";
import { type LaneRow, MAX_TURNS, PARTS, type PartLimits } from "./lane-store.ts";
import { type Bar, barsWithin, type TimelineJob } from "./marks.ts";
import type { TimeWindow } from "./window.ts";

/** A row of `laneJobs` (lane-store.ts). */
const rowsShape = z.array(
  z.tuple([
    z.enum(PARTS),
    z.literal([0, 1]),
    z.int(),
    z.int(),
    z.int(),
    z.int(),
    z.string(),
    z.enum(JOB_STATUSES),
    z.number(),
    z.number().nullable(),
    z.number(),
    z.literal([0, 1]),
    z.number().nullable(),
  ]),
);
const turnsShape = z.array(z.object({ at: z.number(), presence: z.enum(PRESENCES) }));

/** What a lane shows of a window. */
export interface LaneContents {
  bars: Bar[];
  gaps: Gap[];
  /** Jobs that are due before this time, and after that one, may be left out; epoch milliseconds. */
  earlier: number | undefined;
  later: number | undefined;
}

/** The bars of a lane's jobs, and where the reading of them ended. */
export const barsIn = (json: string, window: TimeWindow, limits: PartLimits): Omit<LaneContents, "gaps"> => {
  const jobs = new Map<number, TimelineJob>();
  const read: Record<(typeof PARTS)[number], number[]> = { past: [], ahead: [], before: [], running: [] };
  for (const row of rowsShape.parse(JSON.parse(json))) {
    const [part, isOfLane, id, projectId, agentId, scheduleId, scheduleName, status] = row;
    const [scheduledAt, startedAt, statusChangedAt, isDoubted, usualMs] = [
      row[8],
      row[9],
      row[10],
      row[11],
      row[12],
    ];
    read[part].push(scheduledAt);
    if (isOfLane === 0) continue;
    jobs.set(id, {
      id,
      projectId,
      agentId,
      scheduleId,
      scheduleName,
      status,
      scheduledAt,
      startedAt,
      statusChangedAt,
      isDoubted: isDoubted === 1,
      usualMs,
    });
  }
  return {
    bars: barsWithin([...jobs.values()], window),
    earlier: read.past.length === limits.past ? Math.min(...read.past) : undefined,
    later: read.ahead.length === limits.ahead ? Math.max(...read.ahead) : undefined,
  };
};

/** The gaps of the host of a lane. */
export const gapsIn = (row: Omit<LaneRow, "jobs">, window: TimeWindow): Gap[] => {
  const turns = turnsShape.parse(JSON.parse(row.turns));
  return gapsOf({ ...row, turns, hasMore: turns.length > MAX_TURNS }, window);
};
