import { expect, test } from "vitest";
import { reconnectWaitMs } from "../../src/host-program/reconnect-wait.ts";
import { Dice } from "../crash/random.ts";

const NOW = { afterMs: 0, withinMs: 0 };

/** The waits of many hosts that lose their sockets at once, each with a random generator of its own. */
const waitsOf = (hosts: number, facts: Parameters<typeof reconnectWaitMs>[0]): number[] =>
  Array.from({ length: hosts }, (_, host) => {
    const dice = new Dice(host);
    return reconnectWaitMs(facts, () => dice.roll());
  });

const busiestSecond = (waits: readonly number[]): number => {
  const seconds = Map.groupBy(waits, (wait) => Math.floor(wait / 1000));
  return Math.max(...[...seconds.values()].map(({ length }) => length));
};

test("a fleet that loses its sockets at once reconnects evenly over the seconds that the service asks for", () => {
  const waits = waitsOf(1000, { failures: 0, retryMs: 5000, again: { afterMs: 0, withinMs: 20_000 } });
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(2500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(25_000);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(20_000);
  // 50 hosts a second are asked for.
  expect(busiestSecond(waits)).toBeLessThan(80);
});

test("hosts that fail to reconnect do not try again in step", () => {
  const waits = waitsOf(1000, { failures: 3, retryMs: 1000, again: NOW });
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(4000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(8000);
  expect(busiestSecond(waits)).toBeLessThan(320);
});

test.each([
  [0, 1000],
  [1, 2000],
  [2, 4000],
  [8, 256_000],
  [9, 300_000],
  [2000, 300_000],
])("after %i failures in a row the wait is half of up to all of %i ms", (failures, most) => {
  const wait = (random: number) => reconnectWaitMs({ failures, retryMs: 1000, again: NOW }, () => random);
  expect(wait(0)).toBe(most / 2);
  expect(wait(1)).toBe(most);
});

test("a host does not reconnect before the time that a goodbye names", () => {
  const again = { afterMs: 60_000, withinMs: 0 };
  for (const wait of waitsOf(100, { failures: 0, retryMs: 1000, again })) {
    expect(wait).toBeGreaterThanOrEqual(60_500);
    expect(wait).toBeLessThanOrEqual(61_000);
  }
});
