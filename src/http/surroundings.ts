import type { ReachHost } from "../env.ts";
import { momentOf } from "../hosts/moment.ts";
import { hintFor, reachHost } from "../hosts/reach.ts";
import { parseSettings, type Settings } from "../settings.ts";

const parsed = new WeakMap<object, Settings>();

/** The settings among a Worker's variables, read once. */
export const settingsOf = (variables: object): Settings => {
  const known = parsed.get(variables);
  if (known) return known;
  const settings = parseSettings(variables);
  parsed.set(variables, settings);
  return settings;
};

/** Where a request came from, as the platform's edge says. */
export const addressIn = (headers: Headers): string | null => headers.get("CF-Connecting-IP");

/** The way to hosts' objects. */
export const hostsOf = (env: Env, now: number): ReachHost =>
  reachHost(env.HOST, momentOf(now, settingsOf(env)));

/** The same for a request of a host itself: each is made near to it. */
export const nearOf = (request: Request, env: Env, now: number): ReachHost => {
  const cf = request.cf as IncomingRequestCfProperties | undefined;
  return reachHost(env.HOST, momentOf(now, settingsOf(env)), hintFor(cf?.continent));
};
