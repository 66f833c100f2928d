import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import { RETRY_STATUSES, retryAfterIn } from "../programs/retry-after.ts";
import { VERSION } from "../programs/version.ts";

/** The service did not answer, however often it was asked. */
export class Unanswered extends Error {}

/** How a request is sent until it is answered. */
export interface Patience {
  /** How long one try may take, in milliseconds. */
  tryMs: number;
  /** For how long to try, in milliseconds. */
  patienceMs: number;
  /** Whether the body is read as it comes, which may take longer than a try. */
  isStream?: boolean;
  /** Aborted: stop trying. */
  signal?: AbortSignal;
  /** Called before each wait for another try. */
  onTrouble?: (message: string) => void;
}

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
/** With less time left it is not tried again. */
const LAST_WAIT_MS = 250;

/** Why an answer is no answer; undefined if it is one. */
const failureOf = (response: Response): string | undefined => {
  if (response.status >= 500 || RETRY_STATUSES.includes(response.status)) return `answers ${response.status}`;
  return response.headers.has("x-request-id")
    ? undefined
    : `answers ${response.status}, and not as Muster does`;
};

interface Tried {
  response?: Response;
  failure: string;
  retryAfterMs: number | null;
}

/** The answer with its whole body, so that one which breaks off is no answer. */
const whole = async (response: Response): Promise<Response> => {
  const { status, headers } = response;
  const bytes = await response.arrayBuffer();
  return new Response(bytes.byteLength === 0 ? null : bytes, { status, headers });
};

const tryOnce = async (
  input: RequestInfo | URL,
  init: RequestInit,
  { tryMs, isStream, signal }: Patience,
): Promise<Tried> => {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), tryMs);
  const either = signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal;
  try {
    const response = await fetch(input, { ...init, redirect: "manual", signal: either });
    const failure = failureOf(response);
    const retryAfterMs = retryAfterIn(response.headers.get("Retry-After"), Date.now());
    if (failure !== undefined) await response.body?.cancel();
    if (failure !== undefined) return { failure, retryAfterMs };
    return { response: isStream ? response : await whole(response), failure: "", retryAfterMs: null };
  } catch (error) {
    const failure = timeout.signal.aborted
      ? `does not answer within ${tryMs / 1000} s`
      : `does not answer: ${reasonOf(error)}`;
    return { failure, retryAfterMs: null };
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A `fetch` that sends a request again until the service answers. A lost answer is no matter: each request that changes
 * something carries a key of its own, so that nothing is done twice. Throws `Unanswered`.
 */
export const patientFetch =
  (url: string, patience: Patience): typeof fetch =>
  async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("User-Agent", `muster/${VERSION}`);
    if (init.method !== "GET") headers.set("Idempotency-Key", crypto.randomUUID());
    const until = performance.now() + patience.patienceMs;
    for (let tries = 0; ; tries++) {
      const { response, failure, retryAfterMs } = await tryOnce(input, { ...init, headers }, patience);
      if (response) return response;
      const backoff = Math.min(FIRST_WAIT_MS * 2 ** tries, MAX_WAIT_MS) * (0.5 + Math.random() / 2);
      const leftMs = until - performance.now();
      // The last try is made at the end of the patience, but no try comes before the time that the service asks for.
      const waitMs = Math.max(retryAfterMs ?? 0, Math.min(backoff, leftMs));
      if (patience.signal?.aborted || leftMs < LAST_WAIT_MS || waitMs > leftMs)
        throw new Unanswered(`${url} ${failure}`);
      patience.onTrouble?.(`${url} ${failure}; trying again in ${Math.ceil(waitMs / 1000)} s`);
      await sleep(waitMs, undefined, patience.signal ? { signal: patience.signal } : {}).catch(
        () => undefined,
      );
      if (patience.signal?.aborted) throw new Unanswered(`${url} ${failure}`);
    }
  };
