import { type TraceContext, traceContextOf } from "../wire/trace-context.ts";
import {
  IDEMPOTENCY_KEY,
  JOBS_RUNNING,
  LEASE_OWNER,
  MAX_CHARACTERS,
  NONCE,
  type RequestHeader,
  requestHeaders,
  TRACEPARENT,
  TRACESTATE,
} from "./declared-headers.ts";

/** Identifies the request; the same on each of its tries. */
export const keyIn = (headers: Headers): string | undefined =>
  headers.get(IDEMPOTENCY_KEY) || headers.get(NONCE) || undefined;

/** Identifies the process that sends it. */
export const ownerIn = (headers: Headers): string | undefined => headers.get(LEASE_OWNER) || undefined;

/** Whether a call sends its running jobs. An empty list counts. */
export const saysRunning = (headers: Headers): boolean => headers.has(JOBS_RUNNING);

/** The jobs that the caller's process runs now; undefined if it sends none, or no valid list of ids. */
export const runningIn = (headers: Headers): number[] | undefined =>
  requestHeaders.shape[JOBS_RUNNING].safeParse(headers.get(JOBS_RUNNING) ?? undefined).data;

/** Which of these headers the call uses: `none`: a ping; `process`: a poll uses the owner, else the key; `all`: both. */
export type CallerHeaders = "none" | "process" | "all";

/** Whether a poll's caller header exceeds the limit. */
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

/** The sent headers that a call checks: its caller headers, and `Jobs-Running` if it reads that. */
export const usedHeaders = (
  sent: Sent,
  {
    callerHeaders = "all",
    headers = [],
  }: { callerHeaders?: CallerHeaders; headers?: readonly RequestHeader[] },
): Sent => ({
  ...ofCaller(sent, callerHeaders),
  ...(headers.includes(JOBS_RUNNING) ? { [JOBS_RUNNING]: sent[JOBS_RUNNING] } : {}),
});

/** The trace that a request belongs to. An invalid one is ignored, as the specification of these headers wants. */
export const traceIn = (headers: Headers): TraceContext | undefined =>
  traceContextOf(headers.get(TRACEPARENT), headers.get(TRACESTATE));

/** The client's address, by the platform's edge. */
export const addressIn = (headers: Headers): string | null => headers.get("CF-Connecting-IP");
