import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { getDelivery, listDeliveries, resendDeliveries, resendDelivery } from "./deliveries.ts";
import { deliveriesQuery, secretRotation, webhookInput, webhookUpdate } from "./input.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhook,
  testWebhook,
  updateWebhook,
} from "./webhooks.ts";
import {
  deliveryShape,
  issuedWebhookShape,
  resentShape,
  testedShape,
  webhookShape,
  wireDelivery,
  wireIssued,
  wireTested,
  wireWebhook,
} from "./wire.ts";

const WEBHOOKS = "/projects/:project/automation/webhooks" as const;
const WEBHOOK = `${WEBHOOKS}/:webhook` as const;
const DELIVERIES = `${WEBHOOK}/deliveries` as const;
const PATH = ["project", "webhook"] as const;

const issued = {
  description: "The webhook with its secret; the answer to a repeat has no secret",
  schema: issuedWebhookShape,
};
const asItIs = { 200: { description: "The webhook as it now is", schema: webhookShape } };

export const webhookRoutes = new Hono<App>()
  .post(
    WEBHOOKS,
    endpoint({
      operation: "createWebhook",
      summary: "Make a webhook, which is told of events in a project; its secret is shown only once",
      ids: ["project"],
      body: webhookInput,
      answers: { 201: issued },
    }),
    async (c) => {
      const call = c.get("call");
      const made = await createWebhook(call, c.req.valid("param").project, c.req.valid("json"));
      return c.json(wireIssued(made, call.now), 201);
    },
  )
  .get(
    WEBHOOKS,
    endpoint({
      operation: "listWebhooks",
      summary: "List a project's webhooks, without their secrets",
      ids: ["project"],
      query: pageQuery,
      answers: { 200: { description: "A page of webhooks", schema: () => z.array(webhookShape()) } },
    }),
    async (c) => {
      const call = c.get("call");
      const { rows, next } = await listWebhooks(call, c.req.valid("param").project, c.req.valid("query"));
      return answerPage(
        c,
        next,
        rows.map((row) => wireWebhook(row, call.now)),
      );
    },
  )
  .get(
    WEBHOOK,
    endpoint({
      operation: "getWebhook",
      summary: "Read a webhook, without its secret",
      ids: PATH,
      exists: getWebhook,
      answers: { 200: { description: "The webhook", schema: webhookShape } },
    }),
    async (c) => {
      const call = c.get("call");
      return c.json(wireWebhook(await getWebhook(call, c.req.valid("param")), call.now));
    },
  )
  .put(
    WEBHOOK,
    endpoint({
      operation: "updateWebhook",
      summary: "Change a webhook, enable or disable it; what is left out stays",
      ids: PATH,
      body: webhookUpdate,
      exists: getWebhook,
      answers: asItIs,
    }),
    async (c) => {
      const call = c.get("call");
      const changed = await updateWebhook(call, c.req.valid("param"), c.req.valid("json"));
      return c.json(wireWebhook(changed, call.now));
    },
  )
  .delete(
    WEBHOOK,
    endpoint({
      operation: "deleteWebhook",
      summary: "Delete a webhook, with all that waits for it",
      ids: PATH,
      exists: getWebhook,
      answers: { 200: { description: "The webhook as it was", schema: webhookShape } },
    }),
    async (c) => {
      const call = c.get("call");
      return c.json(wireWebhook(await deleteWebhook(call, c.req.valid("param")), call.now));
    },
  )
  .post(
    `${WEBHOOK}/rotate`,
    endpoint({
      operation: "rotateWebhook",
      summary: "Give a webhook a new secret; the old one signs too for the overlap",
      ids: PATH,
      body: secretRotation,
      exists: getWebhook,
      answers: { 201: issued },
    }),
    async (c) => {
      const call = c.get("call");
      const rotated = await rotateWebhook(call, c.req.valid("param"), c.req.valid("json"));
      return c.json(wireIssued(rotated, call.now), 201);
    },
  )
  .post(
    `${WEBHOOK}/test`,
    endpoint({
      operation: "testWebhook",
      summary: "Send a test to a webhook now, once, and say how it went",
      ids: PATH,
      exists: getWebhook,
      answers: { 200: { description: "How it went", schema: testedShape } },
    }),
    async (c) => c.json(wireTested(await testWebhook(c.get("call"), c.req.valid("param")))),
  )
  .get(
    DELIVERIES,
    endpoint({
      operation: "listDeliveries",
      summary: "List what was sent to a webhook, or waits for it, the newest first",
      ids: PATH,
      query: deliveriesQuery,
      exists: getWebhook,
      answers: { 200: { description: "A page of deliveries", schema: () => z.array(deliveryShape()) } },
    }),
    async (c) => {
      const listed = await listDeliveries(c.get("call"), c.req.valid("param"), c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireDelivery));
    },
  )
  .post(
    `${DELIVERIES}/:delivery/resend`,
    endpoint({
      operation: "resendDelivery",
      summary: "Send a dead delivery again",
      ids: ["project", "webhook", "delivery"],
      exists: getDelivery,
      answers: { 200: { description: "The delivery, which waits again", schema: deliveryShape } },
    }),
    async (c) => c.json(wireDelivery(await resendDelivery(c.get("call"), c.req.valid("param")))),
  )
  .post(
    `${DELIVERIES}/resend`,
    endpoint({
      operation: "resendDeliveries",
      summary: "Send the oldest dead deliveries of a webhook again, at most 1,000",
      ids: PATH,
      exists: getWebhook,
      answers: { 200: { description: "How many", schema: resentShape } },
    }),
    async (c) => c.json({ sent_again: await resendDeliveries(c.get("call"), c.req.valid("param")) }),
  );
