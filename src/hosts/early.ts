import type { Call, ReachHost } from "../env.ts";
import {
  type Judged,
  NOBODY,
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

/** An errand that was run, its token being good; what came back, as it was carried. */
export type Early = { host: number } & (
  | { ping: string; reply: PingTold }
  | { quiet: Span; reply: QuietTold }
);

const tellPing = (host: ReachHost, id: number, guid: string, digest?: string) =>
  host<PingTold>(id, (object, { now, window, contactMs }) =>
    object.ping(guid, now, window, contactMs, digest),
  );

const tellQuiet = (host: ReachHost, id: number, { from, until }: Span, digest?: string) =>
  host<QuietTold>(id, (object, { now, contactMs }) => object.quiet(from, until, now, contactMs, digest));

/** Pings a host's object. */
export const askPing = async (host: ReachHost, id: number, guid: string): Promise<PingReply> =>
  wholePing(await tellPing(host, id, guid));

/** Asks a host's object whether it knows that D1 has nothing for a poll. */
export const askQuiet = async (host: ReachHost, id: number, span: Span): Promise<QuietReply> =>
  wholeQuiet(await tellQuiet(host, id, span));

/** Runs an errand; for a token that nobody has judged yet, with the digest of its secret. */
export const runErrand = async (host: ReachHost, errand: Errand, digest?: string): Promise<Early> =>
  "ping" in errand
    ? { ...errand, reply: await tellPing(host, errand.host, errand.ping, digest) }
    : { ...errand, reply: await tellQuiet(host, errand.host, errand.quiet, digest) };

/** What the object said, in one word. */
export const wordIn = ({ reply }: Early): PingReply["heard"] | QuietReply["told"] => {
  if (typeof reply !== "object") return reply;
  return "heard" in reply ? reply.heard : reply.told;
};

/** What the object said of the token's secret. */
export const judgedIn = ({ reply }: Early): Judged => (typeof reply === "object" ? reply : NOBODY);

/** The answer to a ping that was made already. */
export const earlyPing = (
  { early }: Pick<Call, "early">,
  host: number,
  guid: string,
): PingReply | undefined =>
  early && "ping" in early && early.host === host && early.ping === guid ? wholePing(early.reply) : undefined;

/** The answer to a poll's first question that was asked already. */
export const earlyQuiet = (
  { early }: Pick<Call, "early">,
  host: number,
  { from, until }: Span,
): QuietReply | undefined =>
  early && "quiet" in early && early.host === host && early.quiet.from === from && early.quiet.until === until
    ? wholeQuiet(early.reply)
    : undefined;
