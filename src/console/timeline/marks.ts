import type { JobStatus } from "../../database/enums.ts";
import { isEnded } from "../../jobs/status.ts";
import type { TimeWindow } from "./window.ts";

/** A job as a timeline draws it; epoch milliseconds. */
export interface TimelineJob {
  id: number;
  projectId: number;
  agentId: number;
  scheduleId: number;
  scheduleName: string;
  status: JobStatus;
  scheduledAt: number;
  startedAt: number | null;
  statusChangedAt: number;
  /** The process that runs it may be gone. */
  isDoubted: boolean;
  /** How long the last runs of its schedule took; null if none is known. */
  usualMs: number | null;
}

type Kind = "ended" | "running" | "open";

/** When a job ran, runs, or is to run, by its usual length. */
export interface Bar {
  job: TimelineJob;
  kind: Kind;
  from: number;
  to: number;
}

export const barOf = (job: TimelineJob, now: number): Bar => {
  const { status, scheduledAt, startedAt, statusChangedAt, usualMs } = job;
  if (status === "RUNNING") {
    const from = startedAt ?? scheduledAt;
    return { job, kind: "running", from, to: Math.max(from, now) };
  }
  if (!isEnded(status)) {
    const to = scheduledAt + (usualMs ?? 0);
    // What is overdue did not run: it ends now at the latest.
    return {
      job,
      kind: "open",
      from: scheduledAt,
      to: status === "NOT_RUN" ? Math.min(to, Math.max(now, scheduledAt)) : to,
    };
  }
  // What never began stands at its time.
  return startedAt === null
    ? { job, kind: "ended", from: scheduledAt, to: scheduledAt }
    : { job, kind: "ended", from: startedAt, to: Math.max(startedAt, statusChangedAt) };
};

/** One bar, or several that are too short and too close to be told apart, in a track of its lane. */
export interface Mark {
  /** The same as long as it stands for the same jobs. */
  key: string;
  bars: readonly Bar[];
  kind: Kind;
  from: number;
  to: number;
  /** Counted from the top; marks of one track do not overlap. */
  track: number;
}

/** The least part of a window that a bar takes; shorter bars within the same part are drawn as one. */
const CELLS = 400;
export const MAX_TRACKS = 8;

const join = (key: string, bars: readonly Bar[]): Omit<Mark, "track"> => ({
  key,
  bars,
  kind: bars[0]?.kind ?? "ended",
  from: Math.min(...bars.map(({ from }) => from)),
  to: Math.max(...bars.map(({ to }) => to)),
});

/** Bars shorter than a cell that begin in the same one become one mark. Cells do not move with the window. */
const grouped = (lane: string, bars: readonly Bar[], cellMs: number): Omit<Mark, "track">[] => {
  const groups = Map.groupBy(bars, ({ job, kind, from, to }) =>
    to - from < cellMs ? `${lane}-${kind}-${Math.floor(from / cellMs)}` : `job-${job.id}`,
  );
  return [...groups].map(([key, group]) =>
    join(group.length === 1 && group[0] ? `job-${group[0].job.id}` : key, group),
  );
};

/** From when on a mark needs its track: the wait of one job is drawn too. */
const startOf = ({ bars: [bar, another], from }: Omit<Mark, "track">): number =>
  bar && !another ? Math.min(from, bar.job.scheduledAt) : from;

/** Until when a mark needs its track: what runs needs the rest of its usual length too. */
const reachOf = ({ kind, bars, from, to }: Omit<Mark, "track">, leastMs: number): number =>
  Math.max(
    to,
    from + leastMs,
    ...(kind === "running" ? bars.map((bar) => bar.from + (bar.job.usualMs ?? 0)) : []),
  );

/** Gives each mark the first track that is free at its time. What finds none joins the last mark of the last track. */
const stacked = (marks: readonly Omit<Mark, "track">[], leastMs: number): Mark[] => {
  const placed: Mark[] = [];
  const ends: number[] = [];
  for (const mark of marks.toSorted((a, b) => startOf(a) - startOf(b) || a.to - b.to)) {
    const free = ends.findIndex((end) => end <= startOf(mark));
    const track = free === -1 ? ends.length : free;
    if (track < MAX_TRACKS) {
      placed.push({ ...mark, track });
      ends[track] = reachOf(mark, leastMs);
      continue;
    }
    const place = placed.findLastIndex((other) => other.track === MAX_TRACKS - 1);
    const other = placed[place];
    if (!other) continue;
    placed[place] = { ...join(other.key, [...other.bars, ...mark.bars]), track: other.track };
    ends[MAX_TRACKS - 1] = Math.max(ends[MAX_TRACKS - 1] ?? 0, reachOf(mark, leastMs));
  }
  return placed;
};

export interface LaneOfBars {
  /** Its part of the page's ids. */
  key: string;
  bars: readonly Bar[];
}

/** The bars of a lane's jobs that reach into a window, by id: jobs of one time keep their places among each other. */
export const barsWithin = (jobs: readonly TimelineJob[], { from, to, now }: TimeWindow): Bar[] =>
  jobs
    .map((job) => barOf(job, now))
    .filter((bar) => bar.from < to && bar.to >= from)
    .toSorted((a, b) => a.job.id - b.job.id);

/** What marks cost, in bytes of HTML: one job, several in one link, and each of these. */
export interface MarkCost {
  one: number;
  many: number;
  each: number;
}

const costOf = (marks: readonly Mark[], cost: MarkCost): number =>
  marks.reduce(
    (sum, { bars }) => sum + (bars.length === 1 ? cost.one : cost.many + bars.length * cost.each),
    0,
  );

/** No cell is larger than so many windows: all of a lane then is one mark of each kind. */
const MAX_CELLS = 16;

/**
 * The marks of each lane. As long as they cost more than `room`, the lane that costs the most has its bars put together
 * over twice the time, so that a lane with little in it is not made coarse by its neighbours.
 */
export const marksOf = (
  lanes: readonly LaneOfBars[],
  { from, to }: Pick<TimeWindow, "from" | "to">,
  { room, cost }: { room: number; cost: MarkCost },
): Mark[][] => {
  const leastMs = (to - from) / CELLS;
  const drawn = lanes.map(({ key, bars }) => {
    const at = (cellMs: number) => {
      const marks = stacked(grouped(key, bars, cellMs), leastMs);
      return { marks, cellMs, bytes: costOf(marks, cost) };
    };
    return { at, ...at(leastMs) };
  });
  for (;;) {
    const sum = drawn.reduce((bytes, lane) => bytes + lane.bytes, 0);
    const coarser = drawn.filter(({ cellMs }) => cellMs <= MAX_CELLS * (to - from));
    const costliest = coarser.toSorted((a, b) => b.bytes - a.bytes)[0];
    if (sum <= room || !costliest) return drawn.map(({ marks }) => marks);
    Object.assign(costliest, costliest.at(2 * costliest.cellMs));
  }
};
