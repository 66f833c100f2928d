import { Hono } from "hono";
import * as z from "zod";
import { version } from "../package.json";
import { acknowledgementRoutes } from "./acknowledgements/routes.ts";
import { agentRoutes } from "./agents/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { backupRoutes } from "./backup/routes.ts";
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
import { openApiOf, type Tag } from "./http/openapi.ts";
import { crossOrigin, secured } from "./http/response-headers.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { metricsRoutes } from "./metrics/routes.ts";
import { projectRoutes } from "./projects/routes.ts";
import { socketRoutes } from "./push/routes.ts";
import { resultRoutes } from "./results/routes.ts";
import { runFileRoutes } from "./run-files/routes.ts";
import { uploadRoutes } from "./run-files/upload-routes.ts";
import { blackoutRoutes } from "./schedules/blackout-routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { importPreviewRoutes } from "./test-runs/preview-routes.ts";
import { keptTestRunRoutes, testRunRoutes } from "./test-runs/routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { vendorResultRoutes } from "./vendor-results/routes.ts";
import { described } from "./wire/described.ts";
import { shape } from "./wire/lazy-shape.ts";

const healthShape = shape(() =>
  described(z.object({ status: z.literal("ok"), version: z.string() }), {
    fields: { status: "That it answers.", version: "The version of the service." },
    example: { status: "ok", version },
  }),
);

/** The rooms of the API, as the OpenAPI document names them. */
const tagsOf = (signIn: Tag["routes"]): Tag[] => [
  { name: "Hosts", description: "Machines that run tests, and their presence.", routes: hostRoutes.routes },
  { name: "Agents", description: "What a host can run for a project.", routes: agentRoutes.routes },
  { name: "Projects", description: "To what all else belongs.", routes: projectRoutes.routes },
  {
    name: "Test runs",
    description: "The tests that schedules name, brought in one by one or from files.",
    routes: [...testRunRoutes.routes, ...importPreviewRoutes.routes, ...keptTestRunRoutes.routes],
  },
  { name: "Schedules", description: "What runs when.", routes: scheduleRoutes.routes },
  { name: "Blackouts", description: "When schedules do not run.", routes: blackoutRoutes.routes },
  {
    name: "Acknowledgements",
    description: "What people have seen, so that the overview leaves it for a while.",
    routes: acknowledgementRoutes.routes,
  },
  {
    name: "Jobs",
    description: "Runs of schedules: polled or leased by hosts, reported by them, read by people.",
    routes: jobRoutes.routes,
  },
  {
    name: "Sockets",
    description: "Hosts that are told of jobs as they come due.",
    routes: socketRoutes.routes,
  },
  { name: "Results", description: "What runs found out, test by test.", routes: resultRoutes.routes },
  {
    name: "Flaky tests",
    description: "Which tests are flaky, and quarantines.",
    routes: flakyTestRoutes.routes,
  },
  {
    name: "Run files",
    description: "The logs of runs and the files that they leave.",
    routes: [...runFileRoutes.routes, ...uploadRoutes.routes],
  },
  {
    name: "Vendor results",
    description: "Results in the vendor's own form.",
    routes: vendorResultRoutes.routes,
  },
  { name: "Tokens", description: "Who may call the service.", routes: tokenRoutes.routes },
  { name: "Audit", description: "Who changed what.", routes: auditRoutes.routes },
  {
    name: "Export and restore",
    description: "The whole installation as JSON lines, and an empty one filled with them.",
    routes: backupRoutes.routes,
  },
  { name: "Metrics", description: "Numbers for dashboards and alarms.", routes: metricsRoutes.routes },
  { name: "Sign-in", description: "Logging in with a token by the vendor's forms.", routes: signIn },
];

/** All routes of the service. `clock` returns epoch milliseconds; tests move it. */
export const createApp = (clock: () => number) => {
  const app = new Hono<App>({ getPath: plainPath });
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use(requestIds(clock), secured, crossOrigin);
  app.use("/api/v3/*", authenticated(clock));
  app.use("/metrics", authenticated(clock));
  const signIn = grantRoutes(clock);
  let document: ReturnType<typeof openApiOf> | undefined;
  return app
    .get(
      "/health",
      open({
        operationId: "checkHealth",
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
      document ??= openApiOf(app.routes, { version, tags: tagsOf(signIn.routes) });
      return c.json(document);
    })
    .route("/api/v3", hostRoutes)
    .route("/api/v3", agentRoutes)
    .route("/api/v3", projectRoutes)
    .route("/api/v3", testRunRoutes)
    .route("/api/v3", importPreviewRoutes)
    .route("/api/v3", keptTestRunRoutes)
    .route("/api/v3", scheduleRoutes)
    .route("/api/v3", blackoutRoutes)
    .route("/api/v3", acknowledgementRoutes)
    .route("/api/v3", jobRoutes)
    .route("/api/v3", socketRoutes)
    .route("/api/v3", resultRoutes)
    .route("/api/v3", flakyTestRoutes)
    .route("/api/v3", runFileRoutes)
    .route("/api/v3", uploadRoutes)
    .route("/api/v3", vendorResultRoutes)
    .route("/api/v3", tokenRoutes)
    .route("/api/v3", auditRoutes)
    .route("/api/v3", backupRoutes)
    .route("/", metricsRoutes)
    .route("/", signIn)
    .get("/", (c) => c.redirect("/console"))
    .route("/console", consoleRoutes(clock));
};

/** The service over HTTP: the fast path first, then the routes. */
export const createService = (clock: () => number) => ({
  fetch: createFastPath(clock, createApp(clock).fetch),
});
