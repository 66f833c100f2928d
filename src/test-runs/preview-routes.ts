import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { IMPORT_FORMS, importQuery } from "./import-input.ts";
import { type ImportPreview, previewTestRuns } from "./preview.ts";
import { testRunsInput } from "./test-runs.ts";

const sideShape = described(z.object({ test_case_name: z.string(), automation_content: z.string() }), {
  name: "TestRunSide",
  fields: {
    test_case_name: "The name of its test case.",
    automation_content: "What the host runs.",
  },
});

const importPreviewShape = shape(() =>
  described(
    z.object({
      created: z.int(),
      changed: z.int(),
      unchanged: z.int(),
      namesakes: z.int(),
      changes: z.array(
        described(
          z.object({
            test_run_id: z.int(),
            before: sideShape,
            after: sideShape,
          }),
          {
            fields: {
              test_run_id: "The id of the test run.",
              before: "As it is.",
              after: "As it would be.",
            },
          },
        ),
      ),
    }),
    {
      name: "ImportPreview",
      fields: {
        created: "How many test runs would be new.",
        changed: "How many would be changed.",
        unchanged: "How many would stay as they are.",
        namesakes: "How many of the new ones have the name of one that is there, with another content.",
        changes: "The first 50 that would be changed.",
      },
      example: { created: 2, changed: 0, unchanged: 5, namesakes: 0, changes: [] },
    },
  ),
);

const wireSide = ({ name, content }: { name: string; content: string }) => ({
  test_case_name: name,
  automation_content: content,
});

const wirePreview = ({
  changes,
  news: _,
  summary: __,
  ...counts
}: ImportPreview): Shaped<typeof importPreviewShape> => ({
  ...counts,
  changes: changes.map(({ id, from, to }) => ({
    test_run_id: id,
    before: wireSide(from),
    after: wireSide(to),
  })),
});

export const importPreviewRoutes = new Hono<App>().post(
  "/projects/:project/automation/test-runs/preview",
  endpoint({
    operation: "previewTestRuns",
    summary: "Tell what bringing test runs in would change",
    ids: ["project"],
    query: importQuery,
    body: testRunsInput,
    forms: IMPORT_FORMS,
    answers: { 200: { description: "What would be changed", schema: importPreviewShape } },
  }),
  async (c) => {
    const { project } = c.req.valid("param");
    return c.json(wirePreview(await previewTestRuns(c.get("call"), project, c.req.valid("json"))));
  },
);
