import type { Call, ReachHost } from "../env.ts";
import {
  type PingReply,
  type PingTold,
  type QuietReply,
  type QuietTold,
  wholePing,
  wholeQuiet,
} from "./object-replies.ts";
import type { Span } from "./quiet.ts";

/** What a request asks its host's object for before anything else: its token can be judged in the same call. */
export type Errand = { host: number } & ({ ping: string } | { quiet: Span });

/** An errand that was run, its token being good. */
export type Early = { host: number } & (
  | { ping: string; reply: PingReply }
  | { quiet: Span; reply: QuietReply }
);

/** Pings a host's object; for a token that nobody has judged yet, with the digest of its secret. */
export const askPing = async (
  host: ReachHost,
  id: number,
  guid: string,
  digest?: string,
): Promise<PingReply> => {
  const reply = await host<PingTold>(id, (object, { now, window, contactMs }) =>
    object.ping(guid, now, window, contactMs, digest),
  );
  return wholePing(reply);
};

/** Asks a host's object whether it knows that D1 has nothing for a poll; the same for such a token. */
export const askQuiet = async (
  host: ReachHost,
  id: number,
  { from, until }: Span,
  digest?: string,
): Promise<QuietReply> => {
  const reply = await host<QuietTold>(id, (object, { now, contactMs }) =>
    object.quiet(from, until, now, contactMs, digest),
  );
  return wholeQuiet(reply);
};

/** Runs an errand. */
export const runErrand = async (host: ReachHost, errand: Errand, digest?: string): Promise<Early> =>
  "ping" in errand
    ? { ...errand, reply: await askPing(host, errand.host, errand.ping, digest) }
    : { ...errand, reply: await askQuiet(host, errand.host, errand.quiet, digest) };

/** The answer to a ping that was made already. */
export const earlyPing = (
  { early }: Pick<Call, "early">,
  host: number,
  guid: string,
): PingReply | undefined =>
  early && "ping" in early && early.host === host && early.ping === guid ? early.reply : undefined;

/** The answer to a poll's first question that was asked already. */
export const earlyQuiet = (
  { early }: Pick<Call, "early">,
  host: number,
  { from, until }: Span,
): QuietReply | undefined =>
  early && "quiet" in early && early.host === host && early.quiet.from === from && early.quiet.until === until
    ? early.reply
    : undefined;
