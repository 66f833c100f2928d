import type { Context } from "hono";
import type { App } from "../env.ts";
import type { Errand } from "../hosts/early.ts";
import { comparableGuid, pingInput } from "../hosts/hosts.ts";
import { AHEAD_MS } from "../hosts/quiet.ts";
import { pollInput } from "../jobs/poll.ts";
import { BODY_BYTES, parseJson, readText, refuseLargeBody } from "./body.ts";
import { DomainError } from "./errors.ts";

const HOST_CALL = /^\/api\/v3\/automation\/hosts\/([1-9]\d{0,14})\/(ping|jobs)$/;

/**
 * What a request will ask the object of the host in its path, if it is a ping or a poll as it should be. Of one that
 * is not, nothing is said here: the route refuses it, once it is known who calls.
 */
export const errandOf = async (c: Context<App>, now: number): Promise<Errand | undefined> => {
  const { method, path } = c.req;
  const [, id, what] = HOST_CALL.exec(path) ?? [];
  const host = Number(id);
  if (method === "GET" && what === "jobs") {
    const { data } = pollInput.safeParse(c.req.query());
    if (!data?.lease || data.end_date > now + AHEAD_MS) return undefined;
    return { host, quiet: { from: data.start_date, until: data.end_date } };
  }
  if (method !== "POST" || what !== "ping") return undefined;
  try {
    refuseLargeBody(c.req.raw.headers, BODY_BYTES);
    const { data } = pingInput.safeParse(parseJson(await readText(c.req.raw)));
    return data && { host, ping: comparableGuid(data.host_guid) };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};
