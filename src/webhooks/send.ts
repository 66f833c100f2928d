import { SECOND_MS } from "../wire/durations.ts";
import { addressProblem } from "./addresses.ts";
import type { Answer, Outgoing, TargetRules } from "./form.ts";

/** How long a receiver has, for its whole answer. */
const TIMEOUT_MS = 10_000;
/** How much of an answer's body is read: enough for the connection to be used again. The rest is thrown away. */
const MAX_READ = 16 * 1024;

const USER_AGENT = "Muster-Webhooks";

/** Reads a body, some of it at least, into `kept` up to so many bytes. */
const drain = async (
  body: ReadableStream<Uint8Array> | null,
  { kept, keeps }: { kept: Uint8Array[]; keeps: number },
): Promise<void> => {
  const reader = body?.getReader();
  if (!reader) return;
  for (let read = 0; read < Math.max(MAX_READ, keeps); ) {
    const { done, value } = await reader.read();
    if (done) return;
    if (read < keeps) kept.push(value.slice(0, keeps - read));
    read += value.byteLength;
  }
  await reader.cancel();
};

/** Reads a body, and keeps its beginning. What goes wrong with it changes nothing: the status says whether the event was taken. */
const readBody = async ({ body }: Response, keeps: number): Promise<string> => {
  const kept: Uint8Array[] = [];
  try {
    await drain(body, { kept, keeps });
  } catch {
    // The receiver closed, or was too slow.
  }
  return new Blob(kept).text();
};

/** When a receiver's limit begins anew that it says to be used up, as GitHub says it; null: it does not say so. */
const limitedUntil = (headers: Headers): number | null => {
  const reset = headers.get("X-RateLimit-Reset") ?? "";
  return headers.get("X-RateLimit-Remaining") === "0" && /^\d{1,12}$/.test(reset)
    ? Number(reset) * SECOND_MS
    : null;
};

/** Why there was no answer. The platform's own message may name addresses, and says no more. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")
    ? `did not answer within ${TIMEOUT_MS / 1000} s`
    : "could not be reached: its name, its connection or its certificate is wrong, or it is down";

/**
 * Sends a request to a receiver. Its address is checked again, since rules may have changed since it was stored; a
 * redirect is an answer like others, and is not followed. Never throws.
 */
export const sendRequest = async (
  { url, method, headers, body, keeps = 0 }: Outgoing,
  { rules, timeoutMs = TIMEOUT_MS }: { rules: TargetRules; timeoutMs?: number },
): Promise<Answer> => {
  const problem = addressProblem(url, rules);
  if (problem !== undefined) return { status: null, why: `was not called: its address ${problem}` };
  try {
    const response = await fetch(url, {
      method,
      headers: { "User-Agent": USER_AGENT, ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readBody(response, keeps);
    const { status, headers: answered } = response;
    return {
      ...{ status, retryAfter: answered.get("Retry-After") },
      ...(keeps > 0 ? { text, limitedUntil: limitedUntil(answered) } : {}),
    };
  } catch (error) {
    return { status: null, why: reasonOf(error) };
  }
};
