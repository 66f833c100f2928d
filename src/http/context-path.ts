import { getPath } from "hono/utils/url";

/** The vendor's context path. Every call answers the same with it (the wire contract's "Addresses"). */
const CONTEXT_PATH = "/tc";

/** A request's path without the context path, repeated slashes and a trailing slash. */
export const plainPath = (request: Request): string => {
  // A bare asterisk would match the router's own patterns, and run their middleware twice.
  const sent = getPath(request);
  const path = (sent.includes("//") ? sent.replace(/\/{2,}/g, "/") : sent).replaceAll("*", "%2A");
  const own = path.startsWith(`${CONTEXT_PATH}/`) ? path.slice(CONTEXT_PATH.length) : path;
  return own.length > 1 && own.endsWith("/") ? own.slice(0, -1) : own;
};
