import type { Call } from "../env.ts";
import type { PingReply, QuietReply } from "./object-replies.ts";
import type { Span } from "./quiet.ts";

/** What a request asks its host's object for before anything else: its token can be judged in the same call. */
export type Errand = { host: number } & ({ ping: string } | { quiet: Span });

/** An errand that was run, its token being good. */
export type Early = { host: number } & (
  | { ping: string; reply: PingReply }
  | { quiet: Span; reply: QuietReply }
);

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
