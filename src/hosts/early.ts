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

/** What an object told of an errand, as it was carried. */
export type Told = PingTold | QuietTold;

/** An errand that was run, its token being good. */
export interface Early {
  errand: Errand;
  told: Told;
}

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
export const runErrand = (host: ReachHost, errand: Errand, digest?: string): Promise<Told> =>
  "ping" in errand
    ? tellPing(host, errand.host, errand.ping, digest)
    : tellQuiet(host, errand.host, errand.quiet, digest);

const isOfPing = (told: Told): told is PingTold =>
  typeof told === "object" ? "heard" in told : told === "recorded";

/** What the object said, in one word. */
export const wordIn = (told: Told): PingReply["heard"] | QuietReply["told"] => {
  if (typeof told !== "object") return told;
  return "heard" in told ? told.heard : told.told;
};

/** What the object said of the token's secret. */
export const judgedIn = (told: Told): Judged => (typeof told === "object" ? told : NOBODY);

/** The answer to a ping that was made already. */
export const earlyPing = (
  { early }: Pick<Call, "early">,
  host: number,
  guid: string,
): PingReply | undefined => {
  if (!early || early.errand.host !== host || !isOfPing(early.told)) return undefined;
  return "ping" in early.errand && early.errand.ping === guid ? wholePing(early.told) : undefined;
};

/** The answer to a poll's first question that was asked already. */
export const earlyQuiet = (
  { early }: Pick<Call, "early">,
  host: number,
  { from, until }: Span,
): QuietReply | undefined => {
  if (!early || early.errand.host !== host || isOfPing(early.told) || "ping" in early.errand)
    return undefined;
  const { quiet } = early.errand;
  return quiet.from === from && quiet.until === until ? wholeQuiet(early.told) : undefined;
};
