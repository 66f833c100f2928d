/*
 * Secrets that are needed again, as those that sign, are stored sealed: by AES-GCM, under a key that is derived from the
 * deployment's secret. So a copy of the database has none of them. With another ADMIN_TOKEN they cannot be opened: their
 * webhooks fail, and say so, until the token is back or each gets a new secret.
 */

const NONCE_BYTES = 12;
const PURPOSE = "secrets of webhooks";

const encoder = new TextEncoder();

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const bytesIn = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The key of a deployment. */
const keyOf = async (deploymentSecret: string): Promise<CryptoKey> => {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${PURPOSE} ${deploymentSecret}`));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
};

/** Seals a text under the deployment's secret. */
export const seal = async (deploymentSecret: string, text: string): Promise<string> => {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce },
    await keyOf(deploymentSecret),
    encoder.encode(text),
  );
  return `${base64(nonce)}.${base64(new Uint8Array(sealed))}`;
};

/** Opens what `seal` made; undefined if it was sealed under another secret, or was changed. */
export const unseal = async (deploymentSecret: string, sealed: string): Promise<string | undefined> => {
  const [nonce = "", text = ""] = sealed.split(".");
  try {
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: bytesIn(nonce) },
      await keyOf(deploymentSecret),
      bytesIn(text),
    );
    return new TextDecoder().decode(opened);
  } catch {
    return undefined;
  }
};
