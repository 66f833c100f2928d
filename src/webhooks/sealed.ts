import { sha256 } from "../wire/sha256.ts";

/*
 * Secrets that are needed again, as those that sign, are stored sealed: by AES-GCM, under a key that is derived from the
 * deployment's secret, ADMIN_TOKEN. So a copy of the database has none of them. Where that token is changed, the one before
 * it (ADMIN_TOKEN_BEFORE) opens them, until the tick has sealed them anew.
 */

const NONCE_BYTES = 12;
const MARK_CHARACTERS = 8;
const PURPOSE = "secrets of webhooks";

/** The deployment's secret, and the one before it; "" where there is none. */
export interface SealingSecrets {
  deploymentSecret: string;
  formerSecret: string;
}

const encoder = new TextEncoder();

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const bytesIn = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const keyOf = async (secret: string): Promise<CryptoKey> => {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${PURPOSE} ${secret}`));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
};

/** What everything that is sealed under a secret begins with. It tells secrets apart, and nothing of them. */
export const markOf = async (secret: string): Promise<string> =>
  `${(await sha256(`mark of ${PURPOSE} ${secret}`)).slice(0, MARK_CHARACTERS)}.`;

/** Seals a text under the deployment's secret. */
export const seal = async (
  { deploymentSecret }: Pick<SealingSecrets, "deploymentSecret">,
  text: string,
): Promise<string> => {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const algorithm = { name: "AES-GCM", iv: nonce };
  const sealed = await crypto.subtle.encrypt(algorithm, await keyOf(deploymentSecret), encoder.encode(text));
  return `${await markOf(deploymentSecret)}${base64(nonce)}.${base64(new Uint8Array(sealed))}`;
};

/** Opens what `seal` made; undefined if it was sealed under neither secret, or was changed. */
export const unseal = async (
  { deploymentSecret, formerSecret }: SealingSecrets,
  sealed: string,
): Promise<string | undefined> => {
  const isCurrent = sealed.startsWith(await markOf(deploymentSecret));
  if (!isCurrent && formerSecret === "") return undefined;
  const [, nonce = "", text = ""] = sealed.split(".");
  try {
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: bytesIn(nonce) },
      await keyOf(isCurrent ? deploymentSecret : formerSecret),
      bytesIn(text),
    );
    return new TextDecoder().decode(opened);
  } catch {
    return undefined;
  }
};
