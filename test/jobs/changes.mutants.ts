import type { Mutant } from "../mutants/mutant.ts";

const CHANGES = "test/jobs/changes.test.ts";
const ALARM_CHANGE = "test/jobs/alarm-change.test.ts";
const QUIET_OF_HOST = "test/host-object/quiet-changes.test.ts";

/** The guards of a change: the host's object hears of it before it is made, and it is over once it is settled. */
export const mutants: Mutant[] = [
  {
    guard: "a change whose end is lost stays open for a minute",
    code: "({ until }: OpenChange, now: number): boolean => until !== null && until <= now",
    instead: "({ until }: OpenChange, now: number): boolean => until !== null && until > 0 && now > 0",
    tests: [CHANGES],
  },
  {
    guard: "the alarm's writes are a change",
    code: "    this.#begin({ id: ALARM, until: null }, now);\n    return { left };",
    instead: "    return { left };",
    tests: [ALARM_CHANGE],
  },
  {
    guard: "a host hears of a change before it is made",
    code: "  for (const host of hosts) await begin(host);\n",
    instead: "  if (hosts.length < 0) await begin(0);\n",
    tests: [CHANGES, QUIET_OF_HOST],
  },
  {
    guard: "no try of a change's write comes too late",
    code: "return clock() < now + TRIES_MS;",
    instead: "return TRIES_MS > 0;",
    tests: [CHANGES],
  },
  {
    guard: "a change that took two tries is left to run out",
    code: "isSettled: () => tries <= 1,",
    instead: "isSettled: () => tries > 0,",
    tests: [CHANGES],
  },
  {
    guard: "a job is added where its host was notified",
    code: "WHERE ${where} AND ${isNotified(change)}",
    instead: "WHERE ${where}",
    tests: [CHANGES],
  },
];
