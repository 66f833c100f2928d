import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import type { LeaseLoop } from "./lease-loop.ts";
import type { Patience } from "./patience.ts";
import type { RunningJobs } from "./running-jobs.ts";
import { Refused, type ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

export interface TakingParts {
  client: ServiceClient;
  /** Why no job may be taken now, or null. */
  whyNot: () => Promise<string | null>;
  troubles: Troubles;
  over: AbortSignal;
  /** How long a service is asked that does not answer. */
  patience: Patience;
}

/**
 * Takes and runs jobs until none is due and none is running, or until `over`. Returns why there may be jobs left
 * that are due, or null.
 */
export const takeWhatIsDue = async (
  loop: LeaseLoop,
  jobs: RunningJobs,
  { client, whyNot, troubles, over, patience }: TakingParts,
): Promise<string | null> => {
  let failures = 0;
  while (!over.aborted) {
    const why = await whyNot();
    troubles.has("polling", why);
    if (why !== null) return why;
    try {
      if ((await loop.pollOnce()) === 0 && jobs.size === 0) return null;
      patience.answered();
      failures = 0;
    } catch (error) {
      const reason = reasonOf(error);
      troubles.has("polling", reason);
      if (error instanceof Refused || patience.over.aborted) return reason;
      patience.unanswered();
      const signal = AbortSignal.any([over, patience.over]);
      await sleep(client.waitAfter(failures++, null), undefined, { signal }).catch(() => undefined);
      continue;
    }
    await jobs.oneSettled();
  }
  return null;
};
