import type * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { cutPage, type Listed } from "../wire/list-pages.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { type DeliveryRow, readDeliveries, readDelivery, reviveDeliveries } from "./delivery-list-store.ts";
import type { deliveriesQuery } from "./input.ts";
import type { WebhookRow } from "./store.ts";
import { getWebhook, type WebhookPath } from "./webhooks.ts";

/** The most dead deliveries that are sent again at once. */
const MAX_RESENT = 1000;

export interface DeliveryPath extends WebhookPath {
  delivery: number;
}

/** A page of a webhook's deliveries, newest first. Throws `not_found`. */
export const listDeliveries = async (
  call: Call,
  path: WebhookPath,
  { status, ...page }: z.output<typeof deliveriesQuery>,
): Promise<Listed<DeliveryRow>> => {
  await getWebhook(call, path);
  return cutPage(await readDeliveries(call.db, path.webhook, { status, page }), page);
};

/** Throws `not_found`. */
export const getDelivery = async (call: Call, path: DeliveryPath): Promise<DeliveryRow> => {
  await getWebhook(call, path);
  const found = await readDelivery(call.db, path.webhook, path.delivery);
  if (!found) throw notFound("delivery", path.delivery);
  return found;
};

const refuseDisabled = ({ id, disabledAt }: WebhookRow): void => {
  if (disabledAt !== null)
    throw new DomainError("webhook_disabled", `webhook ${id} is disabled; enable it, then send again`);
};

/**
 * Sends a dead delivery again: it is tried for as long as a new one, under the same `webhook-id`. Throws `not_found`,
 * `webhook_disabled`, `not_dead`.
 */
export const resendDelivery = async (call: Call, path: DeliveryPath): Promise<DeliveryRow> => {
  refuseDisabled(await getWebhook(call, path));
  const author = authorOf(call, "resendDelivery");
  const revived = await reviveDeliveries(call.db, path.webhook, { one: path.delivery, most: 1, author });
  const delivery = await getDelivery(call, path);
  // A repeat of a request whose answer was lost finds it waiting.
  if (revived === 0 && delivery.status !== "waiting")
    throw new DomainError(
      "not_dead",
      `delivery ${path.delivery} is ${delivery.status}; only a dead one can be sent again`,
    );
  call.wakeWebhooks([path.webhook]);
  return delivery;
};

/** Sends the oldest dead deliveries of a webhook again. Throws `not_found`, `webhook_disabled`. */
export const resendDeliveries = async (call: Call, path: WebhookPath): Promise<number> => {
  refuseDisabled(await getWebhook(call, path));
  const author = authorOf(call, "resendDeliveries");
  const revived = await reviveDeliveries(call.db, path.webhook, { one: undefined, most: MAX_RESENT, author });
  call.wakeWebhooks([path.webhook]);
  return revived;
};
