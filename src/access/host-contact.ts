import type { Database } from "../database/database.ts";
import type { CallHost } from "../host-object/client.ts";
import { ifAvailable } from "../host-object/client.ts";
import { readHost } from "./known-store.ts";

/** What recording a contact needs of a call. */
interface Contact {
  db: Database;
  host: CallHost;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** Introduces a host to its object. A change that the object missed is timed from now, not from the request's arrival. */
export const introduceHost = (
  { host, clock }: Pick<Contact, "host" | "clock">,
  id: number,
  guid: string,
): Promise<void> => host(id, (object, timing) => object.introduce(guid, { ...timing, now: clock() }));

/**
 * Records a call of a host in its object; introduces the host if the object does not know it, because hosts
 * need not ping. Does nothing if the object is unavailable: the call is answered anyway.
 */
export const noteHostCall = async (call: Contact, id: number): Promise<void> => {
  const heard = await ifAvailable(call.host(id, (object, timing) => object.heard(timing)));
  if (!heard || heard.reply.known) return;
  const host = await readHost(call.db, id);
  if (host) await ifAvailable(introduceHost(call, id, host.guid));
};
