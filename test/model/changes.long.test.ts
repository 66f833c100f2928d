import { expect, test } from "vitest";
import type { Saying } from "./cadences.ts";
import type { Command } from "./commands.ts";
import { unusedSnapshots } from "./leftovers.ts";
import { breach } from "./play.ts";

const SAYING: Saying = { overlap: "skip", missed: "run_once", onLost: "fail", expires: false };
const ALLOW: Saying = { ...SAYING, overlap: "allow" };
const REPLACE: Saying = { ...SAYING, overlap: "cancel_running" };
const SECOND_HOST = { do: "second host" } as const;
/** Two hosts, with nothing to do. */
const EMPTY = [SECOND_HOST, { do: "clear" }] as const;
const ONCE = { do: "make schedule", host: 0, cadence: "once now", saying: ALLOW, hold: null } as const;
const OFTEN = {
  do: "make schedule",
  host: 0,
  cadence: "every 5 minutes",
  saying: SAYING,
  hold: null,
} as const;
const EDIT = {
  do: "edit schedule",
  schedule: 0,
  host: 0,
  cadence: "every half hour",
  saying: SAYING,
  hold: null,
} as const;
const PAUSE = { do: "pause schedule", schedule: 0, paused: true, hold: null } as const;
const RESUME = { do: "pause schedule", schedule: 0, paused: false, hold: null } as const;
const POLL = { do: "poll", client: "nothing", own: false, look: "hour", host: 0, hold: null } as const;
const START = { do: "start", client: "nothing", job: 0, hold: null } as const;
const LEASE = {
  do: "lease",
  process: "p",
  most: 9,
  seconds: 120,
  lost: false,
  host: 0,
  hold: null,
} as const;
const ACCEPT = { do: "accept", lease: 0, hold: null } as const;
const TICK = { do: "tick", late: 0, twice: false } as const;
const after = (seconds: number) => ({ do: "advance", seconds, alarms: true }) as const;
const at = (what: "retire" | "revive" | "delete agent" | "make agent", host = 0) =>
  ({ do: what, host, hold: null }) as const;

/** For each state that once hid a fault, the shortest list of commands that leads there. */
const STATES: Record<string, readonly Command[]> = {
  "a run that is due before the window asked for is counted": [
    ...EMPTY,
    OFTEN,
    after(300),
    after(60),
    { ...POLL, look: "sliding" },
  ],
  "a run that another of its schedule hides is counted": [...EMPTY, OFTEN, after(900), POLL],
  "a job of an agent whose host is gone hides none of the one that follows": [
    ...EMPTY,
    OFTEN,
    after(300),
    { ...EDIT, host: 1, cadence: "every 5 minutes" },
    after(300),
    { ...POLL, host: 1 },
  ],
  "a run before the window hides none that is in it": [
    ...EMPTY,
    { ...OFTEN, saying: { ...SAYING, missed: "skip" } },
    after(240),
    after(300),
    { ...POLL, look: "sliding" },
  ],
  "an expired run hides none": [
    ...EMPTY,
    { ...OFTEN, saying: { ...SAYING, expires: true } },
    after(300),
    after(2700),
    POLL,
  ],
  "a run stays beside one that waits while its schedule is paused": [
    ...EMPTY,
    { ...OFTEN, saying: REPLACE },
    after(300),
    START,
    after(300),
    PAUSE,
    after(1800),
    TICK,
  ],
  "the lost run of a deleted schedule is not planned again": [
    ...EMPTY,
    { ...ONCE, saying: { ...ALLOW, onLost: "requeue" } },
    LEASE,
    ACCEPT,
    { do: "delete schedule", schedule: 0, hold: null },
    after(120),
  ],
  "a paused schedule is not run now without effect": [
    ...EMPTY,
    OFTEN,
    PAUSE,
    { do: "run now", schedule: 0, hold: null },
  ],
  "a retired host's schedule is not resumed without effect": [...EMPTY, OFTEN, at("retire"), RESUME],
  "a deleted agent's schedule is not resumed without effect": [...EMPTY, OFTEN, at("delete agent"), RESUME],
  "a cron that is over is refused": [...EMPTY, { ...OFTEN, cadence: "over" }],
  "one run makes up for those that a silent host missed": [
    ...EMPTY,
    OFTEN,
    POLL,
    after(2700),
    TICK,
    POLL,
    START,
    { do: "end", client: "nothing", job: 0, status: "COMPLETED", hold: null },
    { ...START, job: 1 },
  ],
  "a schedule goes on whose host was retired and came back": [
    ...EMPTY,
    OFTEN,
    at("retire"),
    at("revive"),
    RESUME,
  ],
  "a schedule goes on whose agent was deleted and made again": [
    ...EMPTY,
    OFTEN,
    at("delete agent"),
    at("make agent"),
    RESUME,
  ],
  "a schedule with a number of runs goes on whose host came back": [
    ...EMPTY,
    { ...OFTEN, cadence: "three times" },
    at("retire"),
    at("revive"),
    RESUME,
  ],
  "a schedule with a number of runs has them all, though its agent was gone at their times": [
    ...EMPTY,
    { ...OFTEN, cadence: "three times" },
    at("delete agent"),
    after(2160),
    at("make agent"),
    RESUME,
  ],
  "a cancelled schedule is planned by its edit": [
    ...EMPTY,
    OFTEN,
    { do: "cancel schedule", job: 0, hold: null },
    { ...EDIT, cadence: "every 5 minutes" },
  ],
  "a cancelled single run is planned by its edit": [
    ...EMPTY,
    { ...ONCE, cadence: "once soon" },
    { do: "cancel", job: 0, hold: null },
    { ...EDIT, cadence: "once soon" },
  ],
  "a single run that was edited while paused is planned": [
    ...EMPTY,
    { ...ONCE, cadence: "once soon" },
    PAUSE,
    after(60),
    { ...EDIT, cadence: "once soon" },
    RESUME,
  ],
  "a cron that became a single run while paused is planned": [
    ...EMPTY,
    OFTEN,
    PAUSE,
    after(60),
    { ...EDIT, cadence: "once soon" },
    RESUME,
  ],
  "an edit shortly before a run plans it": [...EMPTY, { ...OFTEN, cadence: "daily" }, after(1710), EDIT],
  "planning ends, whatever was filled in ahead": [
    ...EMPTY,
    { ...OFTEN, cadence: "daily" },
    PAUSE,
    { ...EDIT, cadence: "each minute", saying: ALLOW },
    { do: "backfill", schedule: 0, back: 0, ahead: 998, hold: null },
    RESUME,
    after(1800),
    TICK,
  ],
  "a refused retire leaves the lease of the run that refused it": [
    ...EMPTY,
    ONCE,
    LEASE,
    ACCEPT,
    at("retire"),
  ],
  "a poll on its way is offered no run that began before its host was not retired": [
    ...EMPTY,
    { ...OFTEN, saying: REPLACE },
    after(300),
    { ...POLL, client: "nonce", hold: "object" },
    // Its token is looked up, its host asked whether it knows that nothing is due, and its jobs are read.
    { do: "release", held: 0, until: "object" },
    { do: "release", held: 0, until: "object" },
    { ...START, client: "owner a" },
    at("retire"),
    { do: "release", held: 0, until: null },
  ],
  "a poll on its way may be offered a run that ended before its host was retired": [
    ...EMPTY,
    { ...OFTEN, saying: REPLACE },
    after(300),
    { ...POLL, client: "nonce", hold: "object" },
    // Its token is looked up, its host asked whether it knows that nothing is due, and its jobs are read.
    { do: "release", held: 0, until: "object" },
    { do: "release", held: 0, until: "object" },
    { ...START, client: "owner a" },
    { do: "end", client: "owner a", job: 0, status: "COMPLETED", hold: null },
    at("retire"),
    { do: "release", held: 0, until: null },
  ],
  "an overlap is no lost lease": [
    ...EMPTY,
    OFTEN,
    after(300),
    LEASE,
    { do: "run now", schedule: 0, hold: null },
    START,
    ACCEPT,
  ],
  "a refused start leaves a job to the caller that it was offered to": [
    ...EMPTY,
    OFTEN,
    after(300),
    { ...POLL, client: "owner a" },
    { do: "run now", schedule: 0, hold: null },
    START,
    { ...START, client: "owner b", job: 1 },
  ],
  "a job comes with the poll after the one that names its schedule's cancelled run": [
    ...EMPTY,
    OFTEN,
    after(300),
    { ...START, client: "owner a" },
    { do: "cancel", job: 0, hold: null },
    after(300),
    { ...POLL, client: "owner a" },
    { ...POLL, client: "owner a" },
  ],
  "a host that looks far ahead is heard": [
    ...EMPTY,
    ONCE,
    START,
    { ...POLL, look: "wide" },
    after(1800),
    { ...POLL, look: "wide" },
    after(900),
    { ...POLL, look: "wide" },
    TICK,
    after(900),
    { ...POLL, look: "wide" },
    TICK,
  ],
  "two that fill in at once make each run once": [
    ...EMPTY,
    OFTEN,
    after(900),
    { do: "cancel schedule", job: 0, hold: null },
    { do: "backfill", schedule: 0, back: 120, ahead: 0, hold: "write" },
    { do: "backfill", schedule: 0, back: 120, ahead: 0, hold: null },
    { do: "release", held: 0, until: null },
  ],
  "a repeated backfill is answered from what it made": [
    ...EMPTY,
    OFTEN,
    { do: "backfill", schedule: 0, back: 120, ahead: 0, hold: null },
    { do: "repeat", request: 0, hold: null },
    { do: "delete schedule", schedule: 0, hold: null },
    { do: "repeat", request: 1, hold: null },
  ],
  "of what a pause made it miss one run is made up for": [
    ...EMPTY,
    { ...OFTEN, cadence: "each minute", saying: ALLOW },
    PAUSE,
    after(7200),
    after(7200),
    after(7200),
    after(7200),
    after(1800),
    after(900),
    RESUME,
  ],
  "a long pause is made up for by one run": [
    ...EMPTY,
    { ...OFTEN, cadence: "each minute", saying: ALLOW },
    PAUSE,
    after(43_200),
    after(43_200),
    RESUME,
    TICK,
  ],
  "what a tick plans in its own half hour is not planned late": [
    ...EMPTY,
    { ...OFTEN, cadence: "each minute", saying: { ...ALLOW, missed: "skip" } },
    after(2160),
    after(43_200),
    TICK,
  ],
  "a run that was filled in has its time to be begun": [
    ...EMPTY,
    { ...OFTEN, saying: { ...ALLOW, expires: true } },
    { do: "backfill", schedule: 0, back: 120, ahead: 0, hold: null },
    after(1800),
    TICK,
  ],
  "a run that its process does not name is in doubt, and blocks no longer than its schedule says": [
    ...EMPTY,
    { ...OFTEN, cadence: "hourly" },
    after(1800),
    START,
    { ...POLL, client: "owner b", running: "nothing" },
    after(1800),
    after(1800),
    after(1770),
    { ...POLL, client: "owner b", running: "nothing" },
  ],
  "a run that is named is in no doubt, though its host registered again": [
    ...EMPTY,
    ONCE,
    START,
    at("revive"),
    { do: "ping", own: false, host: 0, running: "all" },
    POLL,
  ],
  "a host without leases is notified of its cancelled run, before it is handed the next": [
    ...EMPTY,
    OFTEN,
    after(300),
    { ...START, client: "owner a" },
    { do: "cancel", job: 0, hold: null },
    after(300),
    { do: "ping", own: false, host: 0 },
    { ...POLL, client: "owner a" },
    { ...POLL, client: "owner a" },
  ],
  "a lease of another project is not there": [
    ...EMPTY,
    ONCE,
    LEASE,
    { do: "stranger", lease: 0, gives: false },
    { do: "stranger", lease: 0, gives: true },
    ACCEPT,
    { do: "stranger", lease: 0, gives: false },
  ],
  "a repeated deletion, retirement or cancel does nothing twice": [
    ...EMPTY,
    OFTEN,
    { do: "cancel schedule", job: 0, hold: null },
    { ...EDIT, cadence: "every 5 minutes" },
    { do: "repeat", request: 1, hold: null },
    at("retire"),
    at("revive"),
    RESUME,
    { do: "repeat", request: 2, hold: null },
    { do: "delete schedule", schedule: 0, hold: null },
    { do: "repeat", request: 0, hold: null },
  ],
  "a repeated registration puts nothing in doubt": [
    ...EMPTY,
    ONCE,
    at("revive"),
    START,
    { do: "repeat", request: 1, hold: null },
  ],
  "the calendar ends with the number of runs": [
    ...EMPTY,
    { ...OFTEN, cadence: "three times" },
    after(600),
    { ...EDIT, cadence: "three times" },
  ],
  "a schedule whose agent was deleted goes on with another, over the times of the jobs that it lost": [
    SECOND_HOST,
    { do: "edit schedule", schedule: 0, host: 0, cadence: "each minute", saying: ALLOW, hold: null },
    { do: "delete agent", host: 0, hold: null },
    { do: "edit schedule", schedule: 0, host: 1, cadence: "three times", saying: ALLOW, hold: null },
    after(1770),
  ],
  "a schedule goes on whose runs waited past their times until its host was retired": [
    ...EMPTY,
    {
      do: "make schedule",
      host: 0,
      cadence: "three times",
      saying: { ...SAYING, missed: "skip" },
      hold: null,
    },
    after(2160),
    { do: "retire", host: 0, hold: null },
  ],
  "an old single run with another name is not run again": [
    ...EMPTY,
    ONCE,
    START,
    { do: "end", client: "nothing", job: 0, status: "CANCELLED", hold: null },
    after(7200),
    { do: "rename schedule", schedule: 0, hold: null },
    after(43_200),
    after(43_200),
    TICK,
    { do: "rename schedule", schedule: 0, hold: null },
  ],
};

test.each(Object.entries(STATES))("%s", async (_, commands) => {
  expect(await breach(commands)).toBeUndefined();
});

test("what edits replaced is not kept", async () => {
  expect(await breach([...EMPTY, OFTEN, EDIT, { ...EDIT, cadence: "hourly" }, EDIT, TICK])).toBeUndefined();
  expect(await unusedSnapshots()).toBe(0);
});
