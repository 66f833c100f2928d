import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { settingsOf } from "../settings.ts";
import type { App } from "./app.ts";
import { ANSWER_HEADERS } from "./own-headers.ts";

/** Names a host's running jobs that someone asked to cancel, on the answers to its pings and polls. */
export const tellCancelRequests = (c: Context<App>, jobs: readonly number[]): void => {
  if (jobs.length > 0) c.header("Cancel-Requested", jobs.join(","));
};

/** The pages have headers of their own (console/routes.tsx). */
const PAGES = /^\/console(\/|$)/;

/**
 * Without what is said to pages alone, for a ping's answer would be mostly headers, each of which takes 1 % of a ping.
 * Nothing in an answer runs or refers to anything, no browser frames it (frame-ancestors stands over X-Frame-Options),
 * and another site's page gets nothing of it: it cannot send the token, and JSON under nosniff is kept from it.
 */
const noPage = secureHeaders({
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

const KEPT_BY_NOBODY = ["cache-control", "no-store"] as const;

/** What browsers are told of answers that are no pages: nobody keeps them, nothing in them runs, nobody frames them. */
const OF_NO_PAGE = [
  ...(await new Hono().get("/", noPage, (c) => c.body(null)).request("/")).headers,
  KEPT_BY_NOBODY,
];

/** Sets what browsers are told of answers, before there is one: for an answer, a header more means to make it anew. */
export const secured = createMiddleware<App>((c, next) => {
  for (const [name, value] of PAGES.test(c.req.path) ? [KEPT_BY_NOBODY] : OF_NO_PAGE) c.header(name, value);
  return next();
});

/** The names that the id of a request goes by. */
export const REQUEST_ID_HEADERS = ["x-request-id", "x-qtest-request-id"];

/** What plain answers are made after: to copy its headers takes less than to set them one by one. */
const PLAIN_ANSWER = new Response(null, {
  headers: [
    ...OF_NO_PAGE.map(([name, value]): [string, string] => [name, value]),
    ["content-type", "application/json"],
  ],
});
const { headers: OF_PLAIN_ANSWER } = PLAIN_ANSWER;

let dated = { second: Number.NaN, text: "" };

/** What the `Date` of an answer says: `now`, in epoch milliseconds. Each second is written out once. */
export const dateText = (now: number): string => {
  const second = Math.floor(now / 1000);
  if (dated.second !== second) dated = { second, text: new Date(now).toUTCString() };
  return dated.text;
};

/** A whole JSON answer of `now` with status 200 and these headers, made in one go. */
export const answerPlainly = (body: object, requestId: string, now: number): Response => {
  OF_PLAIN_ANSWER.set("date", dateText(now));
  for (const name of REQUEST_ID_HEADERS) OF_PLAIN_ANSWER.set(name, requestId);
  return new Response(JSON.stringify(body), PLAIN_ANSWER);
};

/** The headers that a page of another origin may read. */
const EXPOSED = ["Link", "Retry-After", "Date", ...Object.keys(ANSWER_HEADERS), ...REQUEST_ID_HEADERS];

const allowed = cors({
  origin: (origin, c: Context<App>) => (settingsOf(c.env).CORS_ORIGINS.includes(origin) ? origin : null),
  exposeHeaders: EXPOSED,
  maxAge: 600,
});

/** Lets pages of the origins in CORS_ORIGINS call the API; says nothing of it where none is set. */
export const crossOrigin = createMiddleware<App>((c, next) =>
  settingsOf(c.env).CORS_ORIGINS.length > 0 ? allowed(c, next) : next(),
);
