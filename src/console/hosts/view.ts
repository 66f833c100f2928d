import * as z from "zod";
import type { Call } from "../../call.ts";
import { JOB_STATUSES, PRESENCES } from "../../database/enums.ts";
import { ifAvailable } from "../../host-object/client.ts";
import { maintenanceOf } from "../../hosts/maintenance.ts";
import { labelsOf } from "../../hosts/wire.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { notFound } from "../../wire/refusals.ts";
import { lanesOfHost } from "../timeline/page-lanes.ts";
import type { TimeWindow } from "../timeline/window.ts";
import { readHostCounts } from "./count-store.ts";
import { type HostFilter, type PresenceChange, readHostList, readHostPage } from "./store.ts";

export const STRIP_DAYS = 7;

const turnsShape = z.array(z.object({ at: z.number(), presence: z.enum(PRESENCES) }));
const runningShape = z.array(
  z.object({ id: z.int(), projectId: z.int(), startedAt: z.number().nullable(), scheduleName: z.string() }),
);
const nextShape = z.object({
  id: z.int(),
  projectId: z.int(),
  scheduledAt: z.number(),
  status: z.enum(JOB_STATUSES),
  scheduleName: z.string(),
});

/** A span of time in which a host was Online; epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The Online spans between `from` and `now`, from the presence changes (newest first). Before its first change the host
 * had the other presence.
 */
export const onlineSpans = (
  turns: readonly PresenceChange[],
  isOnline: boolean,
  { from, now }: { from: number; now: number },
): Span[] => {
  const spans: Span[] = [];
  let until = now;
  let online = isOnline;
  for (const { at, presence } of turns) {
    if (presence === "Online") spans.push({ from: Math.max(at, from), to: until });
    online = presence !== "Online";
    until = at;
  }
  if (online) spans.push({ from, to: until });
  return spans.reverse();
};

const turnsIn = (json: string): PresenceChange[] => turnsShape.parse(JSON.parse(json));

const agentsShape = z.object({
  all: z.int(),
  active: z.int(),
  frameworks: z.array(z.string()).transform((names) => [...new Set(names)]),
});
const lateShape = z.object({ jobs: z.int(), since: z.number().nullable() });

/** The last contact of a host, its sockets and their free slots, as its object knows them; by D1 if the object does not answer. */
export const contactOf = async (call: Call, id: number, knownContactAt: number | null) => {
  const shown = await ifAvailable(call.host(id, (object) => object.shown()));
  if (!shown) return { contactAt: knownContactAt, sockets: 0, freeSlots: 0 };
  const { contactAt, sockets, freeSlots } = shown.reply;
  return { contactAt: Math.max(contactAt ?? 0, knownContactAt ?? 0) || null, sockets, freeSlots };
};

/** A page by name of the hosts that the caller may see, each with its last contact. */
export const listHosts = async (call: Call, filter: Omit<HostFilter, "since" | "now">) => {
  const { db, actor, now } = call;
  const since = now - STRIP_DAYS * DAY_MS;
  const { rows, ...rest } = await readHostList(db, actor, { ...filter, since, now });
  const contacts = await Promise.all(rows.map((host) => contactOf(call, host.id, host.knownContactAt)));
  return {
    ...rest,
    rows: rows.map(({ running, next, turns, agents, late, ...host }, place) => ({
      ...host,
      contact: contacts[place] ?? { contactAt: host.knownContactAt, sockets: 0, freeSlots: 0 },
      maintenance: maintenanceOf(host, now),
      labels: labelsOf(host),
      agents: agentsShape.parse(JSON.parse(agents)),
      late: lateShape.parse(JSON.parse(late)),
      running: runningShape.parse(JSON.parse(running)),
      next: next === null ? null : nextShape.parse(JSON.parse(next)),
      online: onlineSpans(turnsIn(turns), host.presence === "Online", { from: since, now }),
    })),
  };
};
/** How many of the hosts of a list have each presence, among the first of them. */
export const countHosts = ({ db, actor }: Call, filter: Omit<HostFilter, "since" | "now">) =>
  readHostCounts(db, actor, filter);

export type ListedHost = Awaited<ReturnType<typeof listHosts>>["rows"][number];

/** Whether a job is due at `now` but outside the window. */
export const waitsOutside =
  ({ from, until }: { from: number; until: number }, now: number) =>
  ({ scheduledAt }: { scheduledAt: number }): boolean =>
    scheduledAt <= now && (scheduledAt < from || scheduledAt >= until);

/** Everything on a host's page, with its timeline in `window`; its object knows the last contact. Throws `not_found`. */
export const readHost = async (call: Call, hostId: number, window: TimeWindow) => {
  const { db, actor, now } = call;
  const since = now - STRIP_DAYS * DAY_MS;
  const [{ host, turns, lane, late, ...rest }, shown] = await Promise.all([
    readHostPage(db, actor, { hostId, now, since, window }),
    call.host(hostId, (object) => object.shown()),
  ]);
  if (!host || !lane) throw notFound("host", hostId);
  const told = turnsIn(turns);
  return {
    ...rest,
    host,
    turns: told,
    contact: { contactAt: shown.contactAt, sockets: shown.sockets },
    freeSlots: shown.freeSlots,
    maintenance: maintenanceOf(host, now),
    labels: labelsOf(host),
    late: lateShape.parse(JSON.parse(late)),
    clockOffsetMs: shown.clockOffsetMs,
    /** When the last socket was lost; null if the host has one or has been in contact since. */
    lostAt:
      shown.sockets === 0 && shown.socketLostAt !== null && (shown.contactAt ?? 0) <= shown.socketLostAt
        ? shown.socketLostAt
        : null,
    trouble: shown.trouble,
    /** The window of a poll that left due jobs outside, if some of them still wait. */
    outside: shown.outside && rest.coming.some(waitsOutside(shown.outside, now)) ? shown.outside : null,
    online: onlineSpans(told, host.presence === "Online", { from: since, now }),
    timeline: lanesOfHost(lane, rest.agents, { window }),
  };
};
export type HostPage = Awaited<ReturnType<typeof readHost>>;
