import { getQueryParam } from "hono/utils/url";
import type { Errand } from "../hosts/early.ts";
import { plainGuid } from "../hosts/hosts.ts";
import { AHEAD_MS } from "../hosts/quiet.ts";
import { plainWindow } from "../jobs/poll.ts";
import { plainPath } from "./address.ts";
import { isLargeBody, parseJson, readText } from "./body.ts";
import { DomainError } from "./errors.ts";
import type { HeadStart } from "./head-start.ts";

const HOST_CALL = /^\/api\/v3\/automation\/hosts\/([1-9]\d{0,14})\/(ping|jobs)$/;

/** A call that may be a ping or a poll. */
export interface HostCall {
  host: number;
  what: "ping" | "jobs";
}

/** The call of a host that a request is by its method and path. */
export const hostCallOf = (request: Request): HostCall | undefined => {
  const [, id, what] = HOST_CALL.exec(plainPath(request)) ?? [];
  const host = Number(id);
  if (what === "jobs" && request.method === "GET") return { host, what };
  return what === "ping" && request.method === "POST" ? { host, what } : undefined;
};

const pollIn = (host: number, { url, headers }: Request, now: number): Errand | undefined => {
  if (isLargeBody(headers)) return undefined;
  const query = getQueryParam(url);
  const { from, until } = (typeof query === "object" && plainWindow(query)) || {};
  if (from === undefined || until === undefined || until > now + AHEAD_MS) return undefined;
  return { host, quiet: { from, until } };
};

const pingIn = async (host: number, request: Request, start: HeadStart): Promise<Errand | undefined> => {
  try {
    start.text = readText(request);
    const guid = plainGuid(parseJson(await start.text));
    return guid === undefined ? undefined : { host, ping: guid };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};

/**
 * What a call will ask the object of its host, if it is plainly as it should be. Of one that is not, nothing is said
 * here: the route reads or refuses it, once it is known who calls; a body that was read is left in `start`.
 */
export const errandOf = (
  { host, what }: HostCall,
  request: Request,
  start: HeadStart,
): Errand | undefined | Promise<Errand | undefined> =>
  what === "ping" ? pingIn(host, request, start) : pollIn(host, request, start.now);
