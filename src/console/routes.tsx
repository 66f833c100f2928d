import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { App } from "../http/app.ts";
import { agentPages } from "./agents/pages.tsx";
import { auditPages } from "./audit/pages.tsx";
import { blackoutPages } from "./blackouts/pages.tsx";
import { calendarPages } from "./calendar/pages.tsx";
import { showNotFound, showProblem } from "./error-page.tsx";
import { filePages } from "./files/pages.tsx";
import { findPages } from "./find/pages.tsx";
import { hostPages } from "./hosts/pages.tsx";
import { jobPages } from "./jobs/pages.tsx";
import { livePages } from "./live/pages.ts";
import { overviewPages } from "./overview/pages.tsx";
import { inSession } from "./page-guards.ts";
import { pickedPages } from "./picked/pages.tsx";
import { pipelinePages } from "./pipelines/pages.tsx";
import { projectPages } from "./projects/pages.tsx";
import { comparePages } from "./results/compare-pages.tsx";
import { resultPages } from "./results/pages.tsx";
import { flakyRulePages } from "./results/rules-pages.tsx";
import { scheduleFormPages } from "./schedule-form/pages.tsx";
import { schedulePages } from "./schedules/pages.tsx";
import { scopePages } from "./scope/pages.tsx";
import { signInPages } from "./sign-in.tsx";
import { signalPages } from "./signals/pages.ts";
import { startPages } from "./start/pages.tsx";
import { testRunPages } from "./test-runs/pages.tsx";
import { timelinePages } from "./timeline/pages.tsx";
import { tokenPages } from "./tokens/pages.tsx";
import { webhookPages } from "./webhooks/pages.tsx";

const SELF = "'self'";

/**
 * Pages load from this site only, run no inline scripts, cannot be framed, and are not cached. A file of a run has a
 * stricter policy of its own, which stays.
 */
const secured = [
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [SELF],
      styleSrc: [SELF],
      imgSrc: [SELF],
      connectSrc: [SELF],
      formAction: [SELF],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    overwrite: false,
    referrerPolicy: "same-origin",
  }),
  createMiddleware<App>(async (c, next) => {
    await next();
    c.header("Vary", "HX-Request");
  }),
] as const;

/** A form of filters sends the empty ones too: the address without them is asked for instead. */
const shortAddresses = createMiddleware<App>(async (c, next) => {
  const { pathname, searchParams } = new URL(c.req.url);
  const given = [...searchParams].filter(([, value]) => value !== "");
  if (c.req.method !== "GET" || given.length === searchParams.size) return next();
  return c.redirect(given.length === 0 ? pathname : `${pathname}?${new URLSearchParams(given)}`);
});

/** The console, under `/console`. `clock` returns epoch milliseconds. */
export const consoleRoutes = (clock: () => number) => {
  const pages = new Hono<App>();
  pages.onError(showProblem);
  pages.use(...secured, csrf(), shortAddresses);
  pages.route("/", signInPages(clock));
  pages.use(inSession(clock));
  pages
    .route("/", overviewPages)
    .route("/", timelinePages)
    .route("/", calendarPages)
    .route("/", blackoutPages)
    .route("/", hostPages)
    .route("/", agentPages)
    .route("/", pickedPages)
    .route("/", jobPages)
    .route("/", pipelinePages)
    .route("/", resultPages)
    .route("/", flakyRulePages)
    .route("/", comparePages)
    .route("/", filePages)
    .route("/", scheduleFormPages)
    .route("/", schedulePages)
    .route("/", projectPages)
    .route("/", testRunPages)
    .route("/", webhookPages)
    .route("/", tokenPages)
    .route("/", auditPages)
    .route("/", startPages)
    .route("/", scopePages)
    .route("/", findPages)
    .route("/", signalPages)
    .route("/", livePages);
  pages.all("*", showNotFound);
  return pages;
};
