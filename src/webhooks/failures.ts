import type { Verdict } from "./form.ts";

/** How tries fail, for `/metrics`: by the receiver's status, or without one. */
export const TRY_FAILURES = ["no_answer", "3xx", "4xx", "5xx", "_OTHER"] as const;

export type TryFailure = (typeof TRY_FAILURES)[number];

/** Why deliveries are given up: their tries failed for a day, the receiver or a person wanted no more, or there is nothing left to tell of. */
export const DEATHS = ["failed", "gone", "disabled", "removed"] as const;

export type Death = (typeof DEATHS)[number];

/** The names under which `metrics` counts them; their labels are a form and one of these words. */
export const TRIES_FAILED = "webhook_tries_failed";
export const DELIVERIES_DEAD = "webhook_deliveries_dead";

const BY_HUNDREDS: Readonly<Record<number, TryFailure>> = { 3: "3xx", 4: "4xx", 5: "5xx" };

/** How a try failed; null: it did not. */
export const failureOf = (verdict: Verdict): TryFailure | null => {
  if (verdict.is === "taken") return null;
  if (verdict.status === null) return "no_answer";
  return BY_HUNDREDS[Math.floor(verdict.status / 100)] ?? "_OTHER";
};
