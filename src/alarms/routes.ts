import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { listAlarms } from "./alarms.ts";
import { alarmShape, wireAlarm } from "./wire.ts";

export const alarmRoutes = new Hono<App>().get(
  "/projects/:project/automation/alarms",
  endpoint({
    operation: "listAlarms",
    summary: "List what needs somebody in a project now",
    ids: ["project"],
    query: pageQuery,
    answers: { 200: { description: "A page of alarms", schema: () => z.array(alarmShape()) } },
  }),
  async (c) => {
    const listed = await listAlarms(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
    return answerPage(c, listed.next, listed.rows.map(wireAlarm));
  },
);
