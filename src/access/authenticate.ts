import * as z from "zod";
import { BoundedCache } from "../bounded-cache.ts";
import type { Database } from "../database/database.ts";
import type { KnownToken } from "../host-object/protocol.ts";
import type { TokenLookup } from "../host-object/token-lookup.ts";
import type { Log } from "../log.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { type Actor, UNLIMITED } from "./permissions.ts";
import { equalSecrets, isHostToken, isWellFormedToken } from "./token-secret.ts";
import { noteUse, readTokenByDigest, type TokenRow } from "./token-store.ts";
import { TtlCache } from "./ttl-cache.ts";

/** The shortest bootstrap token that is taken; a shorter one opens nothing. */
export const ADMIN_TOKEN_CHARACTERS = 16;

/** How old the note of a token's last use may be before it is written anew; a host's is written with its pings. */
const USE_NOTED_MS = 4 * MINUTE_MS;

export const BOOTSTRAP: Actor = { ...UNLIMITED, tokenId: 0, name: "bootstrap", scope: "admin" };

const refused = (why: string): DomainError =>
  new DomainError("unauthorized", `${why}; send "Authorization: Bearer TOKEN" with a token of this service`);

/** What authenticating needs of the world. */
export interface AuthContext {
  db: Database;
  /** Epoch milliseconds. */
  now: number;
  log: Log;
  /** What lives as long as this isolate: what is remembered of tokens is forgotten with it. */
  isolate: object;
  /** The object of the host that the request is for, if it is for one. */
  lookup?: TokenLookup | undefined;
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
export const authenticate = async (auth: AuthContext, token: string | undefined): Promise<Authenticated> => {
  const { adminToken, now } = auth;
  if (token === undefined) throw refused("there is no token in the Authorization header");
  const { states } = rememberedIn(auth.isolate);
  const recalled = states.get(token, now);
  if (recalled) return admit(auth, recalled);
  const isAdmin = await equalSecrets(token, adminToken);
  if (isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS) return { actor: BOOTSTRAP, goodUntil: null };
  if (!(await isWellFormedToken(token))) throw refused("the token is not one of this service");
  const state = await lookUp(auth, token);
  if (!state) throw refused("the token is unknown");
  states.set(token, state, now);
  return admit(auth, state);
};

/** What this isolate remembers of a token. */
export const cachedTokenState = (
  { isolate, now }: Pick<AuthContext, "isolate" | "now">,
  token: string,
): TokenState | undefined => rememberedIn(isolate).states.get(token, now);

/** Whether the object of a host may know of a token that this isolate does not. */
export const mayBeKnownToObject = async (token: string): Promise<boolean> =>
  isHostToken(token) && (await isWellFormedToken(token));

/** What the object of a host knows of a token, which is then remembered here. */
export const lookUpInObject = async (
  { isolate, now, lookup }: Pick<AuthContext, "isolate" | "now" | "lookup">,
  token: string,
): Promise<TokenState | undefined> => {
  const state = await askLookup({ isolate, lookup }, await sha256(token));
  if (state) rememberedIn(isolate).states.set(token, state, now);
  return state;
};

/** Whom a token that was found speaks for, where nothing is to be refused or noted; undefined where it takes `judge` to say. */
export const plainActor = (state: TokenState, now: number): Actor | undefined =>
  refusalReason(state, now) === undefined && !isUseDue(state, now) ? state.actor : undefined;

/** Why a token that was found is good no more. */
const refusalReason = ({ revoked, replacedAt, expiresAt }: TokenState, now: number): string | undefined => {
  if (revoked) return "the token was revoked";
  if (replacedAt !== null && replacedAt <= now) return "the token was replaced by a newer one";
  return expiresAt !== null && expiresAt <= now ? "the token has expired" : undefined;
};

const isUseDue = ({ useDueAt }: TokenState, now: number): boolean => useDueAt !== null && useDueAt <= now;

/** Whom a token that was found speaks for, and has its use noted. Throws `unauthorized` where it is good no more. */
export const admit = (auth: AuthContext, state: TokenState): Authenticated => {
  const why = refusalReason(state, auth.now);
  if (why !== undefined) throw refused(why);
  if (isUseDue(state, auth.now)) auth.afterwards(noteUsed(auth, state));
  return { actor: state.actor, goodUntil: earlier(state.replacedAt, state.expiresAt) };
};

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** What a look-up found of a secret; times in epoch milliseconds, null is never. */
export interface TokenState {
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
  states: TtlCache<TokenState>;
  /** By its digest, the only host that each is good for, null where there is no such limit: that never changes. */
  limits: BoundedCache<string, number | null>;
}

const MAX_LIMITS = 10_000;
const remembered = new WeakMap<object, Remembered>();

const rememberedIn = (isolate: object): Remembered => {
  const known = remembered.get(isolate);
  if (known) return known;
  const nothing: Remembered = { states: new TtlCache(), limits: new BoundedCache(MAX_LIMITS) };
  remembered.set(isolate, nothing);
  return nothing;
};

/** What its host's object knows of a secret. */
const askLookup = async (
  { isolate, lookup }: Pick<AuthContext, "isolate" | "lookup">,
  digest: string,
): Promise<TokenState | undefined> => {
  const limit = rememberedIn(isolate).limits.get(digest);
  const known = limit === null ? undefined : await lookup?.ask(digest, limit);
  if (!known) return undefined;
  const { replacedAt, expiresAt } = known;
  return { actor: hostActor(known), revoked: false, replacedAt, expiresAt, useDueAt: null };
};

/** What its host's object knows of a token, else what D1 has. */
const lookUp = async (auth: AuthContext, token: string): Promise<TokenState | undefined> => {
  const { db, isolate } = auth;
  const { limits } = rememberedIn(isolate);
  const digest = await sha256(token);
  const lookup = isHostToken(token) ? auth.lookup : undefined;
  const known = await askLookup({ isolate, lookup }, digest);
  if (known) return known;
  const found = await readTokenByDigest(db, digest);
  if (!found) return undefined;
  const state = tokenStateOf(found);
  limits.set(digest, found.hostId);
  if (!state.revoked) await lookup?.teach(digest, found.hostId, knownOf(state));
  return state;
};

/** What a secret is of by its digest, as D1 has it now; undefined where it is good no more. */
export const findGoodToken = async (
  db: Database,
  digest: string,
  now: number,
): Promise<TokenState | undefined> => {
  const found = await readTokenByDigest(db, digest);
  const state = found && tokenStateOf(found);
  return state && refusalReason(state, now) === undefined ? state : undefined;
};

const knownOf = ({ actor, replacedAt, expiresAt }: TokenState): KnownToken => ({
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

export const tokenStateOf = (found: TokenRow & { replacedAt: number | null }): TokenState => ({
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
const noteUsed = async ({ db, now, log }: AuthContext, state: TokenState): Promise<void> => {
  const { tokenId } = state.actor;
  state.useDueAt = now + USE_NOTED_MS;
  try {
    await noteUse(db, tokenId, { now, before: now - USE_NOTED_MS });
  } catch {
    log("token_use_not_noted", { token_id: tokenId });
  }
};
