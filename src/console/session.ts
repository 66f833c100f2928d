import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import * as z from "zod";
import type { SessionToken } from "../access/sessions.ts";
import { equalSecrets } from "../access/token-secret.ts";
import type { App } from "../http/app.ts";

const COOKIE = "muster";
const SESSION_SECONDS = 12 * 3600;

/** What the cookie holds, signed: no secret, nor anything that a secret is looked up by. */
const sealed = z.object({
  /** The session's own name, which its forms are bound to. */
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
/** By the token that a key is drawn from: the same for as long as an isolate lives. */
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

/** The key that cookies and forms are signed with. Another bootstrap token gives another key, and ends every session. */
const keyOf = ({ env }: Context<App>): Promise<ArrayBuffer> => {
  const adminToken = env.ADMIN_TOKEN ?? "";
  const known = keys.get(adminToken) ?? drawKey(adminToken);
  keys.set(adminToken, known);
  return known;
};

/** Browsers keep `__Host-` cookies to this very host and to TLS; a local server has none. */
const prefixOf = (c: Context<App>): "host" | undefined =>
  new URL(c.req.url).protocol === "https:" ? "host" : undefined;

/** Gives the browser a session of this token; `goodUntil` is when the token itself ends, null where it doesn't. */
export const keepSession = async (
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

/** The session in a request's cookie, if it is one of ours and its time is not up. */
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

/** What every form of a session carries, and nobody else can make. */
export const formTokenOf = async (c: Context<App>, { id }: Session): Promise<string> => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", await keyOf(c), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`form of session ${id}`));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
};

export const isFormTokenOf = async (c: Context<App>, session: Session, given: string): Promise<boolean> =>
  equalSecrets(given, await formTokenOf(c, session));
