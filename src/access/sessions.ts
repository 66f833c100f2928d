import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import {
  ADMIN_TOKEN_CHARACTERS,
  type AuthContext,
  type Authenticated,
  admit,
  authenticate,
  BOOTSTRAP,
  type TokenState,
  tokenStateOf,
} from "./authenticate.ts";
import { readTokenWithSecrets } from "./session-store.ts";
import { TtlCache } from "./ttl-cache.ts";

/** A session stores the id of its token and a mark of the secret. Neither can be used as a token. */
export interface SessionToken {
  /** 0: the bootstrap token. */
  tokenId: number;
  mark: string;
}

const MARK_CHARACTERS = 32;

/** A mark of a secret that reveals neither the secret nor its digest. */
const markOf = async (digest: string): Promise<string> =>
  (await sha256(`session of ${digest}`)).slice(0, MARK_CHARACTERS);

/** Begins a session with a token. Throws `unauthorized`, and `forbidden` for a register-only token. */
export const beginSession = async (
  auth: AuthContext,
  token: string,
): Promise<Authenticated & { session: SessionToken }> => {
  const authenticated = await authenticate(auth, token);
  const { actor } = authenticated;
  if (actor.registerOnly)
    throw new DomainError("forbidden", "this token registers hosts and does nothing else; use another one");
  return { ...authenticated, session: { tokenId: actor.tokenId, mark: await markOf(await sha256(token)) } };
};

const states = new TtlCache<TokenState>();

const ended = (): DomainError =>
  new DomainError("unauthorized", "the token of this session has another secret by now; sign in with that");

/**
 * Who a session belongs to. It ends when its token is revoked, expires or is replaced. A valid result is
 * cached for 30 s. Throws `unauthorized`.
 */
export const resumeSession = async (auth: AuthContext, session: SessionToken): Promise<Authenticated> => {
  const { adminToken } = auth;
  if (session.tokenId === BOOTSTRAP.tokenId) {
    const mark = await markOf(await sha256(adminToken));
    if (adminToken.length < ADMIN_TOKEN_CHARACTERS || mark !== session.mark) throw ended();
    return { actor: BOOTSTRAP, goodUntil: null };
  }
  return admit(auth, await lookUp(auth, session));
};

const lookUp = async (auth: AuthContext, { tokenId, mark }: SessionToken): Promise<TokenState> => {
  const { db, now } = auth;
  const key = `${tokenId} ${mark}`;
  const cached = states.get(key, now);
  if (cached) return cached;
  const state = await readState(db, { tokenId, mark });
  if (!state) throw ended();
  states.set(key, state, now);
  return state;
};

/** The state of a session's token, from D1; undefined if it has another secret. */
const readState = async (
  db: AuthContext["db"],
  { tokenId, mark }: SessionToken,
): Promise<TokenState | undefined> => {
  const found = await readTokenWithSecrets(db, tokenId);
  if (!found) return undefined;
  const secrets = [{ digest: found.token.digest, goodUntil: null }, ...found.former];
  for (const { digest, goodUntil } of secrets) {
    if ((await markOf(digest)) !== mark) continue;
    return tokenStateOf({ ...found.token, replacedAt: goodUntil });
  }
  return undefined;
};

/** The same as `resumeSession`, never cached; null if the session has ended. */
export const findSession = async (
  auth: AuthContext,
  session: SessionToken,
): Promise<Authenticated | null> => {
  try {
    if (session.tokenId === BOOTSTRAP.tokenId) return await resumeSession(auth, session);
    const state = await readState(auth.db, session);
    return state ? admit(auth, state) : null;
  } catch (error) {
    if (error instanceof DomainError && error.code === "unauthorized") return null;
    throw error;
  }
};
