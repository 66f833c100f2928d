const PREFIX = "whsec_";
const SECRET_BYTES = 32;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const bytesIn = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** A new secret of a webhook: `whsec_` and 32 random bytes in base64. */
export const makeSecret = (): string => PREFIX + base64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

const HMAC = { name: "HMAC", hash: "SHA-256" };

const signature = async (secret: string, signed: string): Promise<string> => {
  const key = await crypto.subtle.importKey("raw", bytesIn(secret.slice(PREFIX.length)), HMAC, false, [
    "sign",
  ]);
  const made = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `v1,${base64(new Uint8Array(made))}`;
};

/**
 * The headers of Standard Webhooks for a body: its id, the time of this try (`now`, epoch milliseconds) and a signature by
 * each secret.
 */
export const signedHeaders = async (
  secrets: readonly string[],
  { id, body, now }: { id: string; body: string; now: number },
): Promise<Record<string, string>> => {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = await Promise.all(
    secrets.map((secret) => signature(secret, `${id}.${timestamp}.${body}`)),
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
};
