import type { Step } from "../call.ts";
import { readSealedOtherwise, storeSealed } from "./seal-store.ts";
import { markOf, type SealingSecrets, seal, unseal } from "./sealed.ts";

/** The most webhooks that one tick seals anew. */
const MAX_WEBHOOKS = 100;

/** A secret sealed anew; as it was where there is none, or it cannot be opened. */
const sealedAnew = async (secrets: SealingSecrets, sealed: string | null): Promise<string | null> => {
  const opened = sealed === null ? undefined : await unseal(secrets, sealed);
  return opened === undefined ? sealed : seal(secrets, opened);
};

/** After ADMIN_TOKEN was changed: seals under the new one what the one before opens. */
export const resealWebhooks: Step = async ({ db, deploymentSecret, formerSecret, queriesLeft }) => {
  if (formerSecret === "" || queriesLeft() < 1 + MAX_WEBHOOKS) return { sealed_anew: 0 };
  const secrets = { deploymentSecret, formerSecret };
  const found = await readSealedOtherwise(db, await markOf(deploymentSecret), MAX_WEBHOOKS);
  for (const webhook of found) {
    await storeSealed(db, webhook, {
      secret: await sealedAnew(secrets, webhook.secret),
      formerSecret: await sealedAnew(secrets, webhook.formerSecret),
      credential: await sealedAnew(secrets, webhook.credential),
    });
  }
  return { sealed_anew: found.length };
};
