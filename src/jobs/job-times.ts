import type { Taken } from "../host-object/report-rules.ts";

/** A duration that a host reports; an invalid one is ignored. */
export const lengthIn = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** When the job was handed to the process that takes it, by the lease that its report replaced; null if it was not handed out. */
export const offeredAtOf = (taken: Taken | null, leaseMs: number): number | null => {
  const { kind, heardAt, expiresAt } = taken?.before ?? {};
  if (kind === "run") return heardAt ?? null;
  return kind === "poll" && expiresAt !== undefined ? expiresAt - leaseMs : null;
};
