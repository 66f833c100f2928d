import { countsAsRunning } from "./doubts.ts";
import { demand, isOpen } from "./moves.ts";
import type { Seen } from "./sendable.ts";
import type { JobRow } from "./stored.ts";

/** What a poll asks for; start inclusive, end exclusive. */
export interface Window {
  from: number | undefined;
  to: number;
}

/** The jobs that a host was offered in a window. */
export interface Offers {
  hostId: number;
  window: Window;
  offered: readonly number[];
  /** Undefined where the answer does not say what it leaves out. */
  headers: Headers | undefined;
}

export const inWindow = ({ dueAt }: JobRow, { from, to }: Window): boolean =>
  dueAt < to && (from === undefined || dueAt >= from);

/** It waits to begin, and was not cancelled. */
export const canBeHandedOut = (job: JobRow, now: number): boolean =>
  isOpen(job) && job.handedOut && (job.expiresAt === null || job.expiresAt > now);

/** What hides a job from a caller: a run, or an earlier job that may not overlap and that the same caller can have. */
const isBehind = (
  job: JobRow,
  other: JobRow,
  { offers: { window }, now }: { offers: Offers; now: number },
): boolean => {
  if (job.overlap !== "skip" || other.scheduleId !== job.scheduleId || other.id === job.id) return false;
  if (other.status === "RUNNING") return countsAsRunning(other, now);
  const earlier = other.dueAt < job.dueAt || (other.dueAt === job.dueAt && other.id < job.id);
  return (
    earlier &&
    other.overlap === "skip" &&
    other.hostId === job.hostId &&
    canBeHandedOut(other, now) &&
    inWindow(other, window)
  );
};

/** A run of the job's schedule was cancelled, and this answer names it: its process may still run it, and the job comes with the next poll. */
const comesWithNext = (job: JobRow, jobs: readonly JobRow[], headers: Headers | undefined): boolean => {
  const cancelled = (headers?.get("Cancel-Requested") ?? "").split(",").map(Number);
  return jobs.some(({ id, scheduleId }) => scheduleId === job.scheduleId && cancelled.includes(id));
};

const countIn = (headers: Headers, name: string): number => Number(headers.get(name) ?? 0);

/** Each due job is offered, hidden by one that runs instead of it, or counted in a header; `hidden` judges whether a lease may hide one. */
export const judgeOffers = (offers: Offers, { after, sentAt }: Seen, hidden: (job: JobRow) => void): void => {
  const { hostId, window, offered, headers } = offers;
  const jobs = [...after.values()];
  const missing = jobs.filter(
    (job) =>
      job.hostId === hostId &&
      canBeHandedOut(job, sentAt) &&
      job.dueAt <= sentAt &&
      !offered.includes(job.id),
  );
  const [inside, outside] = [true, false].map((within) =>
    missing.filter((job) => inWindow(job, window) === within),
  );
  for (const job of inside ?? []) {
    const isHidden =
      jobs.some((other) => isBehind(job, other, { offers, now: sentAt })) ||
      comesWithNext(job, jobs, headers);
    if (!isHidden) hidden(job);
  }
  if (!headers) return;
  const counted = countIn(headers, "Jobs-Held") + countIn(headers, "Jobs-Left");
  demand(
    (inside ?? []).length === 0 || counted > 0,
    "who is not offered a due job is told how many there are",
    inside,
  );
  const free = (outside ?? []).filter(
    (job) =>
      !jobs.some((other) =>
        isBehind(job, other, { offers: { ...offers, window: { from: undefined, to: sentAt } }, now: sentAt }),
      ),
  );
  demand(
    free.length === 0 || countIn(headers, "Jobs-Outside") > 0,
    "a poll whose window misses a due job counts it",
    window,
    free,
  );
};
