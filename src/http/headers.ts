import type { Context } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { App } from "../env.ts";
import { settingsOf } from "./calls.ts";

/** Names a host's running jobs that someone asked to cancel, on the answers to its pings and polls. */
export const tellCancelRequests = (c: Context<App>, jobs: readonly number[]): void => {
  if (jobs.length > 0) c.header("Cancel-Requested", jobs.join(","));
};

/** The pages have headers of their own (console/routes.tsx). */
const PAGES = /^\/console(\/|$)/;

/** Without what is said to pages alone: most of an answer to a ping would be headers. */
const noPage = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** What browsers are told of answers: nobody keeps them; of those that are no pages, nothing runs and nobody frames them. */
export const secured = createMiddleware<App>((c, next) => {
  // Set before there is an answer, for which a header more means to make it anew.
  c.header("Cache-Control", "no-store");
  return PAGES.test(c.req.path) ? next() : noPage(c, next);
});

/** The headers of ours that a page of another origin may read. */
const EXPOSED = [
  "Link",
  "Retry-After",
  "Lease-Expires",
  "Jobs-Held",
  "Jobs-Left",
  "Cancel-Requested",
  "x-request-id",
];

const allowed = cors({
  origin: (origin, c: Context<App>) => (settingsOf(c.env).CORS_ORIGINS.includes(origin) ? origin : null),
  exposeHeaders: EXPOSED,
  maxAge: 600,
});

/** Lets pages of the origins in CORS_ORIGINS call the API; says nothing of it where none is set. */
export const crossOrigin = createMiddleware<App>((c, next) =>
  settingsOf(c.env).CORS_ORIGINS.length > 0 ? allowed(c, next) : next(),
);
