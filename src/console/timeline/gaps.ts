import type { Presence } from "../../database/enums.ts";
import type { TimeWindow } from "./window.ts";

/** A stretch without a sign of life of a host; epoch milliseconds. */
export interface Gap {
  from: number;
  to: number;
}

/** What the service keeps of a host's presence. */
export interface KnownPresence {
  /** Since the last change before the window, oldest first; without one, the first ones after it. */
  turns: readonly { at: number; presence: Presence }[];
  /** There are more changes than `turns` has. */
  hasMore: boolean;
  presence: Presence;
  registeredAt: number;
  /** The first ping of the newest window that has one, or when its socket was opened. */
  heardAt: number | null;
}

/**
 * The gaps of a host within a window. A check judges the `checkMs` before it: so a gap begins and ends that much before
 * the changes which the checks found, with the first window without a ping and the first one that has one again.
 */
export const gapsOf = (
  { turns, hasMore, presence, registeredAt, heardAt }: KnownPresence,
  { from, to, now, checkMs }: Pick<TimeWindow, "from" | "to" | "now" | "checkMs">,
): Gap[] => {
  const gaps: Gap[] = [];
  // Before its first change the host had the other presence.
  let isOnline = turns[0] === undefined ? presence === "Online" : turns[0].presence !== "Online";
  let since = registeredAt;
  for (const turn of turns) {
    const at = turn.at - checkMs;
    if (!isOnline) gaps.push({ from: since, to: at });
    isOnline = turn.presence === "Online";
    since = at;
  }
  // It may have been heard from after the last check.
  const isHeard = heardAt !== null && heardAt > since;
  if (!isOnline && !hasMore) gaps.push({ from: since, to: isHeard ? heardAt : now });
  return gaps
    .map((gap) => ({ from: Math.max(gap.from, registeredAt), to: Math.min(gap.to, now) }))
    .filter((gap) => gap.to > Math.max(gap.from, from) && gap.from < to);
};
