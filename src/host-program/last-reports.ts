import { setTimeout as sleep } from "node:timers/promises";
import { aborted } from "./aborted.ts";
import type { Counts, Emit } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { ReportSender } from "./report-sender.ts";
import type { StateFolder } from "./state-folder.ts";

/** How the work of a host went. */
export interface Worked {
  counts: Counts;
  /** All that was due was taken (with `once`), and all that is to be said was said. */
  isComplete: boolean;
}

export const NOTHING_RAN: Counts = { COMPLETED: 0, FAILED: 0, CANCELLED: 0 };

/** How long a host that was told to stop waits for its reports to be answered. */
const LAST_REPORTS_MS = 30_000;

/** Resolves a while after the signal. */
const whileAfter = async (signal: AbortSignal): Promise<void> => {
  await aborted(signal);
  await sleep(LAST_REPORTS_MS, undefined, { ref: false });
};

/** Waits until all is said, until the service took nothing for too long, or until a while after `stopping`. */
export const awaitReports = async (
  reports: ReportSender,
  { stopping, tooLong }: { stopping: AbortSignal; tooLong: AbortSignal },
): Promise<void> => {
  await Promise.race([reports.settled(), whileAfter(stopping), aborted(tooLong)]);
};

/** Whether all is said; if not, says what becomes of the rest. */
export const isAllSaid = ({ runs }: Journal, state: StateFolder, emit: Emit): boolean => {
  if (runs.length === 0) return true;
  const message = `the service did not take all that is to be said of ${runs.length} of the runs; the next start with the state folder ${state.path} says the rest`;
  emit({ event: "trouble", message });
  return false;
};
