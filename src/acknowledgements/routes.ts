import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { getSchedule } from "../schedules/schedules.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime } from "../wire/times.ts";
import {
  acknowledgeHost,
  acknowledgementInput,
  acknowledgeSchedule,
  unacknowledgeHost,
  unacknowledgeSchedule,
} from "./acknowledgements.ts";
import type { Acknowledgement } from "./store.ts";

const OF_SCHEDULE = "/projects/:project/automation/schedules/:schedule/acknowledgement";
const OF_HOST = "/automation/hosts/:host/acknowledgement";

const acknowledgementShape = shape(() =>
  described(z.object({ until: z.string().nullable(), by: z.string().nullable() }), {
    name: "Acknowledgement",
    fields: {
      until: "Until when the overview asks for no attention to it: a UTC time; null: it does.",
      by: "Who said so: the scope and name of a token; null: nobody.",
    },
    example: { until: "2015-04-10T08:00:00+00:00", by: "operator lab 7" },
  }),
);

const wireAcknowledgement = ({
  acknowledgedUntil,
  acknowledgedBy,
}: Acknowledgement): Shaped<typeof acknowledgementShape> => ({
  until: formatOptionalTime(acknowledgedUntil),
  by: acknowledgedBy,
});

const answers = { 200: { description: "The acknowledgement as it now is", schema: acknowledgementShape } };

export const acknowledgementRoutes = new Hono<App>()
  .put(
    OF_SCHEDULE,
    endpoint({
      operation: "acknowledgeSchedule",
      summary: "Acknowledge a schedule's failures for a while: the overview asks for no attention to them",
      ids: ["project", "schedule"],
      body: acknowledgementInput,
      exists: getSchedule,
      answers,
    }),
    async (c) =>
      c.json(
        wireAcknowledgement(
          await acknowledgeSchedule(c.get("call"), c.req.valid("param"), c.req.valid("json")),
        ),
      ),
  )
  .delete(
    OF_SCHEDULE,
    endpoint({
      operation: "unacknowledgeSchedule",
      summary: "End the acknowledgement of a schedule's failures",
      ids: ["project", "schedule"],
      exists: getSchedule,
      answers,
    }),
    async (c) =>
      c.json(wireAcknowledgement(await unacknowledgeSchedule(c.get("call"), c.req.valid("param")))),
  )
  .put(
    OF_HOST,
    endpoint({
      operation: "acknowledgeHost",
      summary: "Acknowledge for a while that work waits for a host: the overview asks for no attention to it",
      ids: ["host"],
      body: acknowledgementInput,
      answers,
    }),
    async (c) =>
      c.json(
        wireAcknowledgement(
          await acknowledgeHost(c.get("call"), c.req.valid("param").host, c.req.valid("json")),
        ),
      ),
  )
  .delete(
    OF_HOST,
    endpoint({
      operation: "unacknowledgeHost",
      summary: "End the acknowledgement of a host",
      ids: ["host"],
      answers,
    }),
    async (c) =>
      c.json(wireAcknowledgement(await unacknowledgeHost(c.get("call"), c.req.valid("param").host))),
  );
