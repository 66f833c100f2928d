import { expect, test } from "vitest";
import { PollPacer } from "../../src/host-program/poll-pacer.ts";

const SECOND = 1000;
const MOST = 4;

/** Lives through some minutes with jobs due at these times. Gives how many asks and looks there were, and how late each job was asked for. */
const live = (dues: readonly number[], ms: number) => {
  const pacer = new PollPacer(SECOND);
  const lateness: number[] = [];
  let requests = 0;
  for (let now = 0, done = 0; now < ms; now += Math.max(pacer.waitMs(now), 50)) {
    const found = dues.slice(done).filter((due) => due <= now).length;
    lateness.push(...dues.slice(done, done + found).map((due) => now - due));
    done += found;
    requests += 1;
    pacer.polled(found, MOST);
    if (!pacer.shouldLookAhead(now)) continue;
    requests += 1;
    pacer.lookedAhead(
      now,
      dues.filter((due) => due > now),
    );
  }
  return { requests, lateness };
};

test("known jobs are polled for the moment that they are due, by few requests", () => {
  const dues = Array.from({ length: 20 }, (_, nth) => 7 * SECOND + nth * 14 * SECOND);
  const { requests, lateness } = live(dues, 300 * SECOND);
  expect(lateness).toEqual(dues.map(() => 0));
  expect(requests).toBeLessThan(90);
});

test("without jobs the polls get rarer, to one in eight times the usual wait", () => {
  expect(live([], 800 * SECOND).requests).toBeLessThan(120);
});

test("a poll that got as many jobs as it wanted is followed by another at once", () => {
  const pacer = new PollPacer(SECOND);
  pacer.polled(MOST, MOST);
  expect(pacer.waitMs(0)).toBe(0);
  pacer.polled(1, MOST);
  expect(pacer.waitMs(0)).toBe(3 * SECOND);
});
