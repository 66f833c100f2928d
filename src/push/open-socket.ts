import { getHost } from "../access/known.ts";
import type { Actor } from "../access/permissions.ts";
import { BOOTSTRAP_SECRET, makeTicket } from "../access/tickets.ts";
import type { Call } from "../call.ts";
import { admissionUrl, type SocketToken } from "../host-object/admission.ts";
import { windowStart } from "../host-object/timing.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { recordConnection } from "./store.ts";

/** When all hosts lose their sockets at once, this many reconnect per second. */
const HOSTS_PER_SECOND = 50;
/** The longest time to reconnect. */
const MAX_RECONNECT_SECONDS = 600;

/** Within how many seconds a host of a fleet reconnects when its socket ends without a goodbye. `hosts`: how many there are, at most. */
export const reconnectWithinSeconds = (hosts: number): number =>
  Math.min(Math.ceil(hosts / HOSTS_PER_SECOND), MAX_RECONNECT_SECONDS);

/** What a socket keeps of its token. When the token ends is read from D1 on the next check. */
const tokenOf = ({ tokenId, name, scope, projectIds, hostId }: Actor): SocketToken => ({
  ...{ tokenId, name, hostId, replacedAt: null, expiresAt: null },
  scope: scope === "admin" ? "admin" : "host",
  projectIds: projectIds && [...projectIds],
});

/** Opens a socket in the host's object. `digest` is of the token's secret; null: the bootstrap token. Throws `not_found`, `too_many`. */
export const openSocket = async (call: Call, hostId: number, digest: string | null): Promise<Response> => {
  const { db, now, actor, settings } = call;
  const windowStartAt = windowStart(now, settings.WINDOW_SECONDS * 1000);
  const host = await recordConnection(db, { id: hostId, tokenId: actor.tokenId }, { now, windowStartAt });
  if (!host) throw notFound("host", hostId);
  if (digest !== null && actor.hostId === null) await call.tokenHosts.opened(actor.tokenId, hostId);
  const facts = {
    ...{ hostId, digest, guid: host.guid, token: tokenOf(actor) },
    reconnectWithinSeconds: reconnectWithinSeconds(host.fleet),
  };
  const answer = await call.host(hostId, (object, timing) =>
    object.fetch(new Request(admissionUrl({ ...facts, timing }), { headers: { Upgrade: "websocket" } })),
  );
  if (answer.status === 101) return answer;
  throw new DomainError("too_many", `host ${hostId} has too many sockets open; close some, and try again`);
};

/** Issues a ticket that opens one socket of a host within 30 s, with this token's permissions. Throws `not_found`. */
export const issueTicket = async (call: Call, hostId: number, digest: string | null): Promise<string> => {
  const host = await getHost(call, hostId);
  const ticket = makeTicket();
  const ticketDigest = await sha256(ticket);
  await call.host(hostId, (object, timing) =>
    object.issueTicket({ ticket: ticketDigest, secret: digest ?? BOOTSTRAP_SECRET }, host.guid, timing),
  );
  return ticket;
};
