import type { Call } from "../call.ts";
import { settleDoubts } from "./doubt-store.ts";

/** Applies the `Jobs-Running` of a poll or a ping (the wire contract), if it sent one. */
export const settleRunning = async (
  { db, actor, now, request }: Pick<Call, "db" | "actor" | "now" | "request">,
  hostId: number,
): Promise<void> => {
  if (request.running === undefined) return;
  await settleDoubts(db, { hostId, jobs: request.running, projectIds: actor.projectIds }, now);
};
