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
  const witness = isHostToken(token) ? door.witness : undefined;
  const verdict = await lookUp({ ...door, witness }, await sha256(token));
  if (!verdict) throw refused("the token is unknown");
  verdicts.keep(token, verdict, now);
  return judge(door, verdict);
};

/** Whom a token that was found speaks for, and has its use noted. Throws `unauthorized` where it is good no more. */
export const judge = (door: Door, verdict: Verdict): Authenticated => {
  const { now } = door;
  if (verdict.revoked) throw refused("the token was revoked");
  if (verdict.replacedAt !== null && verdict.replacedAt <= now)
    throw refused("the token was replaced by a newer one");
  if (verdict.expiresAt !== null && verdict.expiresAt <= now) throw refused("the token has expired");
  if (verdict.useDueAt !== null && verdict.useDueAt <= now) door.afterwards(noteUsed(door, verdict));
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
  const found = remembered.get(isolate) ?? { verdicts: new Recall(), limits: new Map() };
  remembered.set(isolate, found);
  return found;
};

/** What its host's object knows of a secret, else what D1 has. */
const lookUp = async (door: Door, digest: string): Promise<Verdict | undefined> => {
  const { db, witness } = door;
  const { limits } = rememberedIn(door.isolate);
  const limit = limits.get(digest);
  const known = limit === null ? undefined : await witness?.ask(digest, limit);
  if (known) {
    const { replacedAt, expiresAt } = known;
    return { actor: hostActor(known), revoked: false, replacedAt, expiresAt, useDueAt: null };
  }
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
