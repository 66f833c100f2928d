import { getPath } from "hono/utils/url";

/** The vendor's context path, under which every call answers the same (the wire contract's "Addresses"). */
const CONTEXT_PATH = "/tc";

/** A request's path with repeated slashes as one, without the context path and without a slash at its end. */
export const plainPath = (request: Request): string => {
  // A bare asterisk would name the router's own patterns, and run their middleware twice.
  const sent = getPath(request);
  const path = (sent.includes("//") ? sent.replace(/\/{2,}/g, "/") : sent).replaceAll("*", "%2A");
  const own = path.startsWith(`${CONTEXT_PATH}/`) ? path.slice(CONTEXT_PATH.length) : path;
  return own.length > 1 && own.endsWith("/") ? own.slice(0, -1) : own;
};
