import { uptime } from "node:os";
import { SECOND_MS } from "../wire/durations.ts";

const LOOK_MS = 250;

/**
 * Calls `act` once so much time is over, that of a sleep of the machine included, in which timers stand still; a clock
 * that is set counts for nothing. Gives what calls it off.
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
