import type { Step } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { dropLeases } from "./drop-leases.ts";
import { isUnderLease } from "./run-holder.ts";
import {
  CLOCK_BATCH,
  failLostRuns,
  failOverLimit,
  readOverLimit,
  readSilentHosts,
  storeContact,
} from "./sweep-store.ts";

/** Queries for the runs over their limit, and for one silent host. */
const LIMIT_QUERIES = 3;
const HOST_QUERIES = 2;

/**
 * Ends the runs over their time limit, then those of silent hosts. A host's object is asked for its last
 * contact first; if it does not answer, the next tick decides. Runs under a lease are left to the host's
 * object.
 */
export const endLostRuns: Step = async (tick) => {
  const over = tick.queriesLeft() < LIMIT_QUERIES ? [] : await readOverLimit(tick.db, tick.at);
  if (over.length > 0) {
    await dropLeases(
      tick,
      over.filter(({ holder }) => isUnderLease(holder)),
    );
    await failOverLimit(tick.db, tick.at);
  }
  const before = tick.at - tick.settings.LOST_SECONDS * 1000;
  let lost = 0;
  let unanswered = 0;
  const silent = tick.queriesLeft() < 1 ? [] : await readSilentHosts(tick.db, before);
  for (const { id, heardAt } of silent) {
    if (lost >= CLOCK_BATCH || tick.queriesLeft() < HOST_QUERIES) break;
    const heard = await ifAvailable(
      tick.host(id, (host) => host.lastContact()),
      tick.log,
    );
    const at = heard?.reply.at ?? heardAt;
    if (!heard) unanswered++;
    else if (at < before) lost += await failLostRuns(tick.db, { hostId: id, before }, tick.at);
    else await storeContact(tick.db, id, at);
  }
  return { over_limit: over.length, lost, unanswered, more: over.length === CLOCK_BATCH ? 1 : 0 };
};
