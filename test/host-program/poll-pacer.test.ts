import { describe, expect, test } from "vitest";
import { PollPacer } from "../../src/host-program/poll-pacer.ts";

const SECOND = 1000;
const MOST = 4;

interface PlannedJob {
  due: number;
  /** When it was planned; nobody knows of it before. */
  planned: number;
}

/**
 * Lives through some minutes with these jobs, as the polling loop does. Returns how many requests there were,
 * and how late each job was polled for.
 */
const live = (jobs: readonly PlannedJob[], ms: number) => {
  const pacer = new PollPacer(SECOND);
  const lateness: number[] = [];
  let open = jobs.toSorted((one, other) => one.due - other.due);
  let requests = 0;
  const poll = (now: number): void => {
    const found = open.filter(({ due, planned }) => due <= now && planned <= now).slice(0, MOST);
    lateness.push(...found.map(({ due }) => now - due));
    open = open.filter((job) => !found.includes(job));
    requests += 1;
    pacer.polled(found.length, MOST);
  };
  for (let now = 0; now < ms; now += Math.max(pacer.waitMs(now), 50)) {
    if (pacer.shouldLookAhead(now)) {
      requests += 1;
      const known = open.filter(({ planned }) => planned <= now).map(({ due }) => due);
      if (!pacer.lookedAhead(now, known)) continue;
    }
    poll(now);
  }
  return { requests, lateness };
};

const always = (due: number): PlannedJob => ({ due, planned: 0 });

describe("a host that polls each second at most", () => {
  test("polls for known jobs the moment that they are due, by few requests", () => {
    const dues = Array.from({ length: 20 }, (_, nth) => 7 * SECOND + nth * 14 * SECOND);
    const { requests, lateness } = live(dues.map(always), 300 * SECOND);
    expect(lateness).toEqual(dues.map(() => 0));
    expect(requests).toBeLessThan(90);
  });

  test("does so for jobs that were planned 20 s before, by a third of the requests", () => {
    const jobs = Array.from({ length: 20 }, (_, nth) => {
      const due = 21 * SECOND + nth * 13_700;
      return { due, planned: due - 20 * SECOND };
    });
    const { requests, lateness } = live(jobs, 300 * SECOND);
    expect(lateness).toEqual(jobs.map(() => 0));
    expect(requests).toBeLessThan(300 / 3);
  });

  test("is at most 8 s late for jobs that were planned for the time at which they were planned", () => {
    const jobs = Array.from({ length: 20 }, (_, nth) => ({
      due: nth * 13_300,
      planned: nth * 13_300,
    }));
    const { lateness } = live(jobs, 300 * SECOND);
    expect(lateness).toHaveLength(20);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(8 * SECOND);
  });

  test("sends fewer requests without jobs, to one in eight seconds", () => {
    expect(live([], 800 * SECOND).requests).toBeLessThan(110);
  });
});

test("a poll that got as many jobs as it wanted is followed by another at once", () => {
  const pacer = new PollPacer(SECOND);
  pacer.polled(MOST, MOST);
  expect(pacer.waitMs(0)).toBe(0);
  pacer.polled(1, MOST);
  expect(pacer.waitMs(0)).toBe(3 * SECOND);
});

test("a known job that is due is polled for before the jobs ahead are looked up again", () => {
  const pacer = new PollPacer(SECOND);
  expect(pacer.shouldLookAhead(0)).toBe(true);
  expect(pacer.lookedAhead(0, [13 * SECOND])).toBe(false);
  expect(pacer.waitMs(11 * SECOND)).toBe(2 * SECOND);
  expect(pacer.shouldLookAhead(13 * SECOND)).toBe(false);
  pacer.polled(1, MOST);
  expect(pacer.waitMs(13 * SECOND)).toBe(3 * SECOND);
  expect(pacer.shouldLookAhead(16 * SECOND)).toBe(true);
});
