import { addressProblem } from "./addresses.ts";
import type { Answer, Outgoing, TargetRules } from "./form.ts";

/** How long a receiver has, for its whole answer. */
const TIMEOUT_MS = 10_000;
/** How much of an answer's body is read: enough for the connection to be used again. It is thrown away. */
const MAX_READ = 16 * 1024;

const USER_AGENT = "Muster-Webhooks";

const drain = async (body: ReadableStream<Uint8Array> | null): Promise<void> => {
  const reader = body?.getReader();
  if (!reader) return;
  for (let read = 0; read < MAX_READ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    read += value.byteLength;
  }
  await reader.cancel();
};

/** Reads and drops a body. What goes wrong with it changes nothing: the status says whether the event was taken. */
const dropBody = async ({ body }: Response): Promise<void> => {
  try {
    await drain(body);
  } catch {
    // The receiver closed, or was too slow.
  }
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
  { url, method, headers, body }: Outgoing,
  { rules, timeoutMs = TIMEOUT_MS }: { rules: TargetRules; timeoutMs?: number },
): Promise<Answer> => {
  const problem = addressProblem(url, rules);
  if (problem !== undefined) return { status: null, why: `was not called: its address ${problem}` };
  try {
    const response = await fetch(url, {
      method,
      headers: { "User-Agent": USER_AGENT, ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await dropBody(response);
    return { status: response.status, retryAfter: response.headers.get("Retry-After") };
  } catch (error) {
    return { status: null, why: reasonOf(error) };
  }
};
