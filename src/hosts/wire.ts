import * as z from "zod";
import type { HostRow } from "../access/known-store.ts";
import { PRESENCES } from "../database/enums.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime, parseWireTime } from "../wire/times.ts";

/** A host as in the seed's sample ("Register an Automation Host"). */
export const hostShape = shape(() =>
  z.object({
    host_server_id: z.int(),
    host_name: z.string(),
    ip_address: z.string(),
    mac_address: z.string(),
    host_guid: z.string(),
  }),
);

/** A host in a read: the seed's fields and its presence. */
export const hostReadShape = shape(() =>
  hostShape().extend({
    status: z.enum(PRESENCES),
    status_changed_at: z.string().nullable(),
    last_ping_at: z.string().nullable(),
  }),
);

/** The response to a ping. `pong_message` is a string, which clients compare. */
export const pongShape = shape(() =>
  z.object({ received_time: z.string(), pong_message: z.literal("true") }),
);

export const wirePong = (now: number): Shaped<typeof pongShape> => ({
  received_time: formatWireTime(now),
  pong_message: "true",
});

export const wireHost = (host: HostRow): Shaped<typeof hostShape> => ({
  host_server_id: host.id,
  host_name: host.name,
  ip_address: host.ipAddress,
  mac_address: host.macAddress,
  host_guid: host.guidAsSent,
});

export const wireHostRead = (host: HostRow): Shaped<typeof hostReadShape> => ({
  ...wireHost(host),
  status: host.presence,
  status_changed_at: formatOptionalTime(host.presenceChangedAt),
  last_ping_at: formatOptionalTime(host.lastPingAt),
});

/** How far the host's clock is ahead of the service's, in milliseconds; null if the ping has no time. */
export const clockOffsetOf = (time: unknown, now: number): number | null => {
  const at = typeof time === "string" ? parseWireTime(time) : typeof time === "number" ? time : undefined;
  return at === undefined || !isTime(at) ? null : Math.round(at - now);
};

const FIRST_TIME = Date.parse("2000-01-01T00:00:00Z");
const LAST_TIME = Date.parse("2200-01-01T00:00:00Z");

/** Plausible epoch milliseconds; epoch seconds are not. */
const isTime = (at: number): boolean => at >= FIRST_TIME && at < LAST_TIME;
