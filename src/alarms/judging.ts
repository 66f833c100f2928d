import type { Settings } from "../settings.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import type { Judging } from "./condition-store.ts";

/** How alarms are judged at `at` (epoch milliseconds); with a host, only what that host says of itself. */
export const judgingOf = (settings: Settings, at: number, hostId?: number): Judging => ({
  at,
  windowMs: settings.WINDOW_SECONDS * SECOND_MS,
  jobWaitMs: settings.JOB_WAIT_MINUTES * MINUTE_MS,
  reportsWaitMs: settings.REPORTS_WAIT_MINUTES * MINUTE_MS,
  neverRanMs: settings.NEVER_RAN_HOURS * HOUR_MS,
  ...(hostId === undefined ? {} : { hostId }),
});
