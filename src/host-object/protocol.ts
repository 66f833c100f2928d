import type { CopiedObject } from "../database/object-copy.ts";
import type { LeaseRequest, Offer } from "./lease-rules.ts";
import type { LogChunk, LogPart, LogReply, LogSegment, LogTail } from "./log-table.ts";
import type { Changed, Span } from "./quiet-rules.ts";
import type { Judgement, Report, Taken } from "./report-rules.ts";
import type { CancelledRun, HostTrouble, Outside } from "./signs-object.ts";
import type { Timing } from "./timing.ts";

/**
 * All calls of a host's object. The classes say what each call does; each returns data, never throws, and may be made
 * twice. `ping` and `nothingDue` take more than three arguments: an object would be copied across the call, and every
 * ping and poll makes one.
 */
export interface HostProtocol extends SocketCalls, CopiedObject {
  introduce(guid: string, timing: Timing): void;
  forget(): void;
  ping(guid: string, now: number, window: number, contactMs: number, digest?: string): CompactPingReply;
  recorded(timing: Timing, clockOffsetMs: number | null): void;
  missedOutside(outside: Outside | null): void;
  noteTrouble(message: string | null, now: number): void;
  shown(): ShownMoment;
  heard(timing: Timing): { known: boolean; silentUntil: number | null };
  doubt(): void;
  nothingDue(from: number, until: number, now: number, contactMs: number, digest?: string): CompactQuietReply;
  learnNothingDue(epoch: string, span: Span, timing: Timing): void;
  learnToken(epoch: string, known: FoundToken, timing: Timing): void;
  beginChange(id: string, changed: Changed, timing: Timing): void;
  endChange(id: string, changed: Changed, timing: Timing): void;
  grant(offers: Offer[], caller: string, timing: Timing): GrantReply;
  lease(offers: readonly Offer[], request: LeaseRequest, timing: Timing): RunLease[];
  renew(leaseId: string, timing: Timing, digest?: string): RenewReply;
  giveBack(leaseId: string, timing: Timing): GiveBackReply;
  hold(report: Report, timing: Timing): Pick<Judgement, "verdict" | "taken">;
  release(job: number, attempt: number, taken: Taken): void;
  askToCancel(run: Run, asker: string, timing: Timing): { asked: boolean };
  dropRun(job: number, attempt: number, timing: Timing): void;
  lastContact(): { at: number | null };
  settledSilence(until: number): void;
  notifyCancelled(run: CancelledRun): void;
  forgetCancelled(job: number): void;
  appendLog(chunk: LogChunk, timing: Timing): LogReply;
  sealLog(job: number, attempt: number): LogSegment | null;
  logStored(job: number, attempt: number, to: number): { isWorthStoring: boolean };
  logTail(run: Run, part: LogPart): LogTail | null;
}

/** The calls about a host's sockets. */
export interface SocketCalls {
  tokenChanged(tokenId: number): { sockets: number };
  issueTicket(digests: TicketDigests, guid: string, timing: Timing): void;
  redeemTicket(ticket: string, timing: Timing): { secret: string | null };
}

/** One attempt of a job. */
export interface Run {
  job: number;
  attempt: number;
}

/** The digests of a ticket, and of the secret of the token that it stands for. */
export interface TicketDigests {
  ticket: string;
  secret: string;
}

/** What a host's page shows of its current state; times in epoch milliseconds. */
export interface ShownMoment {
  contactAt: number | null;
  clockOffsetMs: number | null;
  outside: Outside | null;
  /** Why the host does not poll, by its own report; null if it polls. */
  trouble: HostTrouble | null;
  /** How many of its processes have a socket. */
  sockets: number;
  /** How many jobs those can take now. */
  freeSlots: number;
  /** When its last socket was lost; null: never. */
  socketLostAt: number | null;
}

/** The protocol as callers see it: each call is a round trip. */
export type HostStub = {
  [Method in keyof HostProtocol]: (
    ...input: Parameters<HostProtocol[Method]>
  ) => Promise<ReturnType<HostProtocol[Method]>>;
} & {
  /** Accepts a socket, requested by the URL of `admissionUrl`. */
  fetch: (request: Request) => Promise<Response>;
};

/** The object's copy of a token that is limited to its host. Times in epoch milliseconds; null: never. */
export interface KnownToken {
  tokenId: number;
  name: string;
  projectIds: number[] | null;
  /** When a newer secret of the token replaces this one. */
  replacedAt: number | null;
  expiresAt: number | null;
}

/** A token that D1 has for the digest of a secret. */
export interface FoundToken {
  digest: string;
  token: KnownToken;
}

/**
 * The result of a token check, if the call brought a digest. The call does nothing if the token is not known.
 */
export interface TokenReply {
  token: KnownToken | null;
  /** The epoch under which a read of D1 may be cached; null: none. */
  epoch: string | null;
}

/** For calls without a digest, and for hosts that the object does not know. */
export const NOBODY: TokenReply = { token: null, epoch: null };

/** `unrecorded` asks the caller to record this window in D1, then to call `recorded`. */
export interface PingReply extends TokenReply {
  heard: "recorded" | "unrecorded" | "unknown_host" | "unknown_token" | "other_guid";
  /** The host's runs with a cancel request, or cancelled. */
  cancelRequested: number[];
}

/** Whether D1 is known to have no job for a poll. */
export interface QuietReply extends TokenReply {
  found: "nothing" | "not_known" | "unknown_token";
  /** The host's runs with a cancel request, or cancelled. */
  cancelRequested: number[];
  /** When a silence of the host ended whose missed jobs are not settled; null if there is none. */
  silentUntil: number | null;
  /** How many due jobs the last poll that reported it left out of its window. */
  outside: number;
}

/** The replies. A call without a digest and with nothing to add is answered by one word, which is cheaper to send than an object. */
export type CompactPingReply = PingReply | "recorded";
export type CompactQuietReply = QuietReply | "nothing";

const PLAIN = { ...NOBODY, cancelRequested: [] };

/** Expands a one-word reply. */
export const expandPing = (reply: CompactPingReply): PingReply =>
  reply === "recorded" ? { ...PLAIN, heard: reply } : reply;
export const expandQuiet = (reply: CompactQuietReply): QuietReply =>
  reply === "nothing" ? { ...PLAIN, silentUntil: null, outside: 0, found: reply } : reply;

/**
 * `hidden`: jobs leased to others. `expiresAt`: when the new leases expire; null if there is none. `known` is
 * false if the object was never introduced.
 */
export interface GrantReply {
  known: boolean;
  hidden: number[];
  expiresAt: number | null;
  /** The host's runs with a cancel request, or cancelled. */
  cancelRequested: number[];
}

export interface RunLease {
  job: number;
  attempt: number;
  leaseId: string;
  acceptBy: number;
}

/**
 * `renewed` is false if the lease is not in force, or the token is not known (a digest was sent, and `token`
 * is null) or may not access the lease's project.
 */
export interface RenewReply extends TokenReply {
  renewed: boolean;
  expiresAt: number;
  leaseMs: number;
  cancelRequested: boolean;
}

export interface GiveBackReply {
  outcome: "given_back" | "running" | "lease_lost";
  job: number;
  attempt: number;
}

/** A request's first call of its host's object. The token can be checked in the same call. */
export type ObjectCall = PingCall | QuietCall | RenewCall;

export type PingCall = { host: number; ping: string };
export type QuietCall = { host: number; quiet: Span };
export type RenewCall = { host: number; renew: string };

/** An object's reply as it was sent. */
export type ObjectReply = CompactPingReply | CompactQuietReply | RenewReply;

/** A call that was made and whose token was valid. */
export interface Prefetched {
  objectCall: ObjectCall;
  reply: ObjectReply;
}
