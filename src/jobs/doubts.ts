import type { Call } from "../call.ts";
import { settleDoubts } from "./doubt-store.ts";

/** Heeds what a poll or a ping says of the runs of its process (the wire contract's `Jobs-Running`), where it says it. */
export const settleRunning = async (
  { db, actor, now, request }: Pick<Call, "db" | "actor" | "now" | "request">,
  hostId: number,
): Promise<void> => {
  if (request.running === undefined) return;
  await settleDoubts(db, { hostId, jobs: request.running, projectIds: actor.projectIds }, now);
};
