import type { Context } from "hono";
import type { App } from "../env.ts";

/** Names a host's running jobs that someone asked to cancel, on the answers to its pings and polls. */
export const tellCancelRequests = (c: Context<App>, jobs: readonly number[]): void => {
  if (jobs.length > 0) c.header("Cancel-Requested", jobs.join(","));
};
