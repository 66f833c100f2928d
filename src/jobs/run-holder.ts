import type { Call } from "../call.ts";

/** The holder of a run under this lease. */
export const leaseHolder = (leaseId: string): string => `${UNDER_LEASE}${leaseId}`;

/** The prefix of the holder of a run under a lease. */
export const UNDER_LEASE = "lease:";

export const isUnderLease = (holder: string | null): boolean => holder?.startsWith(UNDER_LEASE) ?? false;

/**
 * The holder mark that distinguishes a repeat from another process (the wire contract's "Job moves"): the
 * caller's `Lease-Owner`, else the key of this request. Without either, each request is a new holder.
 */
export const processMark = (call: Pick<Call, "actor" | "request">): string =>
  call.request.owner === undefined ? requestMark(call) : `owner:${call.request.owner}`;

/** The mark of one request and its retries: its key, else its unique id. */
export const requestMark = ({ actor, request }: Pick<Call, "actor" | "request">): string =>
  request.key === undefined ? `once:${request.id}` : `key:${actor.tokenId}:${request.key}`;
