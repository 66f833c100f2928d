import { expect, test } from "vitest";
import type { Command } from "./commands.ts";
import { breach } from "./play.ts";

const CLEAR = { do: "clear" } as const;
/** Who calls is known, and the host has nothing to do. */
const QUIET = [{ do: "ping", own: false }, CLEAR] as const;
const POLL = { do: "poll", client: "nothing", own: false, hold: null } as const;
const PING = { do: "ping", own: true } as const;
const SCHEDULE = { do: "schedule", ahead: 0, hold: null } as const;

/** For each guard of the product, the shortest list of commands that breaks an invariant without it. */
const WITHOUT: Record<string, readonly Command[]> = {
  "the forgetting of what was known as a change begins": [
    ...QUIET,
    POLL,
    { ...SCHEDULE, hold: "write" },
    { do: "release", held: 0, until: "object" },
    POLL,
  ],
  "the rule that nothing is learned while a change is open": [
    ...QUIET,
    { ...SCHEDULE, hold: "write" },
    POLL,
    { do: "release", held: 0, until: "object" },
    POLL,
  ],
  "the epoch that begins with a change": [
    ...QUIET,
    { ...POLL, hold: "object" },
    { do: "release", held: 0, until: "object" },
    SCHEDULE,
    { do: "release", held: 0, until: null },
    POLL,
  ],
  "the epoch that begins with the end of a change": [
    ...QUIET,
    { ...SCHEDULE, hold: "write" },
    { ...POLL, hold: "object" },
    { do: "release", held: 1, until: "object" },
    { do: "release", held: 0, until: null },
    { do: "release", held: 0, until: null },
    POLL,
  ],
  "the epoch that begins as a change runs out": [
    ...QUIET,
    { ...SCHEDULE, ahead: 2400, hold: "write" },
    { ...POLL, hold: "object" },
    { do: "release", held: 1, until: "object" },
    { do: "release", held: 0, until: "object" },
    { do: "abandon", held: 1 },
    { do: "advance", seconds: 60, alarms: false },
    { do: "lease", process: "p", most: 1, seconds: 30, lost: false, hold: null },
    { do: "release", held: 0, until: null },
    POLL,
  ],
  "the forgetting of a host's own token as it is revoked": [
    ...QUIET,
    PING,
    { do: "advance", seconds: 60, alarms: false },
    { do: "revoke", hold: null },
    { do: "advance", seconds: 60, alarms: false },
    PING,
  ],
  "the hold that hides a job while it is being moved": [
    { do: "poll", client: "owner a", own: false, hold: "object" },
    { do: "start", client: "nothing", job: 0, hold: null },
    { do: "release", held: 0, until: null },
  ],
  "the lease of a poll": [
    { do: "poll", client: "owner a", own: false, hold: null },
    { do: "poll", client: "owner b", own: false, hold: null },
  ],
  "the statuses that a move starts from": [
    { do: "start", client: "owner a", job: 0, hold: "write" },
    { do: "start", client: "owner b", job: 0, hold: null },
    { do: "release", held: 0, until: null },
  ],
  "the comparison of holders": [
    { do: "start", client: "owner a", job: 0, hold: null },
    { do: "start", client: "owner b", job: 0, hold: null },
  ],
  "the attempt of a move": [
    { do: "start", client: "owner a", job: 1, hold: "write" },
    { do: "advance", seconds: 60, alarms: true },
    { do: "lease", process: "p", most: 2, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "advance", seconds: 120, alarms: true },
    { do: "release", held: 0, until: null },
  ],
  "the lease that an end is reported with": [
    { do: "lease", process: "p", most: 2, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "advance", seconds: 120, alarms: true },
    { do: "lease", process: "p", most: 2, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "finish", lease: 2, status: "COMPLETED", hold: null },
  ],
  "the time until which a lease is accepted": [
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "advance", seconds: 60, alarms: true },
    { do: "accept", lease: 0, hold: null },
  ],
  "the mark of a lease that the alarm is ending": [
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "advance", seconds: 120, alarms: false },
    { do: "alarms", fault: "held" },
    { do: "renew", lease: 0, hold: null },
    { do: "alarms", fault: "none" },
  ],
  "the limit of a run": [{ do: "start", client: "nothing", job: 0, hold: null }],
  "the holder of a run that the alarm ends": [
    { do: "start", client: "owner a", job: 0, hold: "write" },
    { do: "advance", seconds: 60, alarms: true },
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: "write" },
    { do: "release", held: 0, until: null },
    { do: "ping", own: false },
    { do: "advance", seconds: 120, alarms: true },
  ],
  "the reason that a late end corrects": [
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "advance", seconds: 120, alarms: true },
    { do: "finish", lease: 0, status: "COMPLETED", hold: "write" },
    { do: "finish", lease: 0, status: "FAILED", hold: null },
    { do: "release", held: 0, until: null },
  ],
};

test.each(Object.entries(WITHOUT))("%s stands", async (_, commands) => {
  expect(await breach(commands)).toBeUndefined();
});
