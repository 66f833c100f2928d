import { ifAvailable, retryingObject } from "../host-object/client.ts";
import { log } from "../log.ts";
import { JobWatch } from "./job-watch.ts";
import { type Changed, type WatchedJob, type Watcher, watchJobUrl, watchUrl } from "./protocol.ts";

/** One object tells the pages of the whole installation, because one D1 takes all of its writes. */
const NAME = "all";

const objectOf = ({ LIVE_UPDATES }: Pick<Env, "LIVE_UPDATES">) =>
  LIVE_UPDATES.get(LIVE_UPDATES.idFromName(NAME));

/** Tells the pages that something changed. Never throws: pages that are not told ask a little later. */
export const tellPages = async (env: Pick<Env, "LIVE_UPDATES">, changed: Changed): Promise<void> => {
  await ifAvailable(
    retryingObject(() => objectOf(env).changed(changed)),
    log,
  );
};

/** Closes the sockets of a session whose user signed out. Never throws. */
export const closePages = async (env: Pick<Env, "LIVE_UPDATES">, sessionId: string): Promise<void> => {
  await ifAvailable(
    retryingObject(() => objectOf(env).endSession(sessionId)),
    log,
  );
};

const openSocket = (env: Pick<Env, "LIVE_UPDATES">, url: string): Promise<Response> =>
  retryingObject(() => objectOf(env).fetch(new Request(url, { headers: { Upgrade: "websocket" } })));

/** Opens a socket for a page. The answer has another status than 101 if the session has too many. */
export const watch = (env: Pick<Env, "LIVE_UPDATES">, watcher: Watcher): Promise<Response> =>
  openSocket(env, watchUrl(watcher));

/** Waits for moves of a job. Never throws: without a socket, the moves are not told. */
export const watchJob = async (env: Pick<Env, "LIVE_UPDATES">, job: WatchedJob): Promise<JobWatch> => {
  const opened = await ifAvailable(openSocket(env, watchJobUrl(job)), log);
  return new JobWatch(opened?.reply.webSocket ?? null);
};
