import { SCOPES, type Scope } from "../database/enums.ts";
import { sha256 } from "../wire/sha256.ts";

const RANDOM_BYTES = 32;
const CHECKSUM_CHARACTERS = 8;
const ISSUED = new RegExp(
  `^(muster_(?:${SCOPES.join("|")})_[0-9a-f]{${RANDOM_BYTES * 2}})([0-9a-f]{${CHECKSUM_CHARACTERS}})$`,
);

const checksumOf = async (body: string): Promise<string> =>
  (await sha256(body)).slice(0, CHECKSUM_CHARACTERS);

/** Whether a token says of itself that it is a host's. */
export const isHostToken = (token: string): boolean => token.startsWith("muster_host_");

/** A new token: `muster_<scope>_`, 32 random bytes in hex, and the first 8 hex digits of the SHA-256 of all before them. */
export const makeToken = async (scope: Scope): Promise<string> => {
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const body = `muster_${scope}_${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  return body + (await checksumOf(body));
};

const SHOWN_CHARACTERS = 8;

/** How a token begins: enough to know it by, too little to use it. */
export const prefixOf = (token: string): string =>
  token.slice(0, token.lastIndexOf("_") + 1 + SHOWN_CHARACTERS);

/** Whether a text has the form and the checksum of an issued token: a typo is refused without a look-up. */
export const isWellFormedToken = async (text: string): Promise<boolean> => {
  const [, body, checksum] = ISSUED.exec(text) ?? [];
  return body !== undefined && (await checksumOf(body)) === checksum;
};

const BEARER = /^bearer\s+/i;

/** The token in an `Authorization` header: bare, or behind `Bearer` in any case. */
export const tokenIn = (header: string | null | undefined): string | undefined =>
  header?.trim().replace(BEARER, "") || undefined;

/** Compares two texts in a time that tells nothing of where they differ. */
export const equalSecrets = async (one: string, other: string): Promise<boolean> => {
  const encoder = new TextEncoder();
  const digest = (text: string) => crypto.subtle.digest("SHA-256", encoder.encode(text));
  const [first, second] = await Promise.all([digest(one), digest(other)]);
  return crypto.subtle.timingSafeEqual(first, second);
};
