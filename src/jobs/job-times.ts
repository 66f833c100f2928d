import type { Taken } from "../host-object/report-rules.ts";

/** A length of time that a host says; what is none is ignored. */
export const lengthIn = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** When the process that takes a job was told of it, by what its report took the place of; null where it was not handed out. */
export const offeredAtOf = (taken: Taken | null, leaseMs: number): number | null => {
  const { kind, heardAt, expiresAt } = taken?.before ?? {};
  if (kind === "run") return heardAt ?? null;
  return kind === "poll" && expiresAt !== undefined ? expiresAt - leaseMs : null;
};
