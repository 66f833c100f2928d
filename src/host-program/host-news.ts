import { MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import { type LowDisk, whyNoRoom } from "./free-disk.ts";
import type { Journal } from "./journal.ts";

/** The end of a run that the service has not heard of for so long, or whose files it has not, is told as waiting. */
const WAITING_MS = 5 * MINUTE_MS;
/** A clock that is off by no more is right; a smaller change of what it is off by is no news. */
const CLOCK_MS = 5 * SECOND_MS;

/** What a ping says besides that its host lives; null: nothing is wrong. */
export interface News {
  /** Why the host asks for no jobs. */
  trouble: string | null;
  disk: { free_bytes: number; least_bytes: number } | null;
  /** The reports and files of ended runs that the service does not take, and since when. */
  reports_waiting: { reports: number; since: string } | null;
  /** How far this machine's clock is ahead of the service's, in milliseconds. */
  clock_offset_ms: number | null;
}

/** The ended runs whose reports and files wait to be sent. `now` in epoch milliseconds by the service's clock. */
export const waitingReports = (journal: Pick<Journal, "runs">, now: number): News["reports_waiting"] => {
  const ends = journal.runs.flatMap(({ ending }) =>
    ending !== null && ending.endedAt <= now - WAITING_MS ? [ending.endedAt] : [],
  );
  return ends.length === 0
    ? null
    : { reports: ends.length, since: new Date(Math.min(...ends)).toISOString() };
};

/** `aheadMs`: how far the service's clock is ahead; undefined: not known yet. */
export const newsOf = ({
  lowDisk,
  waiting,
  aheadMs = 0,
}: {
  lowDisk: LowDisk | null;
  waiting: News["reports_waiting"];
  aheadMs: number | undefined;
}): News => ({
  trouble: lowDisk && whyNoRoom(lowDisk),
  disk: lowDisk && { free_bytes: lowDisk.freeBytes, least_bytes: lowDisk.leastBytes },
  reports_waiting: waiting,
  clock_offset_ms: Math.abs(aheadMs) > CLOCK_MS ? -Math.round(aheadMs) : null,
});

/** Whether there is nothing to say. */
export const isPlain = (news: News): boolean => Object.values(news).every((each) => each === null);

/** Whether something began or ended, or the clock changed, since `before` was said. */
export const isNews = (news: News, before: News): boolean =>
  (news.disk === null) !== (before.disk === null) ||
  (news.reports_waiting === null) !== (before.reports_waiting === null) ||
  Math.abs((news.clock_offset_ms ?? 0) - (before.clock_offset_ms ?? 0)) >= CLOCK_MS;
