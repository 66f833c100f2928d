import { setTimeout as sleep } from "node:timers/promises";
import type { LeaseLoop } from "./lease-loop.ts";
import { reasonOf } from "./plain-error.ts";
import type { RunningJobs } from "./running-jobs.ts";
import type { ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

export interface TakingParts {
  client: ServiceClient;
  /** Why no job may be taken now, or null. */
  whyNot: () => Promise<string | null>;
  troubles: Troubles;
  over: AbortSignal;
}

/** Takes and runs jobs until none is due and none is running, or until `over`. */
export const takeWhatIsDue = async (
  loop: LeaseLoop,
  jobs: RunningJobs,
  { client, whyNot, troubles, over }: TakingParts,
): Promise<void> => {
  let failures = 0;
  while (!over.aborted) {
    const why = await whyNot();
    troubles.has("polling", why);
    if (why !== null) return;
    try {
      if ((await loop.pollOnce()) === 0 && jobs.size === 0) return;
      failures = 0;
    } catch (error) {
      troubles.has("polling", reasonOf(error));
      await sleep(client.waitAfter(failures++, null), undefined, { signal: over }).catch(() => undefined);
      continue;
    }
    await jobs.oneSettled();
  }
};
