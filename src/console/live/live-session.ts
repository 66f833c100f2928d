import { findSession } from "../../access/sessions.ts";
import { openDatabase } from "../../database/database.ts";
import type { FindSession } from "../../live-updates/protocol.ts";
import { log } from "../../log.ts";

/** The session of a page's socket, read from D1. */
export const findLiveSession: FindSession = async (env, { tokenId, mark, until }, now) => {
  const auth = {
    db: openDatabase(env.DB),
    now,
    log,
    isolate: env,
    adminToken: env.ADMIN_TOKEN ?? "",
    // The object stays awake until the write is done.
    afterwards: () => undefined,
  };
  const found = await findSession(auth, { tokenId, mark });
  return found && { projectIds: found.actor.projectIds, until: Math.min(until, found.goodUntil ?? Infinity) };
};
