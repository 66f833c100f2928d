import type { BLACKOUT_RULES } from "../database/enums.ts";
import { occurrences } from "./cron-times.ts";

/** A span of time; epoch milliseconds, the end exclusive. */
export interface Span {
  from: number;
  until: number;
}

/** A span in which a project's schedules do not run. `name` is that of its day or event, or of its blackout. */
export interface ClosedSpan extends Span {
  name: string;
}

const byTime = (one: Span, other: Span): number => one.from - other.from || one.until - other.until;

/** Spans as their union: ascending, without overlaps. */
const merged = (spans: readonly Span[]): Span[] => {
  const union: Span[] = [];
  for (const { from, until } of [...spans].sort(byTime)) {
    const last = union.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else union.push({ from, until });
  }
  return union;
};

/** The span of `union` (from `merged`) that contains a time. */
const spanAt = (union: readonly Span[], at: number): Span | undefined => {
  let [low, high] = [0, union.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((union[middle]?.until ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const span = union[low];
  return span && span.from <= at ? span : undefined;
};

/** The times of a cron in [from, until) that lie in no closed span, as `occurrences` gives them. */
export const openTimes = (
  clock: { cron: string; timeZone: string },
  { from, until, limit }: Span & { limit: number },
  closed: readonly Span[],
): number[] => {
  const union = merged(closed);
  const times: number[] = [];
  let next = from;
  while (times.length < limit && next < until) {
    const wanted = limit - times.length;
    const found = occurrences(clock, { from: next, until, limit: wanted });
    times.push(...found.filter((at) => !spanAt(union, at)));
    const last = found.at(-1);
    if (last === undefined || found.length < wanted) break;
    next = spanAt(union, last)?.until ?? last + 1;
  }
  return times;
};

/** The times of a cron in [from, until) that lie in a closed span, with that span's name. */
export const closedTimes = (
  clock: { cron: string; timeZone: string },
  { from, until, limit }: Span & { limit: number },
  closed: readonly ClosedSpan[],
): { at: number; name: string }[] => {
  const times: { at: number; name: string }[] = [];
  for (const span of merged(closed)) {
    if (times.length >= limit) break;
    const within = { from: Math.max(from, span.from), until: Math.min(until, span.until) };
    if (within.from >= within.until) continue;
    for (const at of occurrences(clock, { ...within, limit: limit - times.length })) {
      const why = closed.find((each) => each.from <= at && at < each.until);
      times.push({ at, name: why?.name ?? "" });
    }
  }
  return times;
};

/** Those of a project's closed spans that a schedule heeds: all or none. A single run heeds none. */
export const heededBy = <Closed extends Span>(
  { cron, blackouts: rule }: { cron: string | null; blackouts: (typeof BLACKOUT_RULES)[number] },
  closed: readonly Closed[],
): readonly Closed[] => (cron === null || rule === "ignore" ? [] : closed);
