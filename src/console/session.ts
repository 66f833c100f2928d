import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import * as z from "zod";
import type { SessionToken } from "../access/sessions.ts";
import { equalSecrets } from "../access/token-secret.ts";
import type { App } from "../http/app.ts";

const COOKIE = "muster";
const SESSION_SECONDS = 12 * 3600;

/** The contents of the signed cookie: no secret, and nothing that finds one. */
const sealed = z.object({
  /** The session's id, which its forms are bound to. */
  id: z.string(),
  token: z.int(),
  mark: z.string(),
  /** Epoch milliseconds. */
  until: z.number(),
});

export interface Session extends SessionToken {
  id: string;
  until: number;
}

const encoder = new TextEncoder();
/** The derived keys by bootstrap token, for the isolate's lifetime. */
const keys = new Map<string, Promise<ArrayBuffer>>();

const drawKey = async (adminToken: string): Promise<ArrayBuffer> => {
  const material = await crypto.subtle.importKey("raw", encoder.encode(adminToken), "HKDF", false, [
    "deriveBits",
  ]);
  const info = encoder.encode("muster console session");
  return crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    material,
    256,
  );
};

/** The signing key of cookies and forms. Another bootstrap token gives another key and so ends every session. */
const keyOf = ({ env }: Context<App>): Promise<ArrayBuffer> => {
  const adminToken = env.ADMIN_TOKEN ?? "";
  const known = keys.get(adminToken) ?? drawKey(adminToken);
  keys.set(adminToken, known);
  return known;
};

/** Browsers bind `__Host-` cookies to this host and to TLS, which a local server does not have. */
const prefixOf = (c: Context<App>): "host" | undefined =>
  new URL(c.req.url).protocol === "https:" ? "host" : undefined;

/** Sets a session cookie for this token. `goodUntil` is when the token expires, null if never. */
export const startSession = async (
  c: Context<App>,
  { tokenId, mark }: SessionToken,
  { now, goodUntil }: { now: number; goodUntil: number | null },
): Promise<Session> => {
  const until = Math.min(now + SESSION_SECONDS * 1000, goodUntil ?? Infinity);
  const session = { id: crypto.randomUUID(), tokenId, mark, until };
  const value = JSON.stringify({ id: session.id, token: tokenId, mark, until });
  const prefix = prefixOf(c);
  await setSignedCookie(c, COOKIE, btoa(value), await keyOf(c), {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: SESSION_SECONDS,
    ...(prefix ? { prefix, secure: true } : {}),
  });
  return session;
};

/** The session in the request's cookie, if it is valid and not expired. */
export const sessionIn = async (c: Context<App>, now: number): Promise<Session | undefined> => {
  const value = await getSignedCookie(c, await keyOf(c), COOKIE, prefixOf(c));
  if (!value) return undefined;
  const { id, token, mark, until } = sealed.parse(JSON.parse(atob(value)));
  return until > now ? { id, tokenId: token, mark, until } : undefined;
};

export const dropSession = (c: Context<App>): void => {
  const prefix = prefixOf(c);
  deleteCookie(c, COOKIE, { path: "/", ...(prefix ? { prefix, secure: true } : {}) });
};

/** The CSRF token of a session's forms. */
export const formTokenOf = async (c: Context<App>, { id }: Session): Promise<string> => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", await keyOf(c), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`form of session ${id}`));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
};

export const isFormTokenOf = async (c: Context<App>, session: Session, given: string): Promise<boolean> =>
  equalSecrets(given, await formTokenOf(c, session));
