import { type Context, Hono } from "hono";
import * as z from "zod";
import { BOOTSTRAP_SECRET } from "../access/tickets.ts";
import { tokenIn } from "../access/token-secret.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { REQUEST_ID_HEADERS } from "../http/response-headers.ts";
import { described } from "../wire/described.ts";
import { shape } from "../wire/lazy-shape.ts";
import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { SUBPROTOCOL } from "../wire/socket-messages.ts";
import { issueTicket, openSocket } from "./open-socket.ts";

const SOCKET = "/automation/hosts/:host/socket";

const ticketShape = shape(() =>
  described(z.object({ ticket: z.string(), good_seconds: z.int() }), {
    fields: {
      ticket: "The ticket, which the socket's address takes once in place of a token.",
      good_seconds: "Within how many seconds it must be used.",
    },
    example: { ticket: "1f2e3d4c...", good_seconds: 30 },
  }),
);
const GOOD_SECONDS = 30;

/** The digest of the secret that the request or its ticket stands for; null: the bootstrap token. */
const secretDigestOf = async (c: Context<App>): Promise<string | null> => {
  const secret = c.get("ticketSecret");
  if (secret !== undefined) return secret === BOOTSTRAP_SECRET ? null : secret;
  if (c.get("call").actor.tokenId === 0) return null;
  return sha256(tokenIn(c.req.header("Authorization")) ?? "");
};

const refuseUnlessUpgrade = (c: Context<App>): void => {
  const requested = (c.req.header("Sec-WebSocket-Protocol") ?? "").split(",").map((name) => name.trim());
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket" || !requested.includes(SUBPROTOCOL)) {
    throw new DomainError(
      "upgrade_required",
      `this address is a WebSocket: ask for it with "Upgrade: websocket" and "Sec-WebSocket-Protocol: ${SUBPROTOCOL}"`,
    );
  }
};

export const socketRoutes = new Hono<App>()
  .get(
    SOCKET,
    endpoint({
      operation: "openSocket",
      summary: "Open a host's socket, on which jobs are offered as they come due",
      ids: ["host"],
      query: described(z.object({ ticket: z.string().optional() }), {
        fields: {
          ticket:
            "A ticket from POST .../socket-ticket, in place of a token, for clients that can't send headers.",
        },
      }),
      callerHeaders: "none",
      answers: { 101: { description: "The socket, in the subprotocol muster.v1", text: true } },
    }),
    async (c) => {
      refuseUnlessUpgrade(c);
      const { host } = c.req.valid("param");
      const { webSocket, headers } = await openSocket(c.get("call"), host, await secretDigestOf(c));
      const answer = new Response(null, { status: 101, webSocket, headers: new Headers(headers) });
      for (const name of REQUEST_ID_HEADERS) answer.headers.set(name, c.get("requestId"));
      return answer;
    },
  )
  .post(
    `${SOCKET}-ticket`,
    endpoint({
      operation: "issueSocketTicket",
      summary:
        "Issue a ticket that opens one socket of a host within 30 s, for clients that can't send headers",
      ids: ["host"],
      callerHeaders: "none",
      answers: { 201: { description: "The ticket, shown only once", schema: ticketShape } },
    }),
    async (c) => {
      const { host } = c.req.valid("param");
      const ticket = await issueTicket(c.get("call"), host, await secretDigestOf(c));
      return c.json({ ticket, good_seconds: GOOD_SECONDS }, 201);
    },
  );
