import * as z from "zod";
import type { Call } from "../../call.ts";
import { JOB_STATUSES, PRESENCES } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { notFound } from "../../wire/refusals.ts";
import { type HostFilter, readHostList, readHostPage, type Turn } from "./store.ts";

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

/** When a host was Online, as stretches of time, oldest first; epoch milliseconds. */
export interface Stretch {
  from: number;
  to: number;
}

/** The stretches that turns (newest first) tell of between `from` and `now`. Before the first one it was the other. */
export const onlineStretches = (
  turns: readonly Turn[],
  isOnline: boolean,
  { from, now }: { from: number; now: number },
): Stretch[] => {
  const stretches: Stretch[] = [];
  let until = now;
  let online = isOnline;
  for (const { at, presence } of turns) {
    if (presence === "Online") stretches.push({ from: Math.max(at, from), to: until });
    online = presence !== "Online";
    until = at;
  }
  if (online) stretches.push({ from, to: until });
  return stretches.reverse();
};

const turnsIn = (json: string): Turn[] => turnsShape.parse(JSON.parse(json));

/** A page of the hosts that the caller may know of, by name. */
export const listHosts = async ({ db, actor, now }: Call, filter: Omit<HostFilter, "since">) => {
  const since = now - STRIP_DAYS * DAY_MS;
  const { rows, ...rest } = await readHostList(db, actor, { ...filter, since });
  return {
    ...rest,
    rows: rows.map(({ running, next, turns, ...host }) => ({
      ...host,
      running: runningShape.parse(JSON.parse(running)),
      next: next === null ? null : nextShape.parse(JSON.parse(next)),
      online: onlineStretches(turnsIn(turns), host.presence === "Online", { from: since, now }),
    })),
  };
};
export type ListedHost = Awaited<ReturnType<typeof listHosts>>["rows"][number];

/** Whether a job is due at `now` and not in a window. */
export const waitsOutside =
  ({ from, until }: { from: number; until: number }, now: number) =>
  ({ scheduledAt }: { scheduledAt: number }): boolean =>
    scheduledAt <= now && (scheduledAt < from || scheduledAt >= until);

/** A host with all that its page shows; its object says when it was last heard from. Throws `not_found`. */
export const readHost = async (call: Call, hostId: number) => {
  const { db, actor, now } = call;
  const since = now - STRIP_DAYS * DAY_MS;
  const [{ host, turns, ...rest }, shown] = await Promise.all([
    readHostPage(db, actor, { hostId, now, since }),
    call.host(hostId, (object) => object.shown()),
  ]);
  if (!host) throw notFound("host", hostId);
  const told = turnsIn(turns);
  return {
    ...rest,
    host,
    turns: told,
    contactAt: shown.contactAt,
    clockOffsetMs: shown.clockOffsetMs,
    trouble: shown.trouble,
    /** The window of a poll that missed what is due, where one did and some of that waits. */
    outside: shown.outside && rest.coming.some(waitsOutside(shown.outside, now)) ? shown.outside : null,
    online: onlineStretches(told, host.presence === "Online", { from: since, now }),
  };
};
export type HostPage = Awaited<ReturnType<typeof readHost>>;
