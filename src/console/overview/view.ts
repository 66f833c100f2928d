import * as z from "zod";
import type { Call } from "../../call.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { attentionOf } from "./attention.ts";
import { lastDays, outcomesByDay, passRate } from "./days.ts";
import type { RunningRow } from "./now-store.ts";
import { MAX_WAITS, readOverview as readStored, readAttention as readStoredAttention } from "./store.ts";

const MAX_RUNNING = 4;

/** How long the jobs of the last day waited from their time until they began. */
export interface Waits {
  bands: { label: string; count: number }[];
  jobs: number;
  /** There were more jobs; only the latest are counted. */
  isCut: boolean;
}

/** The upper edges of the bands, exclusive. */
const BANDS = [
  { label: "under 2 s", ms: 2000 },
  { label: "under 5 s", ms: 5000 },
  { label: "under 15 s", ms: 15_000 },
  { label: "under 1 min", ms: 60_000 },
  { label: "under 5 min", ms: 300_000 },
  { label: "under 30 min", ms: 1_800_000 },
];
const LONGEST = "30 min or more";

/** `under`: how many jobs waited less than each edge. */
const waitsOf = (under: readonly number[], { began, due }: { began: number; due: number }): Waits => ({
  bands: [...BANDS.map(({ label }) => label), LONGEST].map((label, place) => ({
    label,
    count: (under[place] ?? began) - (under[place - 1] ?? 0),
  })),
  jobs: began,
  isCut: due >= MAX_WAITS,
});

/** A run in progress beside how long runs of its schedule usually take. */
export interface Run extends RunningRow {
  /** Epoch milliseconds. */
  since: number;
  /** The median of its schedule's last runs that completed, in milliseconds; null without any. */
  usualMs: number | null;
}

const lengthsShape = z.array(z.number());

/** The middle one of some numbers, null of none. */
export const medianOf = (numbers: readonly number[]): number | null =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? null;

const runOf = (row: RunningRow): Run => ({
  ...row,
  since: row.startedAt ?? row.statusChangedAt,
  usualMs: medianOf(lengthsShape.parse(JSON.parse(row.lengths))),
});

/** The state of the installation, within what the caller may see, in the days of `zone`. */
export const readOverview = async ({ db, actor, now, settings }: Call, zone: string) => {
  const days = lastDays(now, zone);
  const first = days[0]?.from ?? now;
  const edges = BANDS.map(({ ms }) => ms);
  const windowMs = settings.WINDOW_SECONDS * 1000;
  const stored = await readStored(db, actor, { now, windowMs, chartFrom: first - (first % DAY_MS), edges });
  const { checkedAt, isEmpty, tiles, coming, oldest, waits } = stored;
  const chart = outcomesByDay(days, stored.days);
  return {
    ...{ checkedAt, isEmpty, tiles, coming, oldest, chart },
    passRate: passRate(chart),
    dailyRates: chart.map((day) => passRate([day])),
    attention: attentionOf(stored, now),
    running: stored.running
      .filter(({ isDoubtful }) => isDoubtful === 0)
      .slice(0, MAX_RUNNING)
      .map(runOf),
    waits: waitsOf(waits.under, waits),
  };
};
/** A page of all that asks for attention, within what the caller may see, from the place `from`. */
export const readAttention = async ({ db, actor, now, settings }: Call, from: number) => {
  const stored = await readStoredAttention(db, actor, { now, windowMs: settings.WINDOW_SECONDS * 1000 });
  return attentionOf(stored, now, from);
};

export type Overview = Awaited<ReturnType<typeof readOverview>>;
