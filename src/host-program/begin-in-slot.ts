import type { LeaseLoopParts } from "./lease-loop.ts";
import type { RunningJobs } from "./running-jobs.ts";

interface Parts extends Pick<LeaseLoopParts, "client" | "hostId" | "freeSlots" | "freeHostSlots"> {
  jobs: Pick<RunningJobs, "isHeld" | "begin">;
}

/**
 * Begins a leased job if a slot is free. An offer can cross the word that the slots are taken: what has none is given
 * back, for others to take at once.
 */
export const beginInSlot =
  ({ jobs, client, hostId, freeSlots, freeHostSlots }: Parts): LeaseLoopParts["begin"] =>
  (leased, agent) => {
    if (jobs.isHeld(leased) || (freeSlots(agent) > 0 && freeHostSlots() > 0)) {
      jobs.begin(leased, agent);
      return;
    }
    const { leases } = client.api.automation.hosts[":host"];
    const param = { host: String(hostId), lease: leased.lease_id };
    void leases[":lease"].$delete({ param }).catch(() => undefined);
  };
