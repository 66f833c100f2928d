import { z } from "zod";
import type { Actor, Call } from "../env.ts";
import { sha256 } from "../http/digest.ts";
import { DomainError, notFound } from "../http/errors.ts";
import { text, time } from "../http/validate.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import { SCOPES } from "./access.ts";
import { equalSecrets, isWellFormedToken, makeToken } from "./secret.ts";
import { insertToken, readTokenByDigest, revokeToken as storeRevocation, type TokenRow } from "./store.ts";
import { keepToken, recallToken } from "./verdicts.ts";

/** The shortest bootstrap token that is taken; a shorter one opens nothing. */
export const ADMIN_TOKEN_CHARACTERS = 16;

const BOOTSTRAP: Actor = { tokenId: 0, name: "bootstrap", scope: "admin" };

const refused = (why: string): DomainError =>
  new DomainError("unauthorized", `${why}; send "Authorization: Bearer TOKEN" with a token of this service`);

/** Who a token speaks for. The bootstrap token is compared first; a good verdict on another holds for 30 s. Throws `unauthorized`. */
export const authenticate = async (
  { db, now }: Pick<Call, "db" | "now">,
  token: string | undefined,
  adminToken: string,
): Promise<Actor> => {
  if (token === undefined) throw refused("there is no token in the Authorization header");
  const isAdmin = await equalSecrets(token, adminToken);
  if (isAdmin && adminToken.length >= ADMIN_TOKEN_CHARACTERS) return BOOTSTRAP;
  if (!(await isWellFormedToken(token))) throw refused("the token is not one of this service");
  const found = await lookUp(db, await sha256(token), now);
  if (!found) throw refused("the token is unknown");
  if (found.revokedAt !== null) throw refused("the token was revoked");
  if (found.expiresAt !== null && found.expiresAt <= now) throw refused("the token has expired");
  return { tokenId: found.id, name: found.name, scope: found.scope };
};

const lookUp = async (db: Call["db"], digest: string, now: number): Promise<TokenRow | undefined> => {
  const recalled = recallToken(digest, now);
  if (recalled) return recalled;
  const found = await readTokenByDigest(db, digest);
  if (found) keepToken(digest, found, now);
  return found;
};

export const tokenInput = z.object({
  name: text(),
  scope: z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` }),
  expires_at: time().optional(),
});

export interface Issued {
  token: TokenRow;
  /** The token itself, shown this once; undefined for a repeat of the request that made it. */
  secret: string | undefined;
}

/** Issues a token. Throws `invalid` where it would be expired already, `key_reused`. */
export const createToken = async (call: Call, input: z.output<typeof tokenInput>): Promise<Issued> => {
  const creation = await creationOf(call, input);
  const secret = await makeToken(input.scope);
  const wanted = {
    name: input.name,
    scope: input.scope,
    digest: await sha256(secret),
    expiresAt: input.expires_at ?? null,
  };
  const { claim, token } = await insertToken(call.db, wanted, creation);
  const repeated = isRepeat(creation, claim);
  if (!token) throw new DomainError("key_reused", "what this key made is no longer there; use a new key");
  return { token, secret: repeated ? undefined : secret };
};

/** Revokes a token: refused everywhere within 30 s. Revoking it again changes nothing. Throws `not_found`. */
export const revokeToken = async (call: Call, id: number): Promise<TokenRow> => {
  const token = await storeRevocation(call.db, id, call.now);
  if (!token) throw notFound("token", id);
  return token;
};
