import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS } from "../wire/durations.ts";
import { Plain, reasonOf } from "./options.ts";

const TICK_TIMEOUT_MS = 120_000;
/** A timer can wait at most 24 days. Sleeping a day at a time also copes with a changed clock. */
const MAX_SLEEP_MS = DAY_MS;

/**
 * Triggers the local server's tick for the time `at` (epoch milliseconds), as the platform's cron does. Throws if it
 * failed.
 */
export const runTick = async (baseUrl: string, at: number): Promise<void> => {
  const address = `${baseUrl}/cdn-cgi/handler/scheduled?cron=*/30+*+*+*+*&time=${at}&format=json`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TICK_TIMEOUT_MS) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new Plain(`no server answers at ${baseUrl} (${reasonOf(error)}); start one with: npm start`);
  }
  if (status === 404)
    throw new Plain(`${baseUrl} is not a local server: only one of npm start can be ticked`);
  if (!text.includes('"outcome":"ok"')) {
    throw new Plain(`the tick failed (${status} ${text.slice(0, 200)}); the server's own output says why`);
  }
};

/** Runs `tick` now and at every multiple of `windowMs`, sequentially, until `signal` aborts. */
export const tickOnTheClock = async (
  windowMs: number,
  tick: (at: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const lastMultiple = () => Date.now() - (Date.now() % windowMs);
  let due = lastMultiple();
  while (!signal.aborted) {
    await tick(due);
    // After the machine slept, one tick replaces those that were missed.
    due = Math.max(due + windowMs, lastMultiple());
    while (Date.now() < due && !signal.aborted) {
      await sleep(Math.min(due - Date.now(), MAX_SLEEP_MS), undefined, { signal }).catch(() => undefined);
    }
  }
};
