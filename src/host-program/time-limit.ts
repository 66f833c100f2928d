import { uptime } from "node:os";
import { SECOND_MS } from "../wire/durations.ts";

const LOOK_MS = 250;

/**
 * Calls `act` after `ms`. Time in which the machine sleeps counts, though timers stand still; setting the
 * clock has no effect. Returns a function that cancels it.
 */
export const whenTimeIsOver = (ms: number, act: () => void): (() => void) => {
  const end = uptime() * SECOND_MS + ms;
  const looking = setInterval(() => {
    if (uptime() * SECOND_MS < end) return;
    clearInterval(looking);
    act();
  }, LOOK_MS);
  return () => clearInterval(looking);
};
