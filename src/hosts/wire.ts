import * as z from "zod";
import type { HostRow } from "../access/known-store.ts";
import { PRESENCES } from "../database/enums.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime, parseWireTime } from "../wire/times.ts";
import { maintenanceOf } from "./maintenance.ts";

/** A host as in the seed's sample ("Register an Automation Host"). */
export const hostShape = shape(() =>
  described(
    z.object({
      host_server_id: z.int(),
      host_name: z.string(),
      ip_address: z.string(),
      mac_address: z.string(),
      host_guid: z.string(),
    }),
    {
      name: "Host",
      fields: {
        host_server_id: "The id of the host.",
        host_name: "The host's name, for people.",
        ip_address: "Its IP address, as it was sent.",
        mac_address: "Its MAC address, as it was sent.",
        host_guid: "What the host is known by when it registers again.",
      },
      example: {
        host_server_id: 48,
        host_name: "Host server - 192.168.74.73",
        ip_address: " 192.168.74.73",
        mac_address: "00:15:5D:4A:4D:01",
        host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
      },
    },
  ),
);

const maintenanceShape = shape(() =>
  described(z.object({ since: z.string(), until: z.string().nullable(), by: z.string(), note: z.string() }), {
    name: "Maintenance",
    fields: {
      since: "When it began: a UTC time.",
      until: "When it ends by itself: a UTC time; null: when somebody ends it.",
      by: "Who began it, or changed it last: the scope and name of a token.",
      note: "Why the host is handed no job.",
    },
  }),
);

/** A host in a read: the seed's fields, its presence and maintenance, and what runs on it. */
export const hostReadShape = shape(() =>
  described(
    hostShape().extend({
      status: z.enum(PRESENCES),
      status_changed_at: z.string().nullable(),
      last_ping_at: z.string().nullable(),
      maintenance: maintenanceShape().nullable(),
      version: z.string().nullable(),
      labels: z.array(z.string()),
    }),
    {
      name: "HostRead",
      fields: {
        ...fieldsOf(hostShape()),
        status: "Whether it was heard of lately.",
        status_changed_at: "When that last changed: a UTC time; null: it never did.",
        last_ping_at: "When it was last heard of, to the half hour or better: a UTC time; null: never.",
        maintenance: "The maintenance in which it is handed no job; null: none.",
        version: "What runs on it, as it said when it registered; null: it never did.",
        labels: "What it is or has, in the order in which that was said; empty: nothing was.",
      },
      example: {
        host_server_id: 48,
        host_name: "Host server - 192.168.74.73",
        ip_address: "192.168.74.73",
        mac_address: "00:15:5D:4A:4D:01",
        host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
        status: "Online",
        status_changed_at: "2015-03-25T03:00:00+00:00",
        last_ping_at: "2015-03-25T03:07:13+00:00",
        maintenance: {
          since: "2015-03-25T03:10:00+00:00",
          until: "2015-03-25T05:00:00+00:00",
          by: "operator lab 7",
          note: "A new disk",
        },
        version: "muster-host 0.1.0",
        labels: ["linux", "gpu:a100"],
      },
    },
  ),
);

/** The response to a ping. `pong_message` is a string, which clients compare. */
export const pongShape = shape(() =>
  described(z.object({ received_time: z.string(), pong_message: z.literal("true") }), {
    fields: {
      received_time: "When the ping came: a UTC time.",
      pong_message: "Always this text, by which clients know a pong.",
    },
    example: { received_time: "2015-03-25T03:07:13+00:00", pong_message: "true" },
  }),
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

const wireMaintenance = (host: HostRow, now: number): Shaped<typeof hostReadShape>["maintenance"] => {
  const current = maintenanceOf(host, now);
  if (!current) return null;
  const { since, until, by, note } = current;
  return { since: formatWireTime(since), until: formatOptionalTime(until), by, note };
};

const labelsShape = z.array(z.string());

/** The labels of a host, as they are stored. */
export const labelsOf = ({ labels }: Pick<HostRow, "labels">): string[] =>
  labels === null ? [] : labelsShape.parse(JSON.parse(labels));

export const wireHostRead = (host: HostRow, now: number): Shaped<typeof hostReadShape> => ({
  ...wireHost(host),
  status: host.presence,
  status_changed_at: formatOptionalTime(host.presenceChangedAt),
  last_ping_at: formatOptionalTime(host.lastPingAt),
  maintenance: wireMaintenance(host, now),
  version: host.version,
  labels: labelsOf(host),
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
