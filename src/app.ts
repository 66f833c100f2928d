import { Hono } from "hono";
import * as z from "zod";
import { version } from "../package.json";
import { agentRoutes } from "./agents/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { consoleRoutes } from "./console/routes.tsx";
import { checkDatabase, openDatabase } from "./database/database.ts";
import { createFastPath } from "./fast-path/fast-path.ts";
import { flakyTestRoutes } from "./flaky-tests/routes.ts";
import { grantRoutes } from "./grants/routes.ts";
import { hostRoutes } from "./hosts/routes.ts";
import type { App } from "./http/app.ts";
import { plainPath } from "./http/context-path.ts";
import { open } from "./http/endpoint.ts";
import { answerError, answerNotFound } from "./http/error-answers.ts";
import { authenticated, requestIds } from "./http/make-call.ts";
import { openApiOf } from "./http/openapi.ts";
import { crossOrigin, secured } from "./http/response-headers.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { projectRoutes } from "./projects/routes.ts";
import { socketRoutes } from "./push/routes.ts";
import { resultRoutes } from "./results/routes.ts";
import { runFileRoutes } from "./run-files/routes.ts";
import { uploadRoutes } from "./run-files/upload-routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { keptTestRunRoutes, testRunRoutes } from "./test-runs/routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { vendorResultRoutes } from "./vendor-results/routes.ts";
import { shape } from "./wire/lazy-shape.ts";

const healthShape = shape(() => z.object({ status: z.literal("ok"), version: z.string() }));

/** All routes of the service. `clock` returns epoch milliseconds; tests move it. */
export const createApp = (clock: () => number) => {
  const app = new Hono<App>({ getPath: plainPath });
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use(requestIds(clock), secured, crossOrigin);
  app.use("/api/v3/*", authenticated(clock));
  let document: ReturnType<typeof openApiOf> | undefined;
  return app
    .get(
      "/health",
      open({
        summary: "Whether the service and its database answer",
        answers: { 200: { description: "Both answer", schema: healthShape } },
      }),
      async (c) => {
        await checkDatabase(openDatabase(c.env.DB));
        return c.json({ status: "ok" as const, version });
      },
    )
    .get("/openapi.json", (c) => {
      // Anyone may request it, and building it is slow, so it is built once.
      document ??= openApiOf(app.routes, version);
      return c.json(document);
    })
    .route("/api/v3", hostRoutes)
    .route("/api/v3", agentRoutes)
    .route("/api/v3", projectRoutes)
    .route("/api/v3", testRunRoutes)
    .route("/api/v3", keptTestRunRoutes)
    .route("/api/v3", scheduleRoutes)
    .route("/api/v3", jobRoutes)
    .route("/api/v3", socketRoutes)
    .route("/api/v3", resultRoutes)
    .route("/api/v3", flakyTestRoutes)
    .route("/api/v3", runFileRoutes)
    .route("/api/v3", uploadRoutes)
    .route("/api/v3", vendorResultRoutes)
    .route("/api/v3", tokenRoutes)
    .route("/api/v3", auditRoutes)
    .route("/", grantRoutes(clock))
    .get("/", (c) => c.redirect("/console"))
    .route("/console", consoleRoutes(clock));
};

/** The service over HTTP: the fast path first, then the routes. */
export const createService = (clock: () => number) => ({
  fetch: createFastPath(clock, createApp(clock).fetch),
});
