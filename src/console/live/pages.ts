import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { watch } from "../../live-updates/client.ts";
import { storedProjects } from "../../live-updates/protocol.ts";
import { DomainError } from "../../wire/refusals.ts";
import { page } from "../page-guards.ts";

/** The socket on which a page is told that something changed. Pages ask by themselves without it. */
export const livePages = new Hono<App>().get("/live", page("listHosts"), async (c) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket")
    throw new DomainError("upgrade_required", "this address is a WebSocket, which the console's pages open");
  // A browser sends cookies with a socket that another site's page opens.
  if (c.req.header("Origin") !== new URL(c.req.url).origin)
    throw new DomainError("forbidden", "only the console's own pages may open this socket");
  const { actor, now } = c.get("call");
  const { id: sessionId, tokenId, mark, until } = c.get("session");
  const projectIds = storedProjects(actor.projectIds);
  const { status, webSocket } = await watch(c.env, {
    sessionId,
    tokenId,
    mark,
    projectIds,
    until,
    checkedAt: now,
  });
  if (status !== 101) throw new DomainError("too_many", "this session has too many pages open; close some");
  return new Response(null, { status: 101, webSocket });
});
