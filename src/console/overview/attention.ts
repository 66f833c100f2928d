import * as z from "zod";
import { messageIn } from "../../alarms/wire.ts";
import { JOB_STATUSES } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import {
  type AlarmRow,
  ATTENTION_DAYS,
  type FailingRow,
  MAX_RUNS,
  type WaitingRow,
} from "./attention-store.ts";
import type { RunningRow } from "./now-store.ts";

/** How many groups of each rank the page shows at most, so that none hides another, and of those acknowledged. */
const MAX_OF_RANK = [2, 2, 3, 1, 2, 1];
const MAX_ACKNOWLEDGED = 5;
/** How many groups a page of all has. */
const PAGE = 15;

/** Who acknowledged it, and until when; null: it asks for attention. */
type Acknowledged = { until: number; by: string } | null;

/** A schedule that failed, how often, and since when. */
export interface Failing extends Omit<FailingRow, "runs" | "until" | "by"> {
  kind: "failing";
  times: number;
  /** It failed at least so often: all of its runs that were looked at failed. */
  isAtLeast: boolean;
  /** Epoch milliseconds: the first of these failures. */
  since: number;
  /** It has passed since, and failed more than once before that. */
  isOver: boolean;
  acknowledged: Acknowledged;
}

/** A host for which jobs wait past their time. */
export interface Waiting extends Omit<WaitingRow, "until" | "by"> {
  kind: "waiting";
  acknowledged: Acknowledged;
}

/** A run in doubt. */
export interface Doubtful extends RunningRow {
  kind: "doubtful";
  acknowledged: Acknowledged;
}

/** An alarm that the others do not say. */
export interface Alarm extends Omit<AlarmRow, "kind" | "facts" | "until" | "by"> {
  kind: "alarm";
  of: AlarmRow["kind"];
  message: string;
  acknowledged: Acknowledged;
}

export type Attention = Failing | Waiting | Doubtful | Alarm;

const runsShape = z.array(z.tuple([z.enum(JOB_STATUSES), z.number()]));

const acknowledgedOf = (
  { until, by }: { until: number | null; by: string | null },
  now: number,
): Acknowledged => (until !== null && until > now ? { until, by: by ?? "" } : null);

/** How often a schedule failed in a row, or on and off in the last days; undefined if once, and it passed since. */
export const failingOf = (row: FailingRow, now: number): Failing | undefined => {
  const { runs: json, until, by, ...rest } = row;
  const runs = runsShape.parse(JSON.parse(json));
  const ended = runs.filter(([status]) => status === "FAILED" || status === "COMPLETED");
  const passedAt = ended.findIndex(([status]) => status === "COMPLETED");
  const streak = passedAt === -1 ? ended : ended.slice(0, passedAt);
  const isOver = passedAt === 0;
  const since = now - ATTENTION_DAYS * DAY_MS;
  const failures = isOver ? ended.filter(([status, at]) => status === "FAILED" && at > since) : streak;
  if (isOver && failures.length < 2) return undefined;
  return {
    ...rest,
    kind: "failing",
    times: Math.max(1, failures.length),
    isAtLeast: passedAt === -1 && runs.length === MAX_RUNS,
    since: failures.at(-1)?.[1] ?? row.failedAt,
    isOver,
    acknowledged: acknowledgedOf({ until, by }, now),
  };
};

/** Offline hosts with due work first, then runs in doubt, what fails, what waits, alarms, and what failed and passes again. */
const rankOf = (item: Attention): number => {
  if (item.kind === "alarm") return 4;
  if (item.kind === "doubtful") return 1;
  if (item.kind === "failing") return item.isOver ? 5 : 2;
  return item.isOffline === 1 ? 0 : 3;
};

/** What needs attention, the most urgent first, and what somebody acknowledged. The overview has a few of each rank; `from`: all, a page from there. */
export const attentionOf = (
  rows: {
    failing: readonly FailingRow[];
    waiting: readonly WaitingRow[];
    alarms: readonly AlarmRow[];
    running: readonly RunningRow[];
  },
  now: number,
  from?: number,
) => {
  const items: Attention[] = [
    ...rows.waiting.map(
      ({ until, by, ...rest }): Waiting => ({
        ...rest,
        kind: "waiting",
        acknowledged: acknowledgedOf({ until, by }, now),
      }),
    ),
    ...rows.running
      .filter(({ isDoubtful }) => isDoubtful === 1)
      .map((row): Doubtful => ({ ...row, kind: "doubtful", acknowledged: acknowledgedOf(row, now) })),
    ...rows.failing.flatMap((row) => failingOf(row, now) ?? []),
    ...rows.alarms.map(
      ({ kind, facts, until, by, ...rest }): Alarm => ({
        ...rest,
        kind: "alarm",
        of: kind,
        message: messageIn(facts),
        acknowledged: acknowledgedOf({ until, by }, now),
      }),
    ),
  ];
  const ranked = items.toSorted((one, other) => rankOf(one) - rankOf(other));
  const open = ranked.filter(({ acknowledged }) => acknowledged === null);
  const shownOf = (item: Attention, place: number): boolean => {
    if (from !== undefined) return place >= from && place < from + PAGE;
    const first = open.findIndex((other) => rankOf(other) === rankOf(item));
    return place - first < (MAX_OF_RANK[rankOf(item)] ?? 0);
  };
  const shown = open.filter(shownOf);
  return {
    open: shown,
    isCut: open.length > shown.length,
    /** Where the next page begins; undefined: this is the last. */
    next: from !== undefined && open.length > from + PAGE ? from + PAGE : undefined,
    acknowledged: ranked.filter(({ acknowledged }) => acknowledged !== null).slice(0, MAX_ACKNOWLEDGED),
  };
};
