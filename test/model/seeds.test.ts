import { expect, test } from "vitest";
import { breach } from "./play.ts";

test("a RUNNING that reaches the storage after its lease was lost begins no unwatched run", async () => {
  const broken = await breach([
    { do: "lease", process: "p", most: 1, seconds: 30, lost: false, hold: null },
    { do: "accept", lease: 0, hold: "write" },
    { do: "advance", seconds: 121, alarms: true },
  ]);
  expect(broken).toBeUndefined();
});

test("a cancel that reaches the storage after the job ended is refused", async () => {
  const broken = await breach([
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "cancel", job: 0, hold: "object" },
    { do: "finish", lease: 0, status: "FAILED", hold: null },
  ]);
  expect(broken).toBeUndefined();
});

test("a run whose cancel was asked for is not run again when its lease is lost first", async () => {
  const broken = await breach([
    { do: "lease", process: "p", most: 2, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "advance", seconds: 60, alarms: true },
    { do: "ping", own: false },
    { do: "advance", seconds: 59, alarms: true },
    { do: "cancel", job: 1, hold: null },
    { do: "advance", seconds: 1, alarms: true },
  ]);
  expect(broken).toBeUndefined();
});

test("a job that was cancelled twice is not handed to a poll that had read it before", async () => {
  const broken = await breach([
    { do: "poll", client: "owner a", own: false, hold: "object" },
    { do: "lease", process: "p", most: 1, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "cancel", job: 0, hold: null },
    { do: "advance", seconds: 1, alarms: true },
    { do: "cancel", job: 0, hold: null },
    { do: "release", held: 0, until: null },
  ]);
  expect(broken).toBeUndefined();
});

test("a renewal that comes late does not shorten what a later one gave", async () => {
  const broken = await breach([
    { do: "lease", process: "q", most: 3, seconds: 120, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "renew", lease: 0, hold: "object" },
    { do: "advance", seconds: 119, alarms: true },
    { do: "renew", lease: 0, hold: null },
  ]);
  expect(broken).toBeUndefined();
});

test("a poll that is held before the routes leases from when it came in", async () => {
  const broken = await breach([
    { do: "poll", client: "owner b", own: true, hold: "object" },
    { do: "advance", seconds: 2160, alarms: true },
    { do: "release", held: 3, until: null },
    { do: "lease", process: "q", most: 2, seconds: 120, lost: false, hold: "write" },
  ]);
  expect(broken).toBeUndefined();
});

test("a RUNNING that is sent again is answered by how its run was when it was read, should that end meanwhile", async () => {
  const broken = await breach([
    { do: "lease", process: "p", most: 1, seconds: 30, lost: false, hold: null },
    { do: "accept", lease: 0, hold: null },
    { do: "accept", lease: 0, hold: "object" },
    { do: "finish", lease: 0, status: "COMPLETED", hold: null },
  ]);
  expect(broken).toBeUndefined();
});
