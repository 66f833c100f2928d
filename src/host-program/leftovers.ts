import type { Emit } from "./events.ts";
import type { Journal } from "./journal.ts";
import { sweep } from "./marked-processes.ts";
import { markOf } from "./running-jobs.ts";

/** Kills the processes that a dead host program left, and records its runs as FAILED. */
export const endLeftovers = async (journal: Journal, guid: string, emit: Emit): Promise<void> => {
  const unended = journal.runs.filter(({ ending }) => ending === null);
  const { killed, left } = await sweep((mark) => mark.startsWith(markOf(guid, "")));
  if (killed > 0)
    emit({
      event: "trouble",
      message: `${killed} processes were left of runs of the host before; they were ended`,
    });
  if (left.length > 0)
    emit({ event: "trouble", message: `processes ${left.join(", ")} of runs before can't be ended` });
  for (const { leaseId } of unended) {
    journal.end(leaseId, { status: "FAILED", reason: "host restarted", log: null, endedAt: Date.now() });
  }
};
