import { expect, test } from "vitest";
import { stagesOf } from "../../src/console/jobs/stages.ts";

const S = 1000;
const job = {
  status: "COMPLETED" as const,
  attempt: 1,
  scheduledAt: 0,
  offeredAt: 10 * S,
  startedAt: 12 * S,
  begunAt: 20 * S,
  statusChangedAt: 80 * S,
};
const moves = [
  { at: 12 * S, attempt: 1, from: "PLANNED" as const, to: "RUNNING" as const },
  { at: 80 * S, attempt: 1, from: "RUNNING" as const, to: "COMPLETED" as const },
];

/** Each stage in words: its kind, its attempt, and its seconds. */
const told = (...given: Parameters<typeof stagesOf>): string[] =>
  stagesOf(...given).map(({ kind, attempt, from, to }) => `${kind} ${attempt} ${(to - from) / S}`);

test("a run's time is told from when it was due to its end", () => {
  expect(told(job, moves, 999 * S)).toEqual(["waiting 1 10", "offered 1 2", "accepted 1 8", "running 1 60"]);
});

test("what was not reported is left out", () => {
  const bare = { ...job, offeredAt: null, begunAt: null };
  expect(told(bare, moves, 999 * S)).toEqual(["waiting 1 12", "running 1 68"]);
});

test("a job that goes on is told until now", () => {
  const running = { ...job, status: "RUNNING" as const, statusChangedAt: 12 * S };
  expect(told(running, moves.slice(0, 1), 50 * S).at(-1)).toBe("running 1 30");
  const waiting = {
    ...{ ...job, status: "NOT_RUN" as const, statusChangedAt: 5 * S },
    ...{ offeredAt: null, startedAt: null, begunAt: null },
  };
  const overdue = [{ at: 5 * S, attempt: 1, from: "PLANNED" as const, to: "NOT_RUN" as const }];
  expect(told(waiting, overdue, 50 * S)).toEqual(["waiting 1 50"]);
  expect(told(waiting, overdue, -5 * S)).toEqual([]);
});

test("earlier attempts come first, with the waiting between them", () => {
  const again = {
    ...job,
    ...{ attempt: 2, offeredAt: 101 * S, startedAt: 103 * S, begunAt: null, statusChangedAt: 200 * S },
  };
  const history = [
    { at: 12 * S, attempt: 1, from: "PLANNED" as const, to: "RUNNING" as const },
    { at: 60 * S, attempt: 1, from: "RUNNING" as const, to: "PLANNED" as const },
    { at: 103 * S, attempt: 2, from: "PLANNED" as const, to: "RUNNING" as const },
    { at: 150 * S, attempt: 2, from: "RUNNING" as const, to: "RUNNING" as const },
    { at: 200 * S, attempt: 2, from: "RUNNING" as const, to: "FAILED" as const },
  ];
  expect(told({ ...again, status: "FAILED" }, history, 999 * S)).toEqual([
    "waiting 1 12",
    "running 1 48",
    "waiting 2 41",
    "offered 2 2",
    "running 2 97",
  ]);
});

test("a job that was cancelled before it began has waited, and nothing more", () => {
  const cancelled = {
    ...{ ...job, status: "CANCELLED" as const, statusChangedAt: 30 * S },
    ...{ offeredAt: null, startedAt: null, begunAt: null },
  };
  const history = [{ at: 30 * S, attempt: 1, from: "PLANNED" as const, to: "CANCELLED" as const }];
  expect(told(cancelled, history, 999 * S)).toEqual(["waiting 1 30"]);
});

test("a run that began before its time has not waited", () => {
  const early = { ...job, scheduledAt: 15 * S, offeredAt: null, begunAt: null };
  expect(told(early, moves, 999 * S)).toEqual(["running 1 68"]);
});
