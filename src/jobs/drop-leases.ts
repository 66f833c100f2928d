import type { Call, Tick } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { isUnderLease } from "./run-holder.ts";

/** The most objects that one step notifies. */
const MAX_NOTIFIED = 200;

/** A run that was ended by someone other than its host. */
export interface EndedRun {
  id: number;
  hostId: number;
  scheduleId: number;
  attempt: number;
  holder: string | null;
}

/** How long a host is notified of a run without a time limit. */
const MAX_MINUTES = 24 * 60;

/** Notifies a host that its run without a lease was cancelled. A run under a lease needs no notice: its lease is lost. */
export const notifyCancelled = async (
  { host, settings }: Pick<Call, "host" | "settings">,
  { id: job, hostId, scheduleId: schedule, attempt, holder }: EndedRun,
): Promise<void> => {
  if (holder === null || isUnderLease(holder)) return;
  const notifyMs = (settings.RUN_LIMIT_MINUTES || MAX_MINUTES) * MINUTE_MS;
  await host(hostId, (object, { now }) =>
    object.notifyCancelled({ job, attempt, schedule, holder, until: now + notifyMs }),
  );
};

/**
 * Notifies hosts' objects of runs that were ended by someone else, within the bound. A host that is not
 * notified gets the news with its next report.
 */
export const dropLeases = async (
  tick: Pick<Tick, "host" | "settings" | "log">,
  ended: readonly EndedRun[],
): Promise<void> => {
  for (const run of ended.slice(0, MAX_NOTIFIED)) {
    const { id, hostId, attempt, holder } = run;
    if (isUnderLease(holder))
      await ifAvailable(
        tick.host(hostId, (host, timing) => host.dropRun(id, attempt, timing)),
        tick.log,
      );
    else await ifAvailable(notifyCancelled(tick, run), tick.log);
  }
};
