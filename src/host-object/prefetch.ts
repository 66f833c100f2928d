import type { CallHost } from "./client.ts";
import {
  type CompactPingReply,
  type CompactQuietReply,
  expandPing,
  expandQuiet,
  NOBODY,
  type ObjectCall,
  type ObjectReply,
  type PingCall,
  type PingReply,
  type Prefetched,
  type QuietCall,
  type QuietReply,
  type RenewCall,
  type RenewReply,
  type TokenReply,
} from "./protocol.ts";
import type { Span } from "./quiet-rules.ts";

const sendPing = (host: CallHost, { host: id, ping }: PingCall, digest?: string) =>
  host<CompactPingReply>(id, (object, { now, window, contactMs }) =>
    object.ping(ping, now, window, contactMs, digest),
  );

const sendNothingDue = (host: CallHost, { host: id, quiet: { from, until } }: QuietCall, digest?: string) =>
  host<CompactQuietReply>(id, (object, { now, contactMs }) =>
    object.nothingDue(from, until, now, contactMs, digest),
  );

const sendRenewal = (host: CallHost, { host: id, renew }: RenewCall, digest?: string) =>
  host<RenewReply>(id, (object, timing) => object.renew(renew, timing, digest));

export const pingObject = async (host: CallHost, id: number, guid: string): Promise<PingReply> =>
  expandPing(await sendPing(host, { host: id, ping: guid }));

/** Asks a host's object whether D1 is known to have no job for a poll. */
export const queryNothingDue = async (host: CallHost, id: number, span: Span): Promise<QuietReply> =>
  expandQuiet(await sendNothingDue(host, { host: id, quiet: span }));

export const renewInObject = (host: CallHost, id: number, leaseId: string): Promise<RenewReply> =>
  sendRenewal(host, { host: id, renew: leaseId });

/** Calls an object. `digest` is the secret's, if the token is not checked yet. */
export const callObject = (host: CallHost, objectCall: ObjectCall, digest?: string): Promise<ObjectReply> => {
  if ("ping" in objectCall) return sendPing(host, objectCall, digest);
  if ("renew" in objectCall) return sendRenewal(host, objectCall, digest);
  return sendNothingDue(host, objectCall, digest);
};

const isPingReply = (reply: ObjectReply): reply is CompactPingReply =>
  typeof reply === "object" ? "heard" in reply : reply === "recorded";

export const isRenewReply = (reply: ObjectReply): reply is RenewReply =>
  typeof reply === "object" && "renewed" in reply;

/** The reply to a ping or a poll in one word; undefined for a renewal. */
export const replyWord = (reply: ObjectReply): PingReply["heard"] | QuietReply["found"] | undefined => {
  if (typeof reply !== "object") return reply;
  if ("heard" in reply) return reply.heard;
  return "found" in reply ? reply.found : undefined;
};

/** What the reply says about the token. */
export const tokenReplyIn = (reply: ObjectReply): TokenReply => (typeof reply === "object" ? reply : NOBODY);

/** What a request has of the fast path. */
interface Prefetching {
  prefetched?: Prefetched | undefined;
}

const prefetchedFrom = ({ prefetched }: Prefetching, host: number): Partial<Prefetched> =>
  prefetched?.objectCall.host === host ? prefetched : {};

/** The prefetched reply to this ping. */
export const prefetchedPing = (by: Prefetching, host: number, guid: string): PingReply | undefined => {
  const { objectCall, reply } = prefetchedFrom(by, host);
  if (!objectCall || !("ping" in objectCall) || objectCall.ping !== guid) return undefined;
  return reply && isPingReply(reply) ? expandPing(reply) : undefined;
};

/** The prefetched reply to a poll with this span. */
export const prefetchedNothingDue = (
  by: Prefetching,
  host: number,
  { from, until }: Span,
): QuietReply | undefined => {
  const { objectCall, reply } = prefetchedFrom(by, host);
  if (!objectCall || !("quiet" in objectCall)) return undefined;
  if (objectCall.quiet.from !== from || objectCall.quiet.until !== until) return undefined;
  return reply && !isPingReply(reply) && !isRenewReply(reply) ? expandQuiet(reply) : undefined;
};

/** The prefetched reply to this renewal. */
export const prefetchedRenewal = (by: Prefetching, host: number, leaseId: string): RenewReply | undefined => {
  const { objectCall, reply } = prefetchedFrom(by, host);
  if (!objectCall || !("renew" in objectCall) || objectCall.renew !== leaseId) return undefined;
  return reply && isRenewReply(reply) ? reply : undefined;
};
