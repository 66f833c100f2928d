import type { DeliveryStatus } from "../database/enums.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import { type Death, failureOf, type TryFailure } from "./failures.ts";
import type { Verdict } from "./form.ts";

/** How long the next try of a delivery waits, by the number of tries before it; the last one holds for all further. */
const RETRY_WAITS = [
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
];

/**
 * How long a webhook is left alone of which nothing is taken, by how many times in a row. Then one delivery is tried for
 * all: a receiver that is down is not called once for each event, and all go out soon after it is back.
 */
const HOLD_WAITS = [0, ...[5, 10, 20, 40, 80, 160].map((seconds) => seconds * SECOND_MS), 5 * MINUTE_MS];

/** A webhook is disabled of which nothing was taken for so long, and so many times in a row. */
const DISABLED_AFTER_MS = 3 * DAY_MS;
const DISABLED_AFTER_TIMES = 20;

/** How one try of a delivery ended; `tries` is the try, `left` what counts of it. */
export interface Settled {
  id: number;
  tries: number;
  left: number;
  status: DeliveryStatus;
  dueAt: number;
  answer: string | null;
  answerStatus: number | null;
  /** How it failed, and why the delivery is given up, as both are counted; null: not, or not counted. */
  failure: TryFailure | null;
  death: Death | null;
}

/** What some tries say of their webhook. */
export interface Hold {
  wasTaken: boolean;
  hasFailed: boolean;
  /** Nothing is sent before this time, which the receiver named; 0: it named none. */
  notBefore: number;
  waits: readonly number[];
}

interface Tried {
  id: number;
  tries: number;
  diesAt: number;
}

/** When a delivery whose try failed is tried again; undefined: it was the last one. */
export const nextTryAt = (
  { tries, diesAt }: Pick<Tried, "tries" | "diesAt">,
  now: number,
  notBefore: number | null,
): number | undefined => {
  if (now >= diesAt) return undefined;
  const wait = RETRY_WAITS[Math.min(tries, RETRY_WAITS.length) - 1] ?? 0;
  return Math.max(Math.min(now + wait, diesAt), notBefore ?? 0);
};

/** How a try ended at `now` by its verdict. */
export const settledBy = (delivery: Tried, verdict: Verdict, now: number): Settled => {
  const { id, tries } = delivery;
  const ended = {
    ...{ id, tries, left: tries, dueAt: now, answer: verdict.note, answerStatus: verdict.status },
    ...{ failure: failureOf(verdict), death: null },
  };
  if (verdict.is === "taken") return { ...ended, status: "delivered" };
  const again = verdict.is === "gone" ? undefined : nextTryAt(delivery, now, verdict.notBefore);
  return again === undefined
    ? { ...ended, status: "dead", death: verdict.is === "gone" ? "gone" : "failed" }
    : { ...ended, status: "waiting", dueAt: again };
};

/** A delivery that was claimed and not tried: as if it had not been. */
export const givenBack = ({ id, tries }: Tried, now: number): Settled => ({
  ...{ id, tries, left: tries - 1, status: "waiting", dueAt: now },
  ...{ answer: null, answerStatus: null, failure: null, death: null },
});

/** What verdicts say of their webhook. */
export const holdBy = (verdicts: readonly Verdict[]): Hold => ({
  wasTaken: verdicts.some(({ is }) => is === "taken"),
  hasFailed: verdicts.some(({ is }) => is === "failed"),
  notBefore: Math.max(
    0,
    ...verdicts.map((verdict) => (verdict.is === "failed" ? (verdict.notBefore ?? 0) : 0)),
  ),
  waits: HOLD_WAITS,
});

/** Why a webhook is to be disabled after some verdicts; null: it is not. */
export const disablingNote = (
  webhook: { failingSince: number | null; failures: number },
  verdicts: readonly Verdict[],
  now: number,
): string | null => {
  const gone = verdicts.find(({ is }) => is === "gone");
  if (gone) return gone.note;
  const { wasTaken, hasFailed } = holdBy(verdicts);
  const { failingSince, failures } = webhook;
  if (wasTaken || !hasFailed || failingSince === null) return null;
  return now - failingSince >= DISABLED_AFTER_MS && failures + 1 >= DISABLED_AFTER_TIMES
    ? `all tries failed for ${DISABLED_AFTER_MS / DAY_MS} days; the last one: ${verdicts.at(-1)?.note ?? ""}`
    : null;
};
