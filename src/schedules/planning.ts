import { occurrences } from "./cadence.ts";
import type { Missed } from "./policies.ts";

/** The most jobs of one schedule that wait ahead of their time. */
export const MOST_AHEAD = 500;

/** When a schedule runs; times in epoch milliseconds. */
export interface Cadence {
  /** Null: once, at `startAt`. */
  cron: string | null;
  timeZone: string;
  startAt: number | null;
  /** Exclusive. */
  endAt: number | null;
  maxRuns: number | null;
}

/** How far a schedule's runs are planned. */
export interface Progress {
  plannedUntil: number;
  runsPlanned: number;
  /** Its open jobs whose time has not come. */
  ahead: number;
}

export interface MissedRule {
  missed: Missed;
  missedWithinMinutes: number;
}

/** One step of a schedule's planning: the jobs to make, and how far it is planned then. */
export interface Planning {
  times: number[];
  /** Those of `times` that are recorded as missed and not run. */
  missed: number[];
  plannedUntil: number;
  /** When to go on; null where every run is planned. */
  dueAt: number | null;
}

const SECOND_MS = 1000;

/**
 * Plans a schedule's runs from where it stands to the horizon, at most MOST_AHEAD ahead. Runs whose time passed
 * before they could be planned are missed: the latest is still run where the rule says so, the others are
 * recorded, unless they are older than the horizon is far. Planning in one step or in many gives the same jobs.
 */
export const planRuns = (
  cadence: Cadence,
  progress: Progress,
  rule: MissedRule,
  now: number,
  horizonMs: number,
): Planning => {
  const { cron, timeZone, startAt, endAt, maxRuns } = cadence;
  if (cron === null) return planOnce(startAt ?? now, progress.plannedUntil);
  const from = Math.max(progress.plannedUntil, startAt ?? progress.plannedUntil, now - horizonMs);
  const horizon = Math.max(from, now + horizonMs);
  const until = Math.min(horizon, endAt ?? horizon);
  const runsLeft = maxRuns === null ? MOST_AHEAD : maxRuns - progress.runsPlanned;
  const most = Math.max(0, Math.min(MOST_AHEAD - progress.ahead, runsLeft));
  const times = most === 0 ? [] : occurrences({ cron, timeZone }, from, until, most);
  const last = times.at(-1);
  const full = times.length === most;
  const plannedUntil = full ? (last === undefined ? progress.plannedUntil : last + SECOND_MS) : until;
  const finished =
    (endAt !== null && plannedUntil >= endAt) || (maxRuns !== null && times.length === runsLeft);
  return {
    times,
    missed: missedOf(times, rule, now),
    plannedUntil,
    dueAt: finished ? null : nextLook(plannedUntil, now, horizonMs),
  };
};

const DAY_MS = 24 * 3600 * 1000;

/** The next step of a schedule's plan at `now`. */
export const planOf = (
  schedule: Cadence & Progress & MissedRule & { creationKey: string },
  now: number,
  horizonDays: number,
) => {
  const { plannedUntil, creationKey } = schedule;
  const plan = planRuns(schedule, schedule, schedule, now, horizonDays * DAY_MS);
  return { ...plan, key: creationKey, from: plannedUntil };
};

const planOnce = (at: number, plannedUntil: number): Planning => ({
  times: plannedUntil <= at ? [at] : [],
  missed: [],
  plannedUntil: at + SECOND_MS,
  dueAt: null,
});

/** Of runs whose time passed, all but the one that is made up for. */
export const missedOf = (
  times: readonly number[],
  { missed, missedWithinMinutes }: MissedRule,
  now: number,
): number[] => {
  const past = times.filter((at) => at < now);
  const latest = past.at(-1);
  const madeUpFor =
    missed === "run_once" && latest !== undefined && latest >= now - missedWithinMinutes * 60 * SECOND_MS;
  return madeUpFor ? past.slice(0, -1) : past;
};

/** In how many steps what is planned ahead is used up: a look at each of them keeps it near the horizon. */
const LOOKS_A_HORIZON = 30;

const nextLook = (plannedUntil: number, now: number, horizonMs: number): number =>
  plannedUntil <= now ? now : now + Math.floor(Math.min(plannedUntil - now, horizonMs) / LOOKS_A_HORIZON);
