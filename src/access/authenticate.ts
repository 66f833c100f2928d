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

/** The shortest valid bootstrap token. A shorter one is never accepted. */
export const ADMIN_TOKEN_CHARACTERS = 16;

/** How often a token's last use is recorded. A host token's is recorded with the host's pings. */
const USE_NOTED_MS = 4 * MINUTE_MS;

export const BOOTSTRAP: Actor = { ...UNLIMITED, tokenId: 0, name: "bootstrap", scope: "admin" };

const refused = (why: string): DomainError =>
  new DomainError("unauthorized", `${why}; send "Authorization: Bearer TOKEN" with a token of this service`);

/** What authentication needs. */
export interface AuthContext {
  db: Database;
  /** Epoch milliseconds. */
  now: number;
  log: Log;
  /** The key of this isolate's caches: they end with it. */
  isolate: object;
  /** The token lookup in the object of the request's host, if the request names one. */
  lookup?: TokenLookup | undefined;
  adminToken: string;
  /** Lets work finish after the response. */
  afterwards: (work: Promise<unknown>) => void;
}

/** Who calls, and until when that is valid (epoch milliseconds; null: no end). */
export interface Authenticated {
  actor: Actor;
  goodUntil: number | null;
}

/** Who a token belongs to. This isolate caches each result for 30 s. Throws `unauthorized`. */
export const authenticate = async (auth: AuthContext, token: string | undefined): Promise<Authenticated> => {
  const { adminToken, now } = auth;
  if (token === undefined) throw refused("there is no token in the Authorization header");
  const { states } = cachesOf(auth.isolate);
  const cached = states.get(token, now);
  if (cached) return admit(auth, cached);
  const isAdmin = await equalSecrets(token, adminToken);
  if (isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS) return { actor: BOOTSTRAP, goodUntil: null };
  if (!(await isWellFormedToken(token))) throw refused("the token is not one of this service");
  const state = await lookUp(auth, token);
  if (!state) throw refused("the token is unknown");
  states.set(token, state, now);
  return admit(auth, state);
};

/** This isolate's cached state of a token. */
export const cachedTokenState = (
  { isolate, now }: Pick<AuthContext, "isolate" | "now">,
  token: string,
): TokenState | undefined => cachesOf(isolate).states.get(token, now);

/** Whether a host's object may know a token that this isolate has not cached. */
export const mayBeKnownToObject = async (token: string): Promise<boolean> =>
  isHostToken(token) && (await isWellFormedToken(token));

/** Looks a token up in the host's object, and caches the result in this isolate. */
export const lookUpInObject = async (
  { isolate, now, lookup }: Pick<AuthContext, "isolate" | "now" | "lookup">,
  token: string,
): Promise<TokenState | undefined> => {
  const state = await lookUpDigest({ isolate, lookup }, await sha256(token));
  if (state) cachesOf(isolate).states.set(token, state, now);
  return state;
};

/**
 * The owner of a token that is valid and whose use need not be recorded now; else undefined: `admit` decides.
 */
export const plainActor = (state: TokenState, now: number): Actor | undefined =>
  refusalReason(state, now) === undefined && !isUseDue(state, now) ? state.actor : undefined;

/** Why a known token is no longer valid. */
const refusalReason = ({ revoked, replacedAt, expiresAt }: TokenState, now: number): string | undefined => {
  if (revoked) return "the token was revoked";
  if (replacedAt !== null && replacedAt <= now) return "the token was replaced by a newer one";
  return expiresAt !== null && expiresAt <= now ? "the token has expired" : undefined;
};

const isUseDue = ({ useDueAt }: TokenState, now: number): boolean => useDueAt !== null && useDueAt <= now;

/** The owner of a known token; records its use. Throws `unauthorized` if the token is no longer valid. */
export const admit = (auth: AuthContext, state: TokenState): Authenticated => {
  const why = refusalReason(state, auth.now);
  if (why !== undefined) throw refused(why);
  if (isUseDue(state, auth.now)) auth.afterwards(noteUsed(auth, state));
  return { actor: state.actor, goodUntil: earlier(state.replacedAt, state.expiresAt) };
};

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** The state of a token. Times in epoch milliseconds; null: never. */
export interface TokenState {
  actor: Actor;
  revoked: boolean;
  /** When a newer secret of the token replaces this one. */
  replacedAt: number | null;
  expiresAt: number | null;
  /** When to record its use again; null for a host token, whose use is recorded with pings. */
  useDueAt: number | null;
}

/** An isolate's caches of tokens. */
interface TokenCaches {
  /** By the secret itself, to save a digest on each request. */
  states: TtlCache<TokenState>;
  /** By the secret's digest: the only host that the token is limited to; null: no limit. It never changes. */
  limits: BoundedCache<string, number | null>;
}

const MAX_LIMITS = 10_000;
const caches = new WeakMap<object, TokenCaches>();

const cachesOf = (isolate: object): TokenCaches => {
  const known = caches.get(isolate);
  if (known) return known;
  const nothing: TokenCaches = { states: new TtlCache(), limits: new BoundedCache(MAX_LIMITS) };
  caches.set(isolate, nothing);
  return nothing;
};

/** Looks a secret up in the host's object. */
const lookUpDigest = async (
  { isolate, lookup }: Pick<AuthContext, "isolate" | "lookup">,
  digest: string,
): Promise<TokenState | undefined> => {
  const limit = cachesOf(isolate).limits.get(digest);
  const known = limit === null ? undefined : await lookup?.find(digest, limit);
  if (!known) return undefined;
  const { replacedAt, expiresAt } = known;
  return { actor: hostActor(known), revoked: false, replacedAt, expiresAt, useDueAt: null };
};

/** Looks a token up in the host's object, then in D1. */
const lookUp = async (auth: AuthContext, token: string): Promise<TokenState | undefined> => {
  const { db, isolate } = auth;
  const { limits } = cachesOf(isolate);
  const digest = await sha256(token);
  const lookup = isHostToken(token) ? auth.lookup : undefined;
  const known = await lookUpDigest({ isolate, lookup }, digest);
  if (known) return known;
  const found = await readTokenByDigest(db, digest);
  if (!found) return undefined;
  const state = tokenStateOf(found);
  limits.set(digest, found.hostId);
  if (!state.revoked) await lookup?.store(digest, found.hostId, knownOf(state));
  return state;
};

/** The valid token of a secret's digest, from D1; undefined if there is none. */
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

/** The projects that a token is limited to; null: no limit. */
export const projectIdsOf = ({ projectIds }: Pick<TokenRow, "projectIds">): number[] | null =>
  projectIds === null ? null : idList.parse(JSON.parse(projectIds));

/** If recording fails, the call continues. */
const noteUsed = async ({ db, now, log }: AuthContext, state: TokenState): Promise<void> => {
  const { tokenId } = state.actor;
  state.useDueAt = now + USE_NOTED_MS;
  try {
    await noteUse(db, tokenId, { now, before: now - USE_NOTED_MS });
  } catch {
    log("token_use_not_noted", { token_id: tokenId });
  }
};
