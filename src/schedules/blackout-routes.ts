import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { blackoutInput } from "./blackout-input.ts";
import { blackoutPreviewShape, blackoutShape, wireBlackout, wireBlackoutPreview } from "./blackout-wire.ts";
import { createBlackout, deleteBlackout, getBlackout, listBlackouts, previewBlackout } from "./blackouts.ts";

const BLACKOUTS = "/projects/:project/automation/blackouts" as const;

export const blackoutRoutes = new Hono<App>()
  .post(
    BLACKOUTS,
    endpoint({
      operation: "createBlackout",
      summary: "Make a blackout, in which a project's schedules do not run by their crons",
      ids: ["project"],
      body: blackoutInput,
      answers: { 201: { description: "The blackout", schema: blackoutShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      return c.json(wireBlackout(await createBlackout(c.get("call"), project, c.req.valid("json"))), 201);
    },
  )
  .post(
    `${BLACKOUTS}/preview`,
    endpoint({
      operation: "previewBlackout",
      summary: "Show a blackout's spans, and what it would cancel, before it is made",
      ids: ["project"],
      body: blackoutInput,
      answers: { 200: { description: "What it would do", schema: blackoutPreviewShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      return c.json(wireBlackoutPreview(await previewBlackout(c.get("call"), project, c.req.valid("json"))));
    },
  )
  .get(
    BLACKOUTS,
    endpoint({
      operation: "listBlackouts",
      summary: "List a project's blackouts",
      ids: ["project"],
      query: pageQuery,
      answers: { 200: { description: "A page of blackouts", schema: () => z.array(blackoutShape()) } },
    }),
    async (c) => {
      const listed = await listBlackouts(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireBlackout));
    },
  )
  .delete(
    `${BLACKOUTS}/:blackout`,
    endpoint({
      operation: "deleteBlackout",
      summary: "Delete a blackout; the runs that it left out are planned again",
      ids: ["project", "blackout"],
      exists: getBlackout,
      answers: { 200: { description: "The blackout as it was", schema: blackoutShape } },
    }),
    async (c) => c.json(wireBlackout(await deleteBlackout(c.get("call"), c.req.valid("param")))),
  );
