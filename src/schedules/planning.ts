import type { Missed } from "../database/enums.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import { openTimes, type Span } from "./closed-spans.ts";

/** The most future jobs of one schedule. */
export const MAX_AHEAD = 500;
/** The most missed runs of one schedule that one step records. */
const MAX_MISSED = 500;

/** When a schedule runs; times in epoch milliseconds. */
export interface Cadence {
  /** Null: once, at `startAt`. */
  cron: string | null;
  timeZone: string;
  startAt: number | null;
  /** Exclusive. */
  endAt: number | null;
  maxRuns: number | null;
  /** The spans of blackouts in which runs by the cron are left out. They do not count for `maxRuns`. */
  closed: readonly Span[];
}

/** How far a schedule is planned. */
export interface Progress {
  plannedUntil: number;
  runsPlanned: number;
  /** Its planned jobs before `plannedUntil` that are not due yet. */
  ahead: number;
}

export interface MissedRule {
  missed: Missed;
  missedWithinMinutes: number;
}

/** One step of a schedule's planning: the jobs to create, and how far it is planned afterwards. */
export interface Planning {
  times: number[];
  /** Those of `times` that are recorded as missed and not run. */
  missed: number[];
  /** How many of `maxRuns` this step uses up: its times, and missed ones that are too many to record. */
  runs: number;
  /** From this time on, a time whose only job was cancelled before it began is planned again. */
  replanFrom: number;
  plannedUntil: number;
  /** When to continue; null if every run is planned. */
  dueAt: number | null;
}

/**
 * Plans a schedule's runs from `plannedUntil` to the horizon, at most MAX_AHEAD ahead. Runs whose time passed
 * before they could be planned are missed: the latest is still run if the rule says so; of the others, the
 * MAX_MISSED latest are recorded, unless they are older than the horizon is long. One step reaches the
 * present, so that only one run is made up for. Planning in one step or in many gives the same jobs.
 */
export const planRuns = (
  cadence: Cadence,
  {
    progress,
    rule,
    now,
    horizonMs,
  }: { progress: Progress; rule: MissedRule; now: number; horizonMs: number },
): Planning => {
  const { cron, timeZone, startAt, endAt, maxRuns, closed } = cadence;
  if (cron === null) return planOnce(startAt ?? now, { plannedUntil: progress.plannedUntil, rule, now });
  const from = Math.max(progress.plannedUntil, startAt ?? progress.plannedUntil, now - horizonMs);
  const horizon = Math.max(from, now + horizonMs);
  const until = Math.min(horizon, endAt ?? horizon);
  const runsLeft = maxRuns === null ? null : Math.max(0, maxRuns - progress.runsPlanned);
  const past = pastRuns({ cron, timeZone, closed }, { from, until: Math.min(until, now), runsLeft });
  const most = Math.max(
    0,
    Math.min(MAX_AHEAD - progress.ahead, (runsLeft ?? Number.POSITIVE_INFINITY) - past.runs),
  );
  const ahead =
    most === 0
      ? []
      : openTimes({ cron, timeZone }, { from: Math.max(from, now), until, limit: most }, closed);
  const times = [...past.times, ...ahead];
  const reached = ahead.length < most ? until : (times.at(-1) ?? 0) + SECOND_MS;
  const plannedUntil = Math.max(progress.plannedUntil, reached);
  const runs = past.runs + ahead.length;
  const finished = (endAt !== null && plannedUntil >= endAt) || runs === runsLeft;
  return {
    times,
    missed: missedOf(times, rule, now),
    runs,
    replanFrom: now,
    plannedUntil,
    dueAt: finished ? null : nextLook(plannedUntil, now, horizonMs),
  };
};

/**
 * The past runs in [from, until): how many of at most `runsLeft`, and the latest of them. Without that limit,
 * only the latest are looked for.
 */
const pastRuns = (
  { closed, ...clock }: { cron: string; timeZone: string; closed: readonly Span[] },
  { from, until, runsLeft }: { from: number; until: number; runsLeft: number | null },
): { times: number[]; runs: number } => {
  if (until <= from) return { times: [], runs: 0 };
  if (runsLeft !== null) {
    const all = openTimes(clock, { from, until, limit: runsLeft }, closed);
    return { times: all.slice(-MAX_MISSED), runs: all.length };
  }
  for (let span = DAY_MS; ; span *= 4) {
    const within = { from: Math.max(from, until - span), until, limit: Number.POSITIVE_INFINITY };
    const times = openTimes(clock, within, closed);
    if (times.length < MAX_MISSED && until - span > from) continue;
    const latest = times.slice(-MAX_MISSED);
    return { times: latest, runs: latest.length };
  }
};

/** The next step of a schedule's plan at `now`. */
export const planOf = (
  schedule: Cadence & Progress & MissedRule & { creationKey: string },
  now: number,
  horizonDays: number,
) => {
  const { plannedUntil, creationKey } = schedule;
  const plan = planRuns(schedule, {
    progress: schedule,
    rule: schedule,
    now,
    horizonMs: horizonDays * DAY_MS,
  });
  return { ...plan, key: creationKey, from: plannedUntil };
};

const planOnce = (
  at: number,
  { plannedUntil, rule, now }: { plannedUntil: number; rule: MissedRule; now: number },
): Planning => {
  const times = plannedUntil <= at ? [at] : [];
  return {
    times,
    missed: missedOf(times, rule, now),
    runs: times.length,
    replanFrom: at,
    plannedUntil: Math.max(plannedUntil, at + SECOND_MS),
    dueAt: null,
  };
};

/** The past times without the one that is made up for. */
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

/** Planning looks at a schedule this many times per horizon, which keeps its plan near the horizon. */
const LOOKS_PER_HORIZON = 30;

/** Never at once, so that a step without jobs is not repeated in the same tick. */
const nextLook = (plannedUntil: number, now: number, horizonMs: number): number =>
  now + Math.max(MINUTE_MS, Math.floor(Math.min(plannedUntil - now, horizonMs) / LOOKS_PER_HORIZON));

/**
 * How far a schedule counts as planned when future jobs were cancelled before they began: up to the first
 * time without another job. Later times are planned again and no longer counted. `jobsAhead` has the times of
 * its future jobs, and whether one of them waits, runs or ran.
 */
export const movedBack = (
  { plannedUntil, runsPlanned }: Omit<Progress, "ahead">,
  jobsAhead: readonly { at: number; stands: boolean }[],
): Progress => {
  const back = Math.min(plannedUntil, ...jobsAhead.filter(({ stands }) => !stands).map(({ at }) => at));
  const again = jobsAhead.filter(({ at }) => at >= back).length;
  return {
    plannedUntil: back,
    runsPlanned: Math.max(0, runsPlanned - again),
    ahead: jobsAhead.length - again,
  };
};

/** The most runs that are counted to find the last one of `maxRuns`. */
const MAX_COUNTED = 100_000;

/** The times in [from, to) at which a schedule will run and has no job yet, at most `most`. */
export const comingTimes = (
  {
    cron,
    timeZone,
    endAt,
    maxRuns,
    plannedUntil,
    runsPlanned,
    closed,
  }: Omit<Cadence & Progress, "ahead" | "startAt">,
  { from, to, most }: { from: number; to: number; most: number },
): number[] => {
  if (cron === null) return [];
  const clock = { cron, timeZone };
  const until = Math.min(to, endAt ?? to);
  if (maxRuns === null)
    return openTimes(clock, { from: Math.max(from, plannedUntil), until, limit: most }, closed);
  const left = Math.min(Math.max(0, maxRuns - runsPlanned), MAX_COUNTED);
  return openTimes(clock, { from: plannedUntil, until, limit: left }, closed)
    .filter((at) => at >= from)
    .slice(0, most);
};
