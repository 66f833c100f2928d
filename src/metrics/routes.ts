import { Hono } from "hono";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { metricsText } from "./metrics.ts";
import { OPEN_METRICS } from "./open-metrics.ts";

export const metricsRoutes = new Hono<App>().get(
  "/metrics",
  endpoint({
    operation: "readMetrics",
    summary: "Counts of hosts, jobs and the service's own steps, for Prometheus and its like",
    answers: { 200: { description: "The metrics in OpenMetrics' text form", text: OPEN_METRICS } },
  }),
  async (c) => c.body(await metricsText(c.get("call")), 200, { "Content-Type": OPEN_METRICS }),
);
