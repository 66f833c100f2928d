import type { Call } from "../../call.ts";
import type { WebhookPath } from "../../webhooks/webhooks.ts";
import { notFound } from "../../wire/refusals.ts";
import { readWebhookList, readWebhookPage, type ShownPart } from "./store.ts";

/** A project's webhooks. Throws `not_found`. */
export const listProjectWebhooks = async ({ db }: Call, projectId: number) => {
  const { projectName, rows } = await readWebhookList(db, projectId);
  if (projectName === undefined) throw notFound("project", projectId);
  return { projectId, projectName, rows };
};
export type WebhookListing = Awaited<ReturnType<typeof listProjectWebhooks>>;

/** A webhook with its newest deliveries, or its dead ones. Throws `not_found`. */
export const viewWebhook = async ({ db }: Call, { project, webhook: id }: WebhookPath, part: ShownPart) => {
  const { projectName, webhook, ...read } = await readWebhookPage(db, { projectId: project, id }, part);
  if (projectName === undefined) throw notFound("project", project);
  if (!webhook) throw notFound("webhook", id);
  return { projectId: project, projectName, webhook, ...read, ...part };
};
export type WebhookPage = Awaited<ReturnType<typeof viewWebhook>>;
