import * as z from "zod";
import { introduceHost } from "../access/host-contact.ts";
import { getHost } from "../access/known.ts";
import type { Call } from "../call.ts";
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
  }),
  {
    fields: {
      host_guid: "The guid that the host registered with.",
      ping_time:
        "The host's own time, compared with the service's: a time, or milliseconds since 1970; anything else is ignored.",
      trouble:
        "Why the host asks for no jobs, shown on its page in the console until a ping says null; anything but text counts as null.",
    },
    example: { host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E" },
  },
);

const TROUBLE_CHARACTERS = 500;

/** Why the host requests no jobs, by its own report; null if it does. */
const troubleIn = (trouble: unknown): string | null =>
  (typeof trouble === "string" && trouble.trim().toWellFormed().slice(0, TROUBLE_CHARACTERS)) || null;

const PLAIN_GUID = /^[\x20-\ud7ff\ue000-\uffff]{1,255}$/;

/** Whether a ping reports trouble. */
export const reportsTrouble = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "trouble" in body;

/** The comparable guid of a ping whose body has it in plain form; `pingInput` reads or refuses the others. */
export const plainGuid = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null || !("host_guid" in body)) return undefined;
  const { host_guid: guid } = body;
  return (typeof guid === "string" && PLAIN_GUID.test(guid) && comparableGuid(guid)) || undefined;
};

/**
 * Handles a ping: one call to the host's object, and D1 only for the first ping of a window ("Ping from an Automation
 * Host to qTest"). Throws `not_found`, `host_guid_mismatch`.
 */
export const pingHost = async (
  call: Call,
  id: number,
  input: z.output<typeof pingInput>,
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
  if (reply.heard !== "other_guid" && input.trouble !== undefined)
    await call.host(id, (object, { now }) => object.noteTrouble(troubleIn(input.trouble), now));
  if (reply.heard === "recorded") return { cancelRequested };
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
  const clockOffsetMs = clockOffsetOf(input.ping_time, call.now);
  await call.host(id, (object, timing) => object.recorded(timing, clockOffsetMs));
  return { cancelRequested };
};
const guidMismatch = (id: number, guid: string): DomainError =>
  new DomainError(
    "host_guid_mismatch",
    `host_guid ${guid} is not that of host ${id}; register this host to learn its id`,
  );
