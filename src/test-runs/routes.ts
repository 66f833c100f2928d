import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../env.ts";
import { endpoint } from "../http/endpoint.ts";
import { getProject } from "../projects/projects.ts";
import { materialShape } from "../schedules/materials.ts";
import { createTestRuns, testRunsInput } from "./test-runs.ts";

export const testRunRoutes = new Hono<App>().post(
  "/projects/:project/automation/test-runs",
  endpoint({
    operation: "createTestRuns",
    summary: "Bring test runs in; known ids are updated, missing ones given",
    ids: ["project"],
    body: testRunsInput,
    exists: (call, { project }) => getProject(call, project),
    answers: {
      201: { description: "The test runs, in the order they came", schema: z.array(materialShape) },
    },
  }),
  async (c) =>
    c.json(await createTestRuns(c.var.call, c.req.valid("param").project, c.req.valid("json")), 201),
);
