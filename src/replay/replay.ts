import type { Call } from "../call.ts";
import { DAY_MS } from "../wire/durations.ts";
import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";

/**
 * The identity of a write that creates something. `creationKey` marks the created rows, so that the batch can run
 * twice. `claim`, present if the client sent a key, finds the first request with that key (the wire contract's
 * `Idempotency-Key` and `x-qtest-nonce`, scoped by token, method and path).
 */
export interface Creation {
  creationKey: string;
  claim: { scopeDigest: string; bodyDigest: string } | undefined;
  now: number;
}

export const REPLAY_MS = DAY_MS;

/** The identity of this request; `input` is its validated body. */
export const creationOf = async ({ actor, now, request }: Call, input: unknown): Promise<Creation> => {
  const creationKey = request.id;
  if (request.key === undefined) return { creationKey, claim: undefined, now };
  const scope = JSON.stringify([actor.tokenId, request.method, request.path, request.key]);
  const [scopeDigest, bodyDigest] = await Promise.all([sha256(scope), sha256(JSON.stringify(input))]);
  return { creationKey, claim: { scopeDigest, bodyDigest }, now };
};

/**
 * The same of a request whose client sends no key and repeats it without an answer: what it sends is its key, so that
 * the same from the same caller within a day makes nothing twice.
 */
export const creationOfContent = async (call: Call, input: unknown): Promise<Creation> => {
  if (call.request.key !== undefined) return creationOf(call, input);
  const { actor, now, request } = call;
  const bodyDigest = await sha256(JSON.stringify(input));
  const scope = JSON.stringify([actor.tokenId, request.method, request.path, null, bodyDigest]);
  return { creationKey: request.id, claim: { scopeDigest: await sha256(scope), bodyDigest }, now };
};

/** The request that claimed a key, and the digest of its body. */
export interface Claim {
  bodyDigest: string;
  madeBy: string;
}

/** Whether this request repeats an earlier one. Throws `key_reused` if the earlier one had another body. */
export const refuseReusedKey = (creation: Creation, claim: Claim | undefined): boolean => {
  if (!claim || claim.madeBy === creation.creationKey) return false;
  if (claim.bodyDigest !== creation.claim?.bodyDigest) {
    throw new DomainError(
      "key_reused",
      "this Idempotency-Key (or x-qtest-nonce) was sent before with another body; use a new one",
    );
  }
  return true;
};
