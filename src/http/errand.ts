import { getQueryParam } from "hono/utils/url";
import type { Errand } from "../hosts/early.ts";
import { comparableGuid, pingInput } from "../hosts/hosts.ts";
import { AHEAD_MS } from "../hosts/quiet.ts";
import { plainWindow } from "../jobs/poll.ts";
import { parseJson, readText } from "./body.ts";
import { DomainError } from "./errors.ts";

const HOST_CALL =
  /^https?:\/\/[^/?#]+(?:\/tc)?\/api\/v3\/automation\/hosts\/([1-9]\d{0,14})\/(ping|jobs)(?:[?#]|$)/;

const pollIn = (host: number, url: string, now: number): Errand | undefined => {
  const query = getQueryParam(url);
  const { from, until } = (typeof query === "object" && plainWindow(query)) || {};
  if (from === undefined || until === undefined || until > now + AHEAD_MS) return undefined;
  return { host, quiet: { from, until } };
};

const pingIn = async (host: number, request: Request): Promise<Errand | undefined> => {
  try {
    const { data } = pingInput.safeParse(parseJson(await readText(request)));
    return data && { host, ping: comparableGuid(data.host_guid) };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};

/**
 * What a request will ask the object of the host in its path, if it is a ping or a poll as it should be. Of one that
 * is not, nothing is said here: the route refuses it, once it is known who calls.
 */
export const errandOf = (request: Request, now: number): Errand | undefined | Promise<Errand | undefined> => {
  const [, id, what] = HOST_CALL.exec(request.url) ?? [];
  const host = Number(id);
  if (what === "jobs" && request.method === "GET") return pollIn(host, request.url, now);
  return what === "ping" && request.method === "POST" ? pingIn(host, request) : undefined;
};
