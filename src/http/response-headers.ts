import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { settingsOf } from "../settings.ts";
import type { App } from "./app.ts";
import { ANSWER_HEADERS } from "./declared-headers.ts";

/** Lists a host's running jobs with a cancel request, on the answers to its pings and polls. */
export const setCancelRequested = (c: Context<App>, jobs: readonly number[]): void => {
  if (jobs.length > 0) c.header("Cancel-Requested", jobs.join(","));
};

/** Pages have their own headers (console/routes.tsx). */
const PAGES = /^\/console(\/|$)/;

/**
 * Leaves out the headers that only pages need: each costs 1 % of a ping, whose answer would be mostly
 * headers. An answer runs nothing and refers to nothing; no browser frames it (frame-ancestors takes
 * precedence over X-Frame-Options); another site's page cannot read it, because it cannot send the token, and
 * nosniff keeps it from loading JSON.
 */
const apiSecurity = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: false,
  referrerPolicy: false,
  crossOriginResourcePolicy: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

const NO_STORE = ["cache-control", "no-store"] as const;

/** The security headers of answers that are not pages: not stored, nothing runs, no framing. */
const API_HEADERS = [
  ...(await new Hono().get("/", apiSecurity, (c) => c.body(null)).request("/")).headers,
  NO_STORE,
];

/** Sets the security headers before there is an answer: adding a header to an answer would copy it. */
export const secured = createMiddleware<App>((c, next) => {
  for (const [name, value] of PAGES.test(c.req.path) ? [NO_STORE] : API_HEADERS) c.header(name, value);
  return next();
});

/** The two names of a request's id. */
export const REQUEST_ID_HEADERS = ["x-request-id", "x-qtest-request-id"];

/** The template of plain answers: copying its headers is faster than setting each one. */
const PLAIN_ANSWER = new Response(null, {
  headers: [
    ...API_HEADERS.map(([name, value]): [string, string] => [name, value]),
    ["content-type", "application/json"],
  ],
});
const { headers: PLAIN_HEADERS } = PLAIN_ANSWER;

let cachedDate = { second: Number.NaN, text: "" };

/** The `Date` header for `now` (epoch milliseconds). Each second is formatted once. */
export const dateText = (now: number): string => {
  const second = Math.floor(now / 1000);
  if (cachedDate.second !== second) cachedDate = { second, text: new Date(now).toUTCString() };
  return cachedDate.text;
};

/** A complete JSON answer with status 200, for `now`. */
export const answerPlainly = (body: object, requestId: string, now: number): Response => {
  PLAIN_HEADERS.set("date", dateText(now));
  for (const name of REQUEST_ID_HEADERS) PLAIN_HEADERS.set(name, requestId);
  return new Response(JSON.stringify(body), PLAIN_ANSWER);
};

/** The headers that a page of another origin may read. */
const EXPOSED = ["Date", ...Object.keys(ANSWER_HEADERS), ...REQUEST_ID_HEADERS];

const allowed = cors({
  origin: (origin, c: Context<App>) => (settingsOf(c.env).CORS_ORIGINS.includes(origin) ? origin : null),
  exposeHeaders: EXPOSED,
  maxAge: 600,
});

/** Lets pages of the origins in CORS_ORIGINS call the API. Sets no header if there are none. */
export const crossOrigin = createMiddleware<App>((c, next) =>
  settingsOf(c.env).CORS_ORIGINS.length > 0 ? allowed(c, next) : next(),
);
