import * as z from "zod";
import type { Actor, Call } from "../env.ts";
import type { KnownToken } from "../hosts/object-replies.ts";
import type { Witness } from "../hosts/witness.ts";
import { sha256 } from "../http/digest.ts";
import { DomainError } from "../http/errors.ts";
import { UNLIMITED } from "./access.ts";
import { Recall } from "./recall.ts";
import { equalSecrets, isHostToken, isWellFormedToken } from "./secret.ts";
import { noteUse, readTokenByDigest, type TokenRow } from "./store.ts";

/** The shortest bootstrap token that is taken; a shorter one opens nothing. */
export const ADMIN_TOKEN_CHARACTERS = 16;

/** How old the note of a token's last use may be before it is written anew; a host's is written with its pings. */
const USE_NOTED_MS = 4 * 60_000;

export const BOOTSTRAP: Actor = { ...UNLIMITED, tokenId: 0, name: "bootstrap", scope: "admin" };

const refused = (why: string): DomainError =>
  new DomainError("unauthorized", `${why}; send "Authorization: Bearer TOKEN" with a token of this service`);

/** What authenticating needs of the world. */
export interface Door extends Pick<Call, "db" | "now" | "log"> {
  /** What lives as long as this isolate: what is remembered of tokens is forgotten with it. */
  isolate: object;
  /** The object of the host that the request is for, if it is for one. */
  witness?: Witness | undefined;
  adminToken: string;
  /** Lets something end after the answer. */
  afterwards: (work: Promise<unknown>) => void;
}

/** Whom a secret speaks for, and until when that holds: epoch milliseconds, null where it has no end. */
export interface Authenticated {
  actor: Actor;
  goodUntil: number | null;
}

/** Who a token speaks for. What was found of it less than 30 s ago by this isolate still holds. Throws `unauthorized`. */
export const authenticate = async (door: Door, token: string | undefined): Promise<Authenticated> => {
  const { adminToken, now } = door;
  if (token === undefined) throw refused("there is no token in the Authorization header");
  const { verdicts } = rememberedIn(door.isolate);
  const recalled = verdicts.recall(token, now);
  if (recalled) return judge(door, recalled);
  const isAdmin = await equalSecrets(token, adminToken);
  if (isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS) return { actor: BOOTSTRAP, goodUntil: null };
  if (!(await isWellFormedToken(token))) throw refused("the token is not one of this service");
  const verdict = await lookUp(door, token);
  if (!verdict) throw refused("the token is unknown");
  verdicts.keep(token, verdict, now);
  return judge(door, verdict);
};

/** What this isolate remembers of a token. */
export const recallToken = (
  { isolate, now }: Pick<Door, "isolate" | "now">,
  token: string,
): Verdict | undefined => rememberedIn(isolate).verdicts.recall(token, now);

/** Whether the object of a host may know of a token that this isolate does not. */
export const isWitnessed = async (token: string): Promise<boolean> =>
  isHostToken(token) && (await isWellFormedToken(token));

/** What the witness knows of a token, which is then remembered here. */
export const heedWitness = async (
  { isolate, now, witness }: Pick<Door, "isolate" | "now" | "witness">,
  token: string,
): Promise<Verdict | undefined> => {
  const verdict = await askWitness({ isolate, witness }, await sha256(token));
  if (verdict) rememberedIn(isolate).verdicts.keep(token, verdict, now);
  return verdict;
};

/** Whom a token that was found speaks for, where nothing is to be refused or noted; undefined where it takes `judge` to say. */
export const plainActor = (verdict: Verdict, now: number): Actor | undefined =>
  whyRefused(verdict, now) === undefined && !isUseDue(verdict, now) ? verdict.actor : undefined;

/** Why a token that was found is good no more. */
const whyRefused = ({ revoked, replacedAt, expiresAt }: Verdict, now: number): string | undefined => {
  if (revoked) return "the token was revoked";
  if (replacedAt !== null && replacedAt <= now) return "the token was replaced by a newer one";
  return expiresAt !== null && expiresAt <= now ? "the token has expired" : undefined;
};

const isUseDue = ({ useDueAt }: Verdict, now: number): boolean => useDueAt !== null && useDueAt <= now;

/** Whom a token that was found speaks for, and has its use noted. Throws `unauthorized` where it is good no more. */
export const judge = (door: Door, verdict: Verdict): Authenticated => {
  const why = whyRefused(verdict, door.now);
  if (why !== undefined) throw refused(why);
  if (isUseDue(verdict, door.now)) door.afterwards(noteUsed(door, verdict));
  return { actor: verdict.actor, goodUntil: earlier(verdict.replacedAt, verdict.expiresAt) };
};

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** What a look-up found of a secret; times in epoch milliseconds, null is never. */
export interface Verdict {
  actor: Actor;
  revoked: boolean;
  /** When a newer secret of the same token takes its place. */
  replacedAt: number | null;
  expiresAt: number | null;
  /** When its use is to be noted again; null of a host's, which its pings note. */
  useDueAt: number | null;
}

/** What an isolate remembers of secrets. */
interface Remembered {
  /** By the secret itself, which comes with each request: what is good for 30 s is not worth a digest each time. */
  verdicts: Recall<Verdict>;
  /** By its digest, the only host that each is good for, null where there is no such limit: that never changes. */
  limits: Map<string, number | null>;
}

const MOST_LIMITS = 10_000;
const remembered = new WeakMap<object, Remembered>();

const rememberedIn = (isolate: object): Remembered => {
  const known = remembered.get(isolate);
  if (known) return known;
  const nothing: Remembered = { verdicts: new Recall(), limits: new Map() };
  remembered.set(isolate, nothing);
  return nothing;
};

/** What its host's object knows of a secret. */
const askWitness = async (
  { isolate, witness }: Pick<Door, "isolate" | "witness">,
  digest: string,
): Promise<Verdict | undefined> => {
  const limit = rememberedIn(isolate).limits.get(digest);
  const known = limit === null ? undefined : await witness?.ask(digest, limit);
  if (!known) return undefined;
  const { replacedAt, expiresAt } = known;
  return { actor: hostActor(known), revoked: false, replacedAt, expiresAt, useDueAt: null };
};

/** What its host's object knows of a token, else what D1 has. */
const lookUp = async (door: Door, token: string): Promise<Verdict | undefined> => {
  const { db, isolate } = door;
  const { limits } = rememberedIn(isolate);
  const digest = await sha256(token);
  const witness = isHostToken(token) ? door.witness : undefined;
  const known = await askWitness({ isolate, witness }, digest);
  if (known) return known;
  const found = await readTokenByDigest(db, digest);
  if (!found) return undefined;
  const verdict = verdictOn(found);
  if (limits.size >= MOST_LIMITS) limits.clear();
  limits.set(digest, found.hostId);
  if (!verdict.revoked) await witness?.teach(digest, found.hostId, knownOf(verdict));
  return verdict;
};

const knownOf = ({ actor, replacedAt, expiresAt }: Verdict): KnownToken => ({
  tokenId: actor.tokenId,
  name: actor.name,
  projectIds: actor.projectIds && [...actor.projectIds],
  replacedAt,
  expiresAt,
});

const hostActor = ({ tokenId, name, projectIds, hostId }: KnownToken & { hostId: number }): Actor => ({
  tokenId,
  name,
  scope: "host",
  projectIds,
  hostId,
  registerOnly: false,
});

export const verdictOn = (found: TokenRow & { replacedAt: number | null }): Verdict => ({
  actor: {
    tokenId: found.id,
    name: found.name,
    scope: found.scope,
    projectIds: projectIdsOf(found),
    hostId: found.hostId,
    registerOnly: found.registerOnly,
  },
  revoked: found.revokedAt !== null,
  replacedAt: found.replacedAt,
  expiresAt: found.expiresAt,
  useDueAt: found.scope === "host" && !found.registerOnly ? null : (found.lastUsedAt ?? 0) + USE_NOTED_MS,
});

const idList = z.array(z.int());

/** The projects that a token is limited to; null: it is not. */
export const projectIdsOf = ({ projectIds }: Pick<TokenRow, "projectIds">): number[] | null =>
  projectIds === null ? null : idList.parse(JSON.parse(projectIds));

/** Where the note can't be written, the call goes on without it. */
const noteUsed = async ({ db, now, log }: Door, verdict: Verdict): Promise<void> => {
  const { tokenId } = verdict.actor;
  verdict.useDueAt = now + USE_NOTED_MS;
  try {
    await noteUse(db, tokenId, now, now - USE_NOTED_MS);
  } catch {
    log("token_use_not_noted", { token_id: tokenId });
  }
};
