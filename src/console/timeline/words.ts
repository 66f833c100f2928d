import type { JobStatus } from "../../database/enums.ts";
import { STATUS_WORDS } from "../parts/status.tsx";
import { clockText, distanceText, shortText } from "../parts/time.tsx";
import type { Bar, Mark } from "./marks.ts";

/** In which order the outcomes of several jobs are told. */
const ORDER = [
  "FAILED",
  "NOT_RUN",
  "RUNNING",
  "COMPLETED",
  "CANCELLED",
  "PLANNED",
] as const satisfies JobStatus[];

/** How many of the jobs have each status, the worst first. */
export const countsOf = (bars: readonly Bar[]): [JobStatus, number][] =>
  ORDER.map((status): [JobStatus, number] => [
    status,
    bars.filter(({ job }) => job.status === status).length,
  ]).filter(([, count]) => count > 0);

export const NONE = "no job";

/** What a lane's jobs came to: `37 jobs, 2 failed`; `37+ jobs`, if there are more. */
export const summaryOf = (bars: readonly Bar[], isCut = false): string => {
  if (bars.length === 0) return isCut ? "more jobs" : NONE;
  const jobs = bars.length === 1 && !isCut ? "1 job" : `${bars.length}${isCut ? "+" : ""} jobs`;
  const told = countsOf(bars).filter(([status]) => status === "FAILED" || status === "NOT_RUN");
  return [jobs, ...told.map(([status, count]) => `${count} ${STATUS_WORDS[status].toLowerCase()}`)].join(
    ", ",
  );
};

/** How long the run took, or has taken; undefined if it has not begun. */
export const tookText = ({ kind, from, to, job }: Bar): string | undefined =>
  kind === "open" || job.startedAt === null ? undefined : shortText(to - from);

const waitedText = ({ job: { startedAt, scheduledAt } }: Bar): string =>
  startedAt !== null && startedAt - scheduledAt >= 60_000
    ? `, waited ${shortText(startedAt - scheduledAt)}`
    : "";

const whenText = (bar: Bar, { zone, now }: { zone: string; now: number }): string => {
  const { job, from } = bar;
  const clock = clockText(from, zone, { now });
  switch (job.status) {
    case "PLANNED":
      return job.scheduledAt > now
        ? `Planned for ${clock}`
        : `Planned, due ${distanceText(job.scheduledAt, now)}`;
    case "NOT_RUN":
      return `Overdue, due ${clock}`;
    case "RUNNING":
      return `Running since ${clock}, ${tookText(bar) ?? ""} so far${waitedText(bar)}${job.isDoubted ? ", in doubt" : ""}`;
    default: {
      const took = tookText(bar);
      return `${STATUS_WORDS[job.status]}, ${clock}${took === undefined ? ", never began" : `, took ${took}`}${waitedText(bar)}`;
    }
  }
};

/** What a mark stands for, in a line. */
export const markText = (mark: Mark, reader: { zone: string; now: number }): string => {
  const [first] = mark.bars;
  if (first && mark.bars.length === 1)
    return `${first.job.scheduleName} #${first.job.id}: ${whenText(first, reader)}`;
  const counts = countsOf(mark.bars).map(
    ([status, count]) => `${count} ${STATUS_WORDS[status].toLowerCase()}`,
  );
  const [from, to] = [mark.from, mark.to].map((at) => clockText(at, reader.zone, reader));
  return `${mark.bars.length} jobs: ${counts.join(", ")}, ${from} to ${to?.slice(-5)}`;
};
