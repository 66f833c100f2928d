import * as z from "zod";
import { getHost } from "../access/known.ts";
import type { HostRow } from "../access/known-store.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { notifyOfJobs } from "../host-object/cache-invalidation.ts";
import { described } from "../wire/described.ts";
import { text, timeToSecond } from "../wire/fields.ts";
import { DomainError, invalid } from "../wire/refusals.ts";
import { endMaintenance as storeEnd, startMaintenance as storeStart } from "./maintenance-store.ts";

export const maintenanceInput = described(z.object({ note: text(1000), until: timeToSecond().nullish() }), {
  fields: {
    note: "Why the host is handed no job, for people.",
    until: "When it ends by itself: a time; left out: when somebody ends it.",
  },
  example: { note: "A new disk", until: "2015-04-28T17:00:00+0700" },
});

/** A host's maintenance while it goes on; times in epoch milliseconds. */
export interface CurrentMaintenance {
  since: number;
  until: number | null;
  by: string;
  note: string;
}

/** The maintenance that a host is in at `now`; null: none. */
export const maintenanceOf = (
  host: Pick<HostRow, "maintenanceAt" | "maintenanceUntil" | "maintenanceBy" | "maintenanceNote">,
  now: number,
): CurrentMaintenance | null => {
  const { maintenanceAt: since, maintenanceUntil: until } = host;
  if (since === null || (until !== null && until <= now)) return null;
  return { since, until, by: host.maintenanceBy ?? "", note: host.maintenanceNote ?? "" };
};

const servesOthers = (id: number): DomainError =>
  new DomainError(
    "forbidden",
    `host ${id} serves other projects too, and this token is limited to some; ask an admin`,
  );

/**
 * Puts a host into maintenance: it is handed no job, and finishes what it runs. What it was handed before may still
 * begin. Asking again changes the note and the end. Throws `not_found`, `invalid`, `forbidden`.
 */
export const startMaintenance = async (
  call: Call,
  id: number,
  { note, until = null }: z.output<typeof maintenanceInput>,
): Promise<HostRow> => {
  if (until !== null && until <= call.now)
    throw invalid([{ field: "until", message: "must be later than now, or left out" }]);
  const author = authorOf(call, "startMaintenance");
  const asked = { id, maintenance: { note, until } };
  const host = await storeStart(call.db, asked, { knower: call.actor, author });
  if (host) return onceTold(call, host);
  await getHost(call, id);
  throw servesOthers(id);
};

/** Ends a host's maintenance now. Does nothing to a host in none. Throws `not_found`, `forbidden`. */
export const endMaintenance = async (call: Call, id: number): Promise<HostRow> => {
  const author = authorOf(call, "endMaintenance");
  const host = await storeEnd(call.db, id, { knower: call.actor, author });
  if (host) return onceTold(call, host);
  await getHost(call, id);
  throw servesOthers(id);
};

/**
 * The host's sockets look for jobs at once, as an end may have come nearer. No cache hides a job that may be handed out
 * again: none is filled while its host is in maintenance.
 */
const onceTold = async (call: Call, host: HostRow): Promise<HostRow> => {
  await notifyOfJobs(call, [host.id]);
  return host;
};
