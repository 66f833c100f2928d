import { getQueryParam } from "hono/utils/url";
import type { Errand } from "../hosts/early.ts";
import { comparableGuid, pingInput } from "../hosts/hosts.ts";
import { AHEAD_MS } from "../hosts/quiet.ts";
import { plainWindow } from "../jobs/poll.ts";
import { BODY_BYTES, parseJson, readText, refuseLargeBody } from "./body.ts";
import { DomainError } from "./errors.ts";

const HOST_CALL =
  /^https?:\/\/[^/?#]+(?:\/tc)?\/api\/v3\/automation\/hosts\/([1-9]\d{0,14})\/(ping|jobs)(?:[?#]|$)/;

/**
 * What a request will ask the object of the host in its path, if it is a ping or a poll as it should be. Of one that
 * is not, nothing is said here: the route refuses it, once it is known who calls.
 */
export const errandOf = async (request: Request, now: number): Promise<Errand | undefined> => {
  const { method, url } = request;
  const [, id, what] = HOST_CALL.exec(url) ?? [];
  const host = Number(id);
  if (method === "GET" && what === "jobs") {
    const { from, until } = plainWindow(Object(getQueryParam(url))) ?? {};
    if (from === undefined || until === undefined || until > now + AHEAD_MS) return undefined;
    return { host, quiet: { from, until } };
  }
  if (method !== "POST" || what !== "ping") return undefined;
  try {
    refuseLargeBody(request.headers, BODY_BYTES);
    const { data } = pingInput.safeParse(parseJson(await readText(request)));
    return data && { host, ping: comparableGuid(data.host_guid) };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};
