import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import { type CallHost, ifAvailable } from "./client.ts";
import { type Changed, TRIES_MS } from "./quiet-rules.ts";

/** The parts of a call that a change needs. */
export interface InvalidationContext {
  db: Database;
  host: CallHost;
  /** Epoch milliseconds. */
  clock: () => number;
  log: Log;
}

type Write<Answer> = (change: Change) => Promise<Answer>;

/** Prepares a change of these hosts' data. */
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
 * Runs a write that may open jobs of these hosts, or changes their tokens. Each host's object is notified
 * before the write and after it. If an object does not confirm the begin, nothing is written. The end is not
 * sent if a failed try of the write may still commit, and a lost end is not sent again: the change then times
 * out. Throws `unavailable`.
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
 * The same for a write that must not wait for an unavailable object, and that a late try cannot undo. An
 * object that missed the begin must confirm the end. Throws `unavailable` if it does not.
 */
export const invalidatingAtOnce = async <Answer>(
  call: InvalidationContext,
  { hosts, write, changed }: { hosts: readonly number[]; write: Write<Answer>; changed: Changed },
): Promise<Answer> => {
  const { begin, end } = changeOf(call, hosts, changed);
  const notified = new Set<number>();
  for (const host of hosts) if (await ifAvailable(begin(host))) notified.add(host);
  const answer = await write(new Change(call.db, hosts));
  for (const host of hosts) await (notified.has(host) ? ifAvailable(end(host)) : end(host));
  return answer;
};

/**
 * Notifies the objects of jobs that were added without a change, because no cache covers their times
 * (quiet-rules.ts). The processes with a socket are then offered them. An object that is not notified looks
 * for itself within a minute.
 */
export const notifyOfJobs = async (
  { host, log }: Pick<InvalidationContext, "host" | "log">,
  hosts: readonly number[],
): Promise<void> => {
  const id = crypto.randomUUID();
  for (const each of hosts)
    await ifAvailable(
      host(each, (object, timing) => object.endChange(id, "jobs", timing)),
      log,
    );
};

/**
 * Permission to open jobs, which stores demand: the objects of these hosts, and of no others, know that a
 * change is open (quiet-rules.ts). `db` starts no try that would come too late.
 */
export class Change {
  readonly db: Database;
  readonly hosts: readonly number[];

  constructor(db: Database, hosts: readonly number[]) {
    this.db = db;
    this.hosts = hosts;
  }
}
