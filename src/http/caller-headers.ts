import {
  IDEMPOTENCY_KEY,
  JOBS_RUNNING,
  LEASE_OWNER,
  MAX_CHARACTERS,
  NONCE,
  type RequestHeader,
  requestHeaders,
} from "./own-headers.ts";

/** Which request it is: the same on each try of it. */
export const keyIn = (headers: Headers): string | undefined =>
  headers.get(IDEMPOTENCY_KEY) || headers.get(NONCE) || undefined;

/** Which process sends it. */
export const ownerIn = (headers: Headers): string | undefined => headers.get(LEASE_OWNER) || undefined;

/** Whether a call says what its process runs now: an empty list says a lot. */
export const saysRunning = (headers: Headers): boolean => headers.has(JOBS_RUNNING);

/** The jobs that the process of a call runs now; undefined where it does not say, or in no list of ids. */
export const runningIn = (headers: Headers): number[] | undefined =>
  requestHeaders.shape[JOBS_RUNNING].safeParse(headers.get(JOBS_RUNNING) ?? undefined).data;

/** What a call heeds of it: a ping nothing; a poll who its caller is, by the owner, else by the key; the others both. */
export type CallerHeaders = "none" | "process" | "all";

/** Whether what a poll says of its caller is longer than is taken. */
export const isLongCaller = (headers: Headers): boolean =>
  (ownerIn(headers) ?? keyIn(headers) ?? "").length > MAX_CHARACTERS;

/** Header values by name. */
type Sent = Partial<Record<string, string>>;

const ofCaller = (
  { [IDEMPOTENCY_KEY]: key, [NONCE]: nonce, [LEASE_OWNER]: owner }: Sent,
  callerHeaders: CallerHeaders,
): Sent => {
  if (callerHeaders === "none") return {};
  if (callerHeaders === "process" && owner) return { [LEASE_OWNER]: owner };
  return { [key ? IDEMPOTENCY_KEY : NONCE]: key || nonce, [LEASE_OWNER]: owner };
};

/** Those of the sent headers that a call judges: what it heeds of its caller, and `Jobs-Running` where it reads that. */
export const heededHeaders = (
  sent: Sent,
  {
    callerHeaders = "all",
    headers = [],
  }: { callerHeaders?: CallerHeaders; headers?: readonly RequestHeader[] },
): Sent => ({
  ...ofCaller(sent, callerHeaders),
  ...(headers.includes(JOBS_RUNNING) ? { [JOBS_RUNNING]: sent[JOBS_RUNNING] } : {}),
});

/** Where a request came from, as the platform's edge says. */
export const addressIn = (headers: Headers): string | null => headers.get("CF-Connecting-IP");
