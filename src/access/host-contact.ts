import type { Database } from "../database/database.ts";
import type { CallHost } from "../host-object/client.ts";
import { ifAvailable } from "../host-object/client.ts";
import { readHost } from "./known-store.ts";

/** What noting a contact needs of a call. */
interface Contact {
  db: Database;
  host: CallHost;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** Tells a host's object of its host. What it did not hear of before is timed from now, not from when the request came in. */
export const introduceHost = (
  { host, clock }: Pick<Contact, "host" | "clock">,
  id: number,
  guid: string,
): Promise<void> => host(id, (object, timing) => object.introduce(guid, { ...timing, now: clock() }));

/**
 * Notes a call of a host in its object, which is told of its host where it was not yet: a host need not ping. An object
 * that stays away is left out; the call itself is answered.
 */
export const noteHostCall = async (call: Contact, id: number): Promise<void> => {
  const heard = await ifAvailable(call.host(id, (object, timing) => object.heard(timing)));
  if (!heard || heard.reply.known) return;
  const host = await readHost(call.db, id);
  if (host) await ifAvailable(introduceHost(call, id, host.guid));
};
