import type { Call, Tick } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { isUnderLease } from "./run-holder.ts";

/** The most objects that one step tells of runs ended over their heads. */
const MAX_TOLD = 200;

/** A run that ended over its host's head. */
export interface EndedRun {
  id: number;
  hostId: number;
  scheduleId: number;
  attempt: number;
  holder: string | null;
}

/** For how long a host is told of a run that never has to end. */
const MAX_MINUTES = 24 * 60;

/** Tells a host of its cancelled run, which is under no lease: no lease of it is lost, so that nothing else would say so. */
export const tellCancelled = async (
  { host, settings }: Pick<Call, "host" | "settings">,
  { id: job, hostId, scheduleId: schedule, attempt, holder }: EndedRun,
): Promise<void> => {
  if (holder === null || isUnderLease(holder)) return;
  const toldMs = (settings.RUN_LIMIT_MINUTES || MAX_MINUTES) * MINUTE_MS;
  await host(hostId, (object, { now }) =>
    object.tellCancelled({ job, attempt, schedule, holder, until: now + toldMs }),
  );
};

/** Tells the objects of runs that ended over their heads, as far as the bounds go; a host that is not told learns it with its report. */
export const dropLeases = async (
  tick: Pick<Tick, "host" | "settings" | "log">,
  ended: readonly EndedRun[],
): Promise<void> => {
  for (const run of ended.slice(0, MAX_TOLD)) {
    const { id, hostId, attempt, holder } = run;
    if (isUnderLease(holder))
      await ifAvailable(
        tick.host(hostId, (host, timing) => host.dropRun(id, attempt, timing)),
        tick.log,
      );
    else await ifAvailable(tellCancelled(tick, run), tick.log);
  }
};
