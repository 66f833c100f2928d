import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS } from "../wire/durations.ts";
import { Plain, reasonOf } from "./options.ts";

const TICK_TIMEOUT_MS = 120_000;
/** A timer can't wait longer than 24 days; a day at a time also survives a clock that was set. */
const LONGEST_SLEEP_MS = DAY_MS;

/** Runs the tick of the local server at `baseUrl` for the time `at` (epoch milliseconds), as the platform's cron would. Throws where it did not run well. */
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

/** Runs `tick` now and at every multiple of `windowMs` of the clock, one after the other, until `signal` aborts. */
export const tickOnTheClock = async (
  windowMs: number,
  tick: (at: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const lastMultiple = () => Date.now() - (Date.now() % windowMs);
  let due = lastMultiple();
  while (!signal.aborted) {
    await tick(due);
    // After a sleep of the machine, the latest one stands for those missed.
    due = Math.max(due + windowMs, lastMultiple());
    while (Date.now() < due && !signal.aborted) {
      await sleep(Math.min(due - Date.now(), LONGEST_SLEEP_MS), undefined, { signal }).catch(() => undefined);
    }
  }
};
