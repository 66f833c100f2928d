import type { Call } from "../env.ts";
import { DomainError } from "../http/errors.ts";
import { Change } from "./change.ts";
import { type Changed, TRIES_MS } from "./quiet.ts";

/** What a change needs of a call. */
export type Changing = Pick<Call, "db" | "host" | "clock" | "log">;

type Write<Answer> = (change: Change) => Promise<Answer>;

/** A change of these hosts that is about to be told. */
const changeOf = ({ db, host, clock }: Changing, hosts: readonly number[], changed: Changed) => {
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
      host(hostId, (object, moment) => object.beginChange(id, changed, { ...moment, now })),
    end: (hostId: number) =>
      host(hostId, (object, moment) => object.endChange(id, changed, { ...moment, now: clock() })),
  };
};

/**
 * Runs one write that may open jobs of these hosts, or changes their tokens, between telling their objects that it
 * begins and that it ended. Where one does not hear that it begins, nothing is done. An end that is not heard, or
 * would come while a failed try of the write may still be on its way, is left out: the change runs out by itself.
 * Throws `unavailable`.
 */
export const inChange = async <Answer>(
  call: Changing,
  hosts: readonly number[],
  write: Write<Answer>,
  changed: Changed = "jobs",
): Promise<Answer> => {
  const { change, begin, end, isSettled } = changeOf(call, hosts, changed);
  for (const host of hosts) await begin(host);
  const answer = await write(change);
  for (const host of isSettled() ? hosts : [])
    if (!(await unlessAway(end(host)))) call.log("change_not_ended", { host });
  return answer;
};

/**
 * The same for a write that must not wait for who doesn't hear, and that a late try does not undo: a host's object
 * that did not hear that it begins must hear that it ended. Throws `unavailable` where it doesn't.
 */
export const inUrgentChange = async <Answer>(
  call: Changing,
  hosts: readonly number[],
  write: Write<Answer>,
  changed: Changed,
): Promise<Answer> => {
  const { begin, end } = changeOf(call, hosts, changed);
  const told = new Set<number>();
  for (const host of hosts) if (await unlessAway(begin(host))) told.add(host);
  const answer = await write(new Change(call.db, hosts));
  for (const host of hosts) await (told.has(host) ? unlessAway(end(host)) : end(host));
  return answer;
};

/** What an object answers, in a list; nothing where it stays away. */
export const unlessAway = async <Reply>(reply: Promise<Reply>): Promise<{ reply: Reply } | undefined> => {
  try {
    return { reply: await reply };
  } catch (error) {
    if (error instanceof DomainError && error.code === "unavailable") return undefined;
    throw error;
  }
};
