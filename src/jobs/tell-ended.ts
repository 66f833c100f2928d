import type { Tick } from "../tick.ts";
import { isUnderLease } from "./holder.ts";

/** The most objects that one step tells of runs ended over their heads. */
const MOST_TOLD = 200;

/** Tells the objects of runs under a lease that ended over their heads, as far as the bounds go; a host that is not told learns it with its report. */
export const tellEnded = async (
  tick: Pick<Tick, "host">,
  ended: readonly { id: number; hostId: number; attempt: number; holder: string | null }[],
): Promise<void> => {
  const leased = ended.filter(({ holder }) => isUnderLease(holder)).slice(0, MOST_TOLD);
  for (const { id, hostId, attempt } of leased) {
    await asked(tick.host(hostId, (host, moment) => host.dropRun(id, attempt, moment)));
  }
};

/** What an object answers; undefined where it doesn't. */
export const asked = <Reply>(reply: Promise<Reply>): Promise<Reply | undefined> =>
  reply.catch(() => undefined);
