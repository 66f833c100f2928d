import { DAY_MS } from "../wire/durations.ts";
import type { Answer, Verdict } from "./form.ts";

/** The most that a Retry-After may delay a try. */
const MAX_RETRY_AFTER_MS = DAY_MS;

/** The time that a Retry-After names, as seconds or as a date; null: none. At most a day after `now`. */
const retryTime = (text: string | null, now: number): number | null => {
  if (text === null) return null;
  const at = /^\s*\d{1,9}\s*$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(at) && at > now ? Math.min(at, now + MAX_RETRY_AFTER_MS) : null;
};

/**
 * How a try ended by its answer: 2xx takes the event, 410 disables the webhook, anything else fails. `now` in epoch
 * milliseconds.
 */
export const judge = (answer: Answer, now: number): Verdict => {
  if (answer.status === null) return { is: "failed", status: null, note: answer.why, notBefore: null };
  const { status } = answer;
  const note = `answered ${status}`;
  if (status >= 200 && status < 300) return { is: "taken", status, note };
  if (status === 410) return { is: "gone", status, note: "answered 410: it wants no more events" };
  if (status >= 300 && status < 400)
    return { is: "failed", status, note: `${note}: redirects are not followed`, notBefore: null };
  return { is: "failed", status, note, notBefore: retryTime(answer.retryAfter, now) };
};

/** The verdict over several requests for one event: the first that was not taken decides. */
export const judgeAll = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.find(({ is }) => is !== "taken") ??
  verdicts[0] ?? { is: "taken", status: null, note: "its form has nothing to say of this" };
