import { WorkerEntrypoint } from "cloudflare:workers";
import { createService } from "./app.ts";
import { findLiveSession } from "./console/live/live-session.ts";
import { openDatabase } from "./database/database.ts";
import { ConnectedHost } from "./host-object/connected-host.ts";
import { endLostRun } from "./jobs/end-lost-run.ts";
import { LiveSockets } from "./live-updates/live-sockets.ts";
import { log } from "./log.ts";
import { wakingBy } from "./outbox/client.ts";
import { mailerIn } from "./outbox/mailer.ts";
import { resultsClient } from "./project-results/client.ts";
import { ProjectResults } from "./project-results/project-results.ts";
import { socketWork } from "./push/socket-work.ts";
import { storeIdleLog } from "./run-files/log-storing.ts";
import { formerSecretIn, settingsOf } from "./settings.ts";
import { runTick } from "./tick.ts";
import { TokenHostsObject } from "./token-hosts/token-hosts.ts";
import { takeWakes } from "./webhooks/consume.ts";
import { drainWebhook } from "./webhooks/deliver.ts";

/** A host's object with its access to D1 and R2, and its clock. */
export class HostObject extends ConnectedHost {
  protected override readonly endLostRun = endLostRun;
  protected override readonly storeLog = storeIdleLog;
  protected override readonly socketWork = socketWork;

  protected override clock(): number {
    return Date.now();
  }
}

/** The object that tells the console's pages of changes, with its access to D1 and its clock. */
export class LiveUpdates extends LiveSockets {
  protected override readonly findSession = findLiveSession;

  protected override clock(): number {
    return Date.now();
  }
}

/** The object that tells the hosts of a token that it changed, with its clock. */
export class TokenHosts extends TokenHostsObject {
  protected override clock(): number {
    return Date.now();
  }
}

/** Sends to one webhook in an invocation of its own, which goes on where the queue's consumer no longer waits for it. */
export class WebhookSender extends WorkerEntrypoint<Env> {
  async drain(webhookId: number): Promise<void> {
    const { env } = this;
    const sending = drainWebhook(
      {
        db: openDatabase(env.DB),
        results: resultsClient(env.PROJECT_RESULTS),
        settings: settingsOf(env),
        mailer: mailerIn(env),
        deploymentSecret: env.ADMIN_TOKEN,
        formerSecret: formerSecretIn(env),
        clock: Date.now,
        log,
        wake: wakingBy(env.WEBHOOKS, log),
      },
      webhookId,
    );
    this.ctx.waitUntil(sending);
    const { taken, failed } = await sending;
    if (taken + failed > 0) log("webhook_sent", { webhook: webhookId, taken, failed });
  }
}

export { ProjectResults };

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
  queue: (batch, env, context) =>
    takeWakes(batch.messages, {
      drain: (webhookId) => context.exports.WebhookSender.drain(webhookId),
      wake: wakingBy(env.WEBHOOKS, log),
      log,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
} satisfies ExportedHandler<Env>;
