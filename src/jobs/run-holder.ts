import type { Call } from "../call.ts";

/** The mark of whoever runs a job under this lease. */
export const leaseHolder = (leaseId: string): string => `${UNDER_LEASE}${leaseId}`;

/** How the mark of a run under a lease begins. */
export const UNDER_LEASE = "lease:";

export const isUnderLease = (holder: string | null): boolean => holder?.startsWith(UNDER_LEASE) ?? false;

/**
 * Who says so: the mark by which a repeat is told from a rival (the wire contract's "Job moves"). It is the
 * caller's `Lease-Owner`, else its key for this one request; who sends neither is someone new each time.
 */
export const processMark = (call: Pick<Call, "actor" | "request">): string =>
  call.request.owner === undefined ? requestMark(call) : `owner:${call.request.owner}`;

/** The mark of one request and its repeats: its key, else nobody else's. */
export const requestMark = ({ actor, request }: Pick<Call, "actor" | "request">): string =>
  request.key === undefined ? `once:${request.id}` : `key:${actor.tokenId}:${request.key}`;
