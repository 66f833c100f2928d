import { getQueryParam } from "hono/utils/url";
import type { ObjectCall } from "../host-object/protocol.ts";
import { AHEAD_MS } from "../host-object/quiet-rules.ts";
import { hasNews, plainGuid } from "../hosts/ping.ts";
import { parseJson, readText } from "../http/body.ts";
import type { Handover } from "../http/handover.ts";
import { plainWindow } from "../jobs/poll-input.ts";
import { DomainError } from "../wire/refusals.ts";

/** The whole URL of a ping or a poll, with everything that `plainPath` removes. */
const HOST_CALL =
  /^https?:\/\/[^/?#]+(?:\/+tc)?\/+api\/+v3\/+automation\/+hosts\/+([1-9]\d{0,14})\/+(ping|jobs)\/*(?:\?|$)/;

/** The whole URL of a renewal. A lease id has no characters that a URL would encode. */
const LEASE_CALL =
  /^https?:\/\/[^/?#]+(?:\/+tc)?\/+api\/+v3\/+automation\/+hosts\/+([1-9]\d{0,14})\/+leases\/+([0-9a-f-]+)\/*(?:\?|$)/;

/** A request that may be a ping or a poll. */
export interface PlainCall {
  host: number;
  what: "ping" | "jobs";
  url: string;
}

/** The ping or poll that a request's method and URL name. */
export const plainCallOf = ({ url, method }: Request): PlainCall | undefined => {
  const [, id, what] = HOST_CALL.exec(url) ?? [];
  const host = Number(id);
  if (what === "jobs" && method === "GET") return { host, what, url };
  return what === "ping" && method === "POST" ? { host, what, url } : undefined;
};

/** The renewal that a request's method and URL name, as a call of the host's object. */
export const renewalIn = ({ url, method }: Request): ObjectCall | undefined => {
  if (method !== "PUT") return undefined;
  const [, id, renew] = LEASE_CALL.exec(url) ?? [];
  return renew === undefined ? undefined : { host: Number(id), renew };
};

/*
 * The call of the host's object that a plain ping or poll makes; undefined if it is not plain: the route then
 * reads or refuses it, after authentication. A body that was read is left in `handover`.
 */

export const pollIn = ({ host, url }: PlainCall, { body }: Request, now: number): ObjectCall | undefined => {
  if (body !== null) return undefined;
  const query = getQueryParam(url);
  const { from, until } = (typeof query === "object" && plainWindow(query)) || {};
  if (from === undefined || until === undefined || until > now + AHEAD_MS) return undefined;
  return { host, quiet: { from, until } };
};

export const pingIn = async (
  { host }: PlainCall,
  request: Request,
  handover: Handover,
): Promise<ObjectCall | undefined> => {
  try {
    handover.text = readText(request);
    const body = parseJson(await handover.text);
    handover.hasNews = hasNews(body);
    const guid = plainGuid(body);
    return guid === undefined ? undefined : { host, ping: guid };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};
