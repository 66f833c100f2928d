import { describe, expect, test } from "vitest";
import { daysOfMonth, monthBeside } from "../../src/console/calendar/days.ts";
import { onlineSpans } from "../../src/console/hosts/view.ts";
import { instantOf, localInput } from "../../src/console/parts/local-time.ts";
import { clockText, distanceText, lengthText } from "../../src/console/parts/time.tsx";
import { weekStartOf } from "../../src/console/parts/week-start.ts";

const utc = (text: string) => Date.parse(`${text}Z`);

describe("a local time of a zone", () => {
  test.each([
    ["2026-03-02T10:00", "UTC", "2026-03-02T10:00:00"],
    ["2026-03-02T10:00", "Europe/Berlin", "2026-03-02T09:00:00"],
    ["2026-07-02T10:00", "Europe/Berlin", "2026-07-02T08:00:00"],
    ["2026-03-02T10:00:30", "Asia/Kolkata", "2026-03-02T04:30:30"],
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00"],
    ["2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00"],
  ])("%s in %s", (local, zone, instant) => {
    expect(instantOf(local, zone)).toBe(utc(instant));
    expect(localInput(utc(instant), zone)).toBe(local.slice(0, 16));
  });

  test.each(["", "tomorrow", "2026-03-02", "2026-13-02T10:00", "2026-03-02T10:00Z"])("%j is none", (text) => {
    expect(instantOf(text, "UTC")).toBeUndefined();
  });
});

test("a time is written with its year only where that is another", () => {
  const now = utc("2026-03-02T10:00:00");
  expect(clockText(utc("2026-12-31T23:30:00"), "UTC", { now })).toBe("31 Dec 23:30");
  expect(clockText(utc("2026-12-31T23:30:00"), "Europe/Berlin", { now })).toBe("1 Jan 2027 00:30");
  expect(clockText(utc("2026-03-02T10:00:07"), "UTC", { now, seconds: true })).toBe("2 Mar 10:00:07");
});

test.each([
  [-2, "just now"],
  [-12, "12 s ago"],
  [-59, "59 s ago"],
  [-60, "1 min ago"],
  [-3600, "1 h ago"],
  [-47 * 3600, "47 h ago"],
  [-48 * 3600, "2 days ago"],
  [90, "in 1 min"],
])("%i s from now is %s", (seconds, text) => {
  expect(distanceText(seconds * 1000, 0)).toBe(text);
});

test.each([
  [400, "0 s"],
  [59_000, "59 s"],
  [61_000, "1 min 1 s"],
  [3_660_000, "1 h 1 min"],
])("%i ms are %s", (ms, text) => {
  expect(lengthText(ms)).toBe(text);
});

describe("when a host was Online", () => {
  const turn = (at: number, presence: "Online" | "Offline") => ({ at, presence });
  test.each([
    ["never turned, Offline", [], false, []],
    ["never turned, Online", [], true, [{ from: 0, to: 100 }]],
    ["came", [turn(40, "Online")], true, [{ from: 40, to: 100 }]],
    ["went", [turn(40, "Offline")], false, [{ from: 0, to: 40 }]],
    [
      "went, came and went",
      [turn(60, "Offline"), turn(50, "Online"), turn(20, "Offline")],
      false,
      [
        { from: 0, to: 20 },
        { from: 50, to: 60 },
      ],
    ],
  ])("%s", (_, turns, isOnline, stretches) => {
    expect(onlineSpans(turns, isOnline, { from: 0, now: 100 })).toEqual(stretches);
  });
});

describe("the days of a month", () => {
  test("are whole weeks from Monday, in the zone", () => {
    const days = daysOfMonth("2026-03", "Europe/Berlin", 1);
    expect([days[0]?.date, days.at(-1)?.date, days.length]).toEqual(["2026-02-23", "2026-04-05", 42]);
    const change = days.find(({ date }) => date === "2026-03-29");
    expect([change?.from, change?.to]).toEqual([utc("2026-03-28T23:00:00"), utc("2026-03-29T22:00:00")]);
    for (const [place, day] of days.entries()) if (place > 0) expect(day.from).toBe(days[place - 1]?.to);
  });

  test.each([
    [7, "2026-02-01", "2026-02-28", 28],
    [6, "2026-01-31", "2026-03-06", 35],
    [1, "2026-01-26", "2026-03-01", 35],
  ])("are whole weeks from another first day: %i", (weekStart, first, last, length) => {
    const days = daysOfMonth("2026-02", "UTC", weekStart);
    expect([days[0]?.date, days.at(-1)?.date, days.length]).toEqual([first, last, length]);
  });

  test.each([
    ["de-DE,de;q=0.9,en;q=0.8", 1],
    ["en-US,en;q=0.9", 7],
    ["en-GB", 1],
    ["ar-EG;q=1", 6],
    [undefined, 1],
    ["*", 1],
    ["not a language", 1],
  ])("begin weeks as readers of %s do", (languages, first) => {
    expect(weekStartOf(languages)).toBe(first);
  });

  test("lie between those of the months beside it", () => {
    expect([monthBeside("2026-01", -1), monthBeside("2026-12", 1)]).toEqual(["2025-12", "2027-01"]);
  });
});
