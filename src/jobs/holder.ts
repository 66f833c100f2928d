import type { Call } from "../env.ts";

/**
 * Who says so: the mark by which a repeat is told from a rival (the wire contract's "Job moves"). It is the
 * caller's `Lease-Owner`, else its key for this one request; who sends neither is someone new each time.
 */
export const callerOf = ({ actor, request }: Pick<Call, "actor" | "request">): string => {
  if (request.owner !== undefined) return `owner:${request.owner}`;
  if (request.key !== undefined) return `key:${actor.tokenId}:${request.key}`;
  return `once:${request.id}`;
};
