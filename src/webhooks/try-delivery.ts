import * as z from "zod";
import type { Database } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import type { Log } from "../log.ts";
import type { Mailer } from "../outbox/mailer.ts";
import type { CallResults } from "../project-results/client.ts";
import type { Settings } from "../settings.ts";
import { type Composed, composeBodies } from "./compose.ts";
import { type Claimed, keepBodies } from "./delivery-store.ts";
import type { EventData } from "./event-data.ts";
import { readFailedTests } from "./failed-tests.ts";
import type { TargetRules, Verdict } from "./form.ts";
import { FORMS } from "./forms.ts";
import { mailBy } from "./mail.ts";
import { type SealingSecrets, unseal } from "./sealed.ts";

import { sendRequest } from "./send.ts";
import type { WebhookRow } from "./store.ts";

/** What sending needs. */
export interface Sending extends SealingSecrets {
  db: Database;
  results: CallResults;
  settings: Settings;
  /** The binding for e-mail; undefined: there is none. */
  mailer?: Mailer | undefined;
  /** The current time; epoch milliseconds. */
  clock: () => number;
  log: Log;
}

/** How a receiver is called for a webhook: its secrets, opened. */
export interface Opened {
  webhook: WebhookRow;
  secrets: string[];
  credential: string | null;
}

export const rulesOf = ({
  settings: { WEBHOOK_PRIVATE, EMAIL_FROM },
  mailer,
}: Pick<Sending, "settings" | "mailer">): TargetRules => ({
  private: WEBHOOK_PRIVATE === "on",
  email: mailer !== undefined && EMAIL_FROM !== "",
});

/** Opens a webhook's secrets, those that sign at `now`; undefined if they were sealed under another ADMIN_TOKEN. */
export const openSecrets = async (
  sealing: SealingSecrets,
  webhook: WebhookRow,
  now: number,
): Promise<Opened | undefined> => {
  const former = (webhook.formerUntil ?? 0) > now ? webhook.formerSecret : null;
  const sealed = [webhook.secret, former].filter((each) => each !== null);
  const opened = await Promise.all(sealed.map((each) => unseal(sealing, each)));
  const secrets = opened.filter((each) => each !== undefined);
  const credential = webhook.credential === null ? null : await unseal(sealing, webhook.credential);
  if (opened[0] === undefined && sealed.length > 0) return undefined;
  return credential === undefined ? undefined : { webhook, secrets, credential };
};

const CLOSED: Verdict = {
  is: "failed",
  status: null,
  note: "its secret cannot be opened since ADMIN_TOKEN was changed: give the one before as ADMIN_TOKEN_BEFORE, or rotate the secret",
  notBefore: null,
};
const BROKEN: Verdict = { is: "failed", status: null, note: "could not be made here", notBefore: null };

/** What `composeBodies` wrote; its shape is the type's. */
const eventShape = z.custom<EventData>((value) => typeof value === "object" && value !== null);

/** Makes one try of a delivery. Never throws. */
export const tryDelivery = async (
  { settings, mailer, results, clock, log }: Sending,
  opened: Opened | undefined,
  { delivery, body }: { delivery: Claimed; body: string | undefined },
): Promise<Verdict> => {
  if (!opened) return CLOSED;
  if (body === undefined) return BROKEN;
  const { webhook, secrets, credential } = opened;
  const rules = rulesOf({ settings, mailer });
  try {
    const event = eventShape.parse(JSON.parse(body));
    return await FORMS[webhook.form].tell(
      {
        id: `evt_${delivery.eventId}`,
        at: delivery.at,
        event,
        body,
        target: webhook.target,
        secrets,
        credential,
      },
      {
        now: clock(),
        siteUrl: settings.SITE_URL,
        send: (request) => sendRequest(request, { rules }),
        failedTests: (limit) => readFailedTests(results, event, { projectId: webhook.projectId, limit }),
        mail: mailBy(mailer, settings.EMAIL_FROM),
      },
    );
  } catch (error) {
    log("delivery_failed_here", { delivery: delivery.id, causes: causeChain(error) });
    return BROKEN;
  }
};

/** The bodies of deliveries: as they were made at the first try, or made and stored now. Throws `unavailable`. */
export const bodiesFor = async (
  sending: Sending,
  webhook: WebhookRow,
  claimed: readonly Claimed[],
): Promise<Composed> => {
  const made = await composeBodies(
    sending,
    webhook,
    claimed.filter(({ body }) => body === null),
  );
  await keepBodies(
    sending.db,
    [...made.bodies].map(([id, body]) => ({ id, body })),
  );
  for (const { id, body } of claimed) if (body !== null) made.bodies.set(id, body);
  return made;
};
