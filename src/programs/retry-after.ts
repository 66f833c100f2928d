const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** The service, or a proxy before it, cannot answer now. */
export const RETRY_STATUSES = [408, 425, 429];

/** The wait that a `Retry-After` asks for: seconds, or a date. */
export const retryAfterIn = (value: string | null, now: number): number | null => {
  if (value === null) return null;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
};
