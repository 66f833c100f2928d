import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import { type CallHost, ifAvailable } from "./client.ts";
import { type Changed, TRIES_MS } from "./quiet-rules.ts";

/** What a change needs of a call. */
export interface InvalidationContext {
  db: Database;
  host: CallHost;
  /** Epoch milliseconds. */
  clock: () => number;
  log: Log;
}

type Write<Answer> = (change: Change) => Promise<Answer>;

/** A change of these hosts that is about to be told. */
const changeOf = ({ db, host, clock }: InvalidationContext, hosts: readonly number[], changed: Changed) => {
  const id = crypto.randomUUID();
  const now = clock();
  let tries = 0;
  const inTime = db.within(() => {
    tries += 1;
    return clock() < now + TRIES_MS;
  });
  return {
    change: new Change(inTime, hosts),
    isSettled: () => tries <= 1,
    begin: (hostId: number) =>
      host(hostId, (object, timing) => object.beginChange(id, changed, { ...timing, now })),
    end: (hostId: number) =>
      host(hostId, (object, timing) => object.endChange(id, changed, { ...timing, now: clock() })),
  };
};

/**
 * Runs one write that may open jobs of these hosts, or changes their tokens, between telling their objects that it
 * begins and that it ended. Where one does not hear that it begins, nothing is done. An end that is not heard, or
 * would come while a failed try of the write may still be on its way, is left out: the change runs out by itself.
 * Throws `unavailable`.
 */
export const invalidating = async <Answer>(
  call: InvalidationContext,
  { hosts, write, changed = "jobs" }: { hosts: readonly number[]; write: Write<Answer>; changed?: Changed },
): Promise<Answer> => {
  const { change, begin, end, isSettled } = changeOf(call, hosts, changed);
  for (const host of hosts) await begin(host);
  const answer = await write(change);
  for (const host of isSettled() ? hosts : [])
    if (!(await ifAvailable(end(host)))) call.log("change_not_ended", { host });
  return answer;
};

/**
 * The same for a write that must not wait for who doesn't hear, and that a late try does not undo: a host's object
 * that did not hear that it begins must hear that it ended. Throws `unavailable` where it doesn't.
 */
export const invalidatingAtOnce = async <Answer>(
  call: InvalidationContext,
  { hosts, write, changed }: { hosts: readonly number[]; write: Write<Answer>; changed: Changed },
): Promise<Answer> => {
  const { begin, end } = changeOf(call, hosts, changed);
  const told = new Set<number>();
  for (const host of hosts) if (await ifAvailable(begin(host))) told.add(host);
  const answer = await write(new Change(call.db, hosts));
  for (const host of hosts) await (told.has(host) ? ifAvailable(end(host)) : end(host));
  return answer;
};

/**
 * What a store needs that may open jobs: the objects of these hosts, and of no others, have been told that a change
 * is under way (host-object/quiet-rules.ts). `db` starts no try that would come too late.
 */
export class Change {
  readonly db: Database;
  readonly hosts: readonly number[];

  constructor(db: Database, hosts: readonly number[]) {
    this.db = db;
    this.hosts = hosts;
  }
}
