import { mayDo } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { readSignals as readStored } from "./store.ts";

/** Counts for the menu and the tab's title. `since`: epoch milliseconds; from when failures are counted for the title. */
export const readSignals = async ({ db, actor, now }: Call, since: number) => {
  const counts = await readStored(db, actor, { now, since });
  const none = { running: 0, overdue: 0, failed: 0, failedSince: 0 };
  return { now, ...counts, ...(mayDo(actor, "listJobs") ? {} : none) };
};
