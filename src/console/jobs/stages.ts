import { isEnded } from "../../jobs/status.ts";
import type { JobHistoryRow } from "../../jobs/store.ts";
import type { ListedJob } from "./store.ts";

/** What a job does at a time: it waits, is offered to a process, is accepted, or runs its tests. */
export type StageKind = "waiting" | "offered" | "accepted" | "running";

/** A stretch of a job's time; epoch milliseconds. */
export interface Stage {
  kind: StageKind;
  attempt: number;
  from: number;
  to: number;
}

type Timed = Pick<
  ListedJob,
  "status" | "attempt" | "scheduledAt" | "offeredAt" | "startedAt" | "begunAt" | "statusChangedAt"
>;
type Move = Pick<JobHistoryRow, "at" | "attempt" | "from" | "to">;

const isMove = ({ from, to }: Move): boolean => from !== to;

/** The steps before the tests of the attempt that began last, as far as they are known. */
const beginningOf = (job: Timed, since: number): Stage[] => {
  const { attempt, offeredAt, startedAt, begunAt } = job;
  if (startedAt === null) return [];
  const offered = offeredAt === null ? startedAt : Math.max(since, offeredAt);
  return [
    { kind: "waiting", attempt, from: since, to: offered },
    { kind: "offered", attempt, from: offered, to: startedAt },
    ...(begunAt === null ? [] : [{ kind: "accepted" as const, attempt, from: startedAt, to: begunAt }]),
  ];
};

/**
 * A job's time from when it was due, stage by stage: to its end, or to `now`. Empty stages are left out. Only of the
 * attempt that began last is it known when it was offered, and when its tests began.
 */
export const stagesOf = (job: Timed, history: readonly Move[], now: number): Stage[] => {
  const moves = history.filter(isMove);
  const lastBegin = moves.findLastIndex(({ to }) => to === "RUNNING");
  const stages: Stage[] = [];
  let since = Math.min(job.scheduledAt, moves.find(({ to }) => to === "RUNNING")?.at ?? job.scheduledAt);
  for (const [place, move] of moves.entries()) {
    if (place === lastBegin) {
      stages.push(...beginningOf(job, since));
      since = Math.max(since, job.begunAt ?? job.startedAt ?? move.at);
    } else if (move.to === "RUNNING") {
      stages.push({ kind: "waiting", attempt: move.attempt, from: since, to: move.at });
      since = move.at;
    } else if (move.from === "RUNNING") {
      stages.push({ kind: "running", attempt: move.attempt, from: since, to: move.at });
      since = move.at;
    }
  }
  const end = isEnded(job.status) ? job.statusChangedAt : now;
  const isOver = isEnded(job.status) && moves.at(-1)?.from === "RUNNING";
  if (!isOver)
    stages.push({
      kind: job.status === "RUNNING" ? "running" : "waiting",
      attempt: job.attempt,
      from: since,
      to: end,
    });
  return stages.filter(({ from, to }) => to > from);
};
