import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/webhooks/form.ts";
import { disablingNote, nextTryAt, settledBy } from "../../src/webhooks/waits.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const failed = (notBefore: number | null = null): Verdict => ({
  ...{ is: "failed", status: 500, note: "answered 500", notBefore },
});

describe("A delivery that failed", () => {
  test("is tried later each time, the last time when its day is over", () => {
    const dueAt: number[] = [];
    for (let tries = 1, now = NOW; ; tries++) {
      const next = nextTryAt({ tries, diesAt: NOW + DAY }, now, null);
      if (next === undefined) break;
      dueAt.push(next);
      now = next;
    }
    const waits = dueAt.map((at, place) => at - (dueAt[place - 1] ?? NOW));
    const full = waits.slice(0, -1);
    expect([...full].sort((one, other) => one - other)).toEqual(full);
    expect(dueAt.at(-1)).toBe(NOW + DAY);
    expect(dueAt.length).toBeGreaterThan(8);
  });

  test("is not tried before the time that its receiver named, though its day is over by then", () => {
    const delivery = { tries: 1, diesAt: NOW + DAY };
    expect(nextTryAt(delivery, NOW, NOW + HOUR)).toBe(NOW + HOUR);
    expect(nextTryAt(delivery, NOW, NOW + 1)).toBe(NOW + 10_000);
    expect(nextTryAt(delivery, NOW + 20 * HOUR, NOW + 30 * HOUR)).toBe(NOW + 30 * HOUR);
  });

  test("is dead once its receiver wants no more", () => {
    const gone: Verdict = { is: "gone", status: 410, note: "answered 410" };
    expect(settledBy({ id: 1, tries: 1, diesAt: NOW + DAY }, gone, NOW)).toMatchObject({ status: "dead" });
  });
});

describe("A webhook", () => {
  test("is disabled after three days of failures, if they were many", () => {
    const since = (ms: number, failures: number) =>
      disablingNote({ failingSince: NOW - ms, failures }, [failed()], NOW);
    expect(since(3 * DAY, 19)).toContain("3 days");
    expect(since(3 * DAY - 1, 500)).toBeNull();
    expect(since(30 * DAY, 18)).toBeNull();
  });

  test("is not disabled by a failure beside which something was taken", () => {
    const taken: Verdict = { is: "taken", status: 204, note: "answered 204" };
    const webhook = { failingSince: NOW - 9 * DAY, failures: 100 };
    expect(disablingNote(webhook, [failed(), taken], NOW)).toBeNull();
    expect(disablingNote(webhook, [], NOW)).toBeNull();
  });
});
