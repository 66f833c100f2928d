import { SCOPES, type Scope } from "../database/enums.ts";
import { sha256 } from "../wire/sha256.ts";

const RANDOM_BYTES = 32;
const CHECKSUM_CHARACTERS = 8;
const ISSUED = new RegExp(
  `^(muster_(?:${SCOPES.join("|")})_[0-9a-f]{${RANDOM_BYTES * 2}})([0-9a-f]{${CHECKSUM_CHARACTERS}})$`,
);

const checksumOf = async (body: string): Promise<string> =>
  (await sha256(body)).slice(0, CHECKSUM_CHARACTERS);

export const isHostToken = (token: string): boolean => token.startsWith("muster_host_");

/** A new token: `muster_<scope>_`, then 32 bytes in hex (random by default), then the first 8 hex digits of the SHA-256 of all before. */
export const makeToken = async (
  scope: Scope,
  bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)),
): Promise<string> => {
  const body = `muster_${scope}_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  return body + (await checksumOf(body));
};

/**
 * The same token for each try of one request: an HMAC of the request's digest, so that it need not be stored.
 * The request reveals nothing of it without the deployment's secret.
 */
export const makeRepeatableToken = async (
  scope: Scope,
  deploymentSecret: string,
  requestDigest: string,
): Promise<string> => {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(deploymentSecret), algorithm, false, [
    "sign",
  ]);
  const signed = await crypto.subtle.sign("HMAC", key, encoder.encode(`token of ${scope} ${requestDigest}`));
  return makeToken(scope, new Uint8Array(signed));
};

const SHOWN_CHARACTERS = 8;

/** The beginning of a token: enough to recognise it, too little to use it. */
export const prefixOf = (token: string): string =>
  token.slice(0, token.lastIndexOf("_") + 1 + SHOWN_CHARACTERS);

/** Whether a text has the form and the checksum of an issued token. A typo is refused without a lookup. */
export const isWellFormedToken = async (text: string): Promise<boolean> => {
  const [, body, checksum] = ISSUED.exec(text) ?? [];
  return body !== undefined && (await checksumOf(body)) === checksum;
};

const BEARER = /^bearer\s+/i;

/** The token in an `Authorization` header: bare, or after `Bearer` in any case. */
export const tokenIn = (header: string | null | undefined): string | undefined =>
  header?.trim().replace(BEARER, "") || undefined;

/** Compares two texts in constant time. */
export const equalSecrets = async (one: string, other: string): Promise<boolean> => {
  const encoder = new TextEncoder();
  const digest = (text: string) => crypto.subtle.digest("SHA-256", encoder.encode(text));
  const [first, second] = await Promise.all([digest(one), digest(other)]);
  return crypto.subtle.timingSafeEqual(first, second);
};
