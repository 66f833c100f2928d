import { expect, test } from "vitest";
import type { Command } from "./commands.ts";
import { breach } from "./play.ts";

/** For each guard of the product, the shortest list of commands that breaks an invariant without it. */
const WITHOUT: Record<string, readonly Command[]> = {
  "the hold that hides a job while it is being moved": [
    { do: "poll", client: "owner a", hold: "object" },
    { do: "start", client: "nothing", job: 0, hold: null },
    { do: "release", held: 0, until: null },
  ],
  "the lease of a poll": [
    { do: "poll", client: "owner a", hold: null },
    { do: "poll", client: "owner b", hold: null },
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
    { do: "ping" },
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
