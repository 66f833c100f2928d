import type { Call } from "../env.ts";

/**
 * The identity of a write that makes something. `creationKey` marks the rows it makes, so that its batch can
 * run twice; `claim`, where the client sent a key, finds the first request of that key (the wire contract's
 * `Idempotency-Key` and `x-qtest-nonce`, scoped by token, method and path).
 */
export interface Creation {
  creationKey: string;
  claim: { scopeDigest: string; bodyDigest: string } | undefined;
  now: number;
}

/** For how long a key is remembered. */
export const REPLAY_MS = 24 * 3600 * 1000;

/** SHA-256 of UTF-8 text, in hex. */
export const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** The identity of this request; `input` is its body as validated. */
export const creationOf = async ({ actor, now, request }: Call, input: unknown): Promise<Creation> => {
  const creationKey = request.id;
  if (request.key === undefined) return { creationKey, claim: undefined, now };
  const scope = JSON.stringify([actor.tokenId, request.method, request.path, request.key]);
  const [scopeDigest, bodyDigest] = await Promise.all([sha256(scope), sha256(JSON.stringify(input))]);
  return { creationKey, claim: { scopeDigest, bodyDigest }, now };
};
