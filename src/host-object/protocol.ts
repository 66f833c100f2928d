import type { Ask, Offer } from "./lease-rules.ts";
import type { LogChunk, LogReply, LogSegment, LogTail } from "./log-table.ts";
import type { Changed, Span } from "./quiet-rules.ts";
import type { Judgement, Report, Taken } from "./report-rules.ts";
import type { CancelledRun, HostTrouble, Outside } from "./signs-object.ts";
import type { Timing } from "./timing.ts";

/**
 * All that may be asked of a host's object. Its class (host-object.ts) says what each call does; it answers data and
 * never throws. Every call may be made twice. Some take more than three arguments: an object would be copied across
 * the call, which each ping and poll makes.
 */
export interface HostProtocol extends Tickets {
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
  learnToken(epoch: string, digest: string, token: KnownToken, timing: Timing): void;
  beginChange(id: string, changed: Changed, timing: Timing): void;
  endChange(id: string, changed: Changed, timing: Timing): void;
  grant(offers: Offer[], caller: string, timing: Timing): GrantReply;
  lease(offers: readonly Offer[], ask: Ask, timing: Timing): RunLease[];
  renew(leaseId: string, timing: Timing, digest?: string): RenewReply;
  giveBack(leaseId: string, timing: Timing): GiveBackReply;
  hold(report: Report, timing: Timing): Pick<Judgement, "verdict" | "taken">;
  release(job: number, attempt: number, taken: Taken): void;
  askToCancel(job: number, attempt: number, asker: string, timing: Timing): { asked: boolean };
  dropRun(job: number, attempt: number, timing: Timing): void;
  lastContact(): { at: number | null };
  settledSilence(until: number): void;
  tellCancelled(run: CancelledRun): void;
  heardOfCancel(job: number): void;
  appendLog(chunk: LogChunk, timing: Timing): LogReply;
  sealLog(job: number, attempt: number): LogSegment | null;
  logStored(job: number, attempt: number, to: number): void;
  logTail(job: number, attempt: number, from: number, most: number): LogTail | null;
}

/** What may be asked of it for sockets that are opened by tickets. */
export interface Tickets {
  issueTicket(ticket: string, secret: string, guid: string, timing: Timing): void;
  redeemTicket(ticket: string, timing: Timing): { secret: string | null };
}

/** What the page of a host shows of its present moment; times in epoch milliseconds. */
export interface ShownMoment {
  contactAt: number | null;
  clockOffsetMs: number | null;
  outside: Outside | null;
  /** Why it asks for no jobs, by its own word; null where it asks. */
  trouble: HostTrouble | null;
  /** How many of its processes have a socket. */
  sockets: number;
  /** When its last socket was lost; null where it never had one. */
  socketLostAt: number | null;
}

/** The protocol as its callers see it: each call is a round trip. */
export type HostStub = {
  [Method in keyof HostProtocol]: (
    ...input: Parameters<HostProtocol[Method]>
  ) => Promise<ReturnType<HostProtocol[Method]>>;
} & {
  /** Takes in a socket, by a request for one that `admissionUrl` addresses. */
  fetch: (request: Request) => Promise<Response>;
};

/** What an object knows of a secret of a token that is limited to its host; times in epoch milliseconds, null is never. */
export interface KnownToken {
  tokenId: number;
  name: string;
  projectIds: number[] | null;
  /** When a newer secret of the same token takes its place. */
  replacedAt: number | null;
  expiresAt: number | null;
}

/** What the digest of a token's secret found, where a call brought one; then nothing is done for who is not known. */
export interface TokenReply {
  token: KnownToken | null;
  /** What is learned of D1 from here on is learned under this; null where nothing can be. */
  epoch: string | null;
}

/** What is said of a secret that nobody asks about, or of a host that is not known. */
export const NOBODY: TokenReply = { token: null, epoch: null };

/** `unrecorded` asks the caller to record this window in D1, then to tell it by `recorded`. */
export interface PingReply extends TokenReply {
  heard: "recorded" | "unrecorded" | "unknown_host" | "unknown_token" | "other_guid";
  /** The host's runs that someone asked to cancel, or cancelled. */
  cancelRequested: number[];
}

/** Whether D1 is known to have nothing for a poll. */
export interface QuietReply extends TokenReply {
  told: "nothing" | "not_known" | "unknown_token";
  /** The host's runs that someone asked to cancel, or cancelled. */
  cancelRequested: number[];
  /** When a silence of the host ended whose missed jobs are not settled yet; null where there is none. */
  silentUntil: number | null;
  /** How many jobs that were due the last poll that said so left out of its window. */
  outside: number;
}

/** The replies; in one word where no secret came along and there is nothing to add: it is carried for less than an object. */
export type CompactPingReply = PingReply | "recorded";
export type CompactQuietReply = QuietReply | "nothing";

const PLAIN = { ...NOBODY, cancelRequested: [] };

/** A reply, whole: what its one word stands for. */
export const expandPing = (reply: CompactPingReply): PingReply =>
  reply === "recorded" ? { ...PLAIN, heard: reply } : reply;
export const expandQuiet = (reply: CompactQuietReply): QuietReply =>
  reply === "nothing" ? { ...PLAIN, silentUntil: null, outside: 0, told: reply } : reply;

/** `hidden`: jobs that another holds. `expiresAt`: when the leases just given end, null where none was. `known` false: the object was never told of its host. */
export interface GrantReply {
  known: boolean;
  hidden: number[];
  expiresAt: number | null;
  /** The host's runs that someone asked to cancel, or cancelled. */
  cancelRequested: number[];
}

export interface RunLease {
  job: number;
  attempt: number;
  leaseId: string;
  acceptBy: number;
}

/** `renewed` false: the lease is not in force, or who asks is not known (a digest came along, and `token` is null), or may not know of it. */
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

/** What a request asks its host's object for before anything else: its token can be judged in the same call. */
export type ObjectCall = { host: number } & ({ ping: string } | { quiet: Span } | { renew: string });

/** What an object answered to a call, as it was carried. */
export type ObjectReply = CompactPingReply | CompactQuietReply | RenewReply;

/** A call that was made, its token being good. */
export interface Prefetched {
  objectCall: ObjectCall;
  told: ObjectReply;
}
