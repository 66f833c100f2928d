import * as z from "zod";
import { introduceHost } from "../access/host-contact.ts";
import { getHost } from "../access/known.ts";
import { noteSigns, type SpokenSigns } from "../alarms/host-signs.ts";
import type { Call } from "../call.ts";
import type { SignKind } from "../database/enums.ts";
import { pingObject, prefetchedPing } from "../host-object/prefetch.ts";
import { windowStart } from "../host-object/timing.ts";
import { knownCancels } from "../jobs/cancel-requests.ts";
import { settleRunning } from "../jobs/doubts.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { comparableGuid } from "./guid.ts";
import { recordPing } from "./store.ts";
import { clockOffsetOf } from "./wire.ts";

export const pingInput = described(
  z.object({
    host_guid: text(),
    ping_time: z.unknown().optional(),
    trouble: z.unknown().optional(),
    disk: z.unknown().optional(),
    reports_waiting: z.unknown().optional(),
    clock_offset_ms: z.unknown().optional(),
  }),
  {
    fields: {
      host_guid: "The guid that the host registered with.",
      ping_time:
        "The host's own time, compared with the service's: a time, or milliseconds since 1970; anything else is ignored.",
      trouble:
        "Why the host asks for no jobs, shown on its page in the console until a ping says null; anything but text counts as null.",
      disk: "Too little free disk for jobs, as {free_bytes, least_bytes}, which raises an alarm until a ping says null, or anything else.",
      reports_waiting:
        "The reports of ended runs that wait on the host, as {reports, since}: how many, and since which time. They raise an alarm until a ping says null, or anything else.",
      clock_offset_ms:
        "How far the host's clock is ahead of the service's by its own measure, in milliseconds; null: it is right. It goes before ping_time.",
    },
    example: { host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E" },
  },
);

const TROUBLE_CHARACTERS = 500;

/** Why the host requests no jobs, by its own report; null if it does. */
const troubleIn = (trouble: unknown): string | null =>
  (typeof trouble === "string" && trouble.trim().toWellFormed().slice(0, TROUBLE_CHARACTERS)) || null;

const PLAIN_GUID = /^[\x20-\ud7ff\ue000-\uffff]{1,255}$/;

const NEWS = ["trouble", "disk", "reports_waiting", "clock_offset_ms"] as const;

/** Whether a ping says more than that its host lives. */
export const hasNews = (body: unknown): boolean =>
  typeof body === "object" && body !== null && NEWS.some((name) => name in body);

/** The comparable guid of a ping whose body has it in plain form; `pingInput` reads or refuses the others. */
export const plainGuid = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null || !("host_guid" in body)) return undefined;
  const { host_guid: guid } = body;
  return (typeof guid === "string" && PLAIN_GUID.test(guid) && comparableGuid(guid)) || undefined;
};

type Ping = z.output<typeof pingInput>;

/** How far the host's clock is ahead, in milliseconds, by its own measure or its time; undefined: it does not say. */
const offsetIn = ({ clock_offset_ms: own, ping_time }: Ping, now: number): number | undefined => {
  if (own !== undefined) return typeof own === "number" && Number.isFinite(own) ? Math.round(own) : 0;
  return clockOffsetOf(ping_time, now) ?? undefined;
};

/**
 * Handles a ping: one call to the host's object, and D1 only for the first ping of a window ("Ping from an Automation
 * Host to qTest"). Throws `not_found`, `host_guid_mismatch`.
 */
export const pingHost = async (
  call: Call,
  id: number,
  input: Ping,
): Promise<{ cancelRequested: number[] }> => {
  const guid = comparableGuid(input.host_guid);
  let reply = prefetchedPing(call, id, guid) ?? (await pingObject(call.host, id, guid));
  if (reply.heard === "unknown_host" || reply.heard === "other_guid") {
    const host = await getHost(call, id);
    if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
    await introduceHost(call, id, guid);
    reply = await pingObject(call.host, id, guid);
  }
  const cancelRequested = await knownCancels(call, reply.cancelRequested);
  if (reply.heard !== "other_guid") await settleRunning(call, id);
  let known: readonly SignKind[] | undefined;
  if (reply.heard !== "other_guid" && input.trouble !== undefined) {
    const noted = await call.host(id, (object, { now }) => object.noteTrouble(troubleIn(input.trouble), now));
    known = noted.signs;
  }
  const offset = offsetIn(input, call.now);
  const { disk, reports_waiting } = input;
  const spoken: SpokenSigns = { disk, reports_waiting, clockOffsetMs: offset };
  if (reply.heard === "recorded") {
    if (hasNews(input)) await noteSigns(call, id, { spoken, known });
    return { cancelRequested };
  }
  const windowMs = call.settings.WINDOW_SECONDS * 1000;
  const windowStartAt = windowStart(call.now, windowMs);
  const host = await recordPing(call.db, {
    id,
    guid,
    now: call.now,
    windowStartAt,
    tokenId: call.actor.tokenId,
  });
  if (!host) {
    await call.host(id, (object) => object.forget());
    throw notFound("host", id);
  }
  if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
  const { signs } = await call.host(id, (object, timing) => object.recorded(timing, offset ?? null));
  await noteSigns(call, id, { spoken, known: signs });
  return { cancelRequested };
};
const guidMismatch = (id: number, guid: string): DomainError =>
  new DomainError(
    "host_guid_mismatch",
    `host_guid ${guid} is not that of host ${id}; register this host to learn its id`,
  );
