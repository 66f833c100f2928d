import { getPath } from "hono/utils/url";

/** The vendor's context path, under which every call answers the same (the wire contract's "Addresses"). */
const CONTEXT_PATH = "/tc";

/** A request's path with repeated slashes as one, and without the context path. */
export const plainPath = (request: Request): string => {
  // A bare asterisk would name the router's own patterns, and run their middleware twice.
  const sent = getPath(request);
  const path = (sent.includes("//") ? sent.replace(/\/{2,}/g, "/") : sent).replaceAll("*", "%2A");
  return path.startsWith(`${CONTEXT_PATH}/`) ? path.slice(CONTEXT_PATH.length) : path;
};
