import { describe, expect, test } from "vitest";
import { type Gap, gapsOf, type KnownPresence } from "../../src/console/timeline/gaps.ts";
import { addressOf, type Place } from "../../src/console/timeline/place.ts";
import { ticksOf } from "../../src/console/timeline/ticks.ts";
import {
  atOf,
  atText,
  percentOf,
  type Span,
  startBeside,
  startWithin,
  type TimeWindow,
  windowOf,
} from "../../src/console/timeline/window.ts";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, MINUTE, START } from "../world.ts";

const utc = (text: string) => Date.parse(`${text}Z`);
const DAY = 24 * HOUR;
const settings = settingsOf({});
const windowAt = (span: Span, at: number | undefined, now = START): TimeWindow =>
  windowOf({ span, at }, { now, settings });

describe("the window of a timeline", () => {
  test.each(["1h", "6h", "24h", "7d"] as const)("of %s follows the present: three quarters past", (span) => {
    const window = windowAt(span, undefined, START + 7 * MINUTE);
    const share = percentOf(window, window.now);
    expect(window.follows).toBe(true);
    expect(share).toBeGreaterThanOrEqual(75);
    expect(share).toBeLessThan(77);
  });

  test("moves on in steps, so that what is drawn stands still between them", () => {
    const [first, second] = [0, 4].map((minutes) => windowAt("6h", undefined, START + minutes * MINUTE));
    expect(second?.from).toBe(first?.from);
    expect(windowAt("6h", undefined, START + 5 * MINUTE).from).toBe((first?.from ?? 0) + 5 * MINUTE);
  });

  test("of an address is the same for every reader and at every time", () => {
    const at = utc("2026-03-02T06:00:00");
    expect(atText(at)).toBe("20260302T0600Z");
    expect(atOf("20260302T0600Z")).toBe(at);
    expect(windowAt("6h", at, START + 99 * DAY)).toMatchObject({
      from: at,
      to: at + 6 * HOUR,
      follows: false,
    });
  });

  test.each([
    "",
    "now",
    "20260302",
    "20261302T0000Z",
    "20260231T0000Z",
    "19991231T2359Z",
    "21000101T0000Z",
    "20260302T0600",
  ])("%j names none", (text) => {
    expect(atOf(text)).toBeUndefined();
  });

  test("half a span earlier and later keeps half of what was seen, and never leaves the century", () => {
    const window = windowAt("6h", START);
    expect(startBeside(window, -1)).toBe(START - 3 * HOUR);
    expect(startBeside(window, 1)).toBe(START + 3 * HOUR);
    expect(atOf(atText(startBeside(windowAt("7d", utc("2000-01-01T00:00:00")), -1)))).toBeDefined();
    expect(atOf(atText(startBeside(windowAt("7d", utc("2099-12-31T23:59:00")), 1)))).toBeDefined();
  });

  test("of another span has the same middle, or follows the present too", () => {
    expect(startWithin(windowAt("6h", START), "1h")).toBe(START + 2.5 * HOUR);
    expect(startWithin(windowAt("6h", undefined), "1h")).toBeUndefined();
  });
});

describe("the address of a timeline", () => {
  const place: Place = {
    path: "/console/timeline",
    usualSpan: "24h",
    query: { by: undefined, q: "" },
    span: "24h",
    at: undefined,
    as: "chart",
  };
  test("says nothing that goes without saying", () => {
    expect(addressOf(place)).toBe("/console/timeline");
    expect(addressOf({ ...place, span: "6h", at: START, query: { by: "agent" }, as: "table" })).toBe(
      "/console/timeline?span=6h&at=20260302T1000Z&by=agent&as=table",
    );
  });
});

describe("the times of the axis", () => {
  const labels = (window: TimeWindow, zone: string) => ticksOf(window, zone).map(({ label }) => label);

  test.each([
    ["1h", "UTC", "10:10", 6],
    ["6h", "Asia/Kolkata", "16:00", 6],
    ["24h", "Europe/Berlin", "12:00", 8],
    ["7d", "UTC", "Tue 3", 7],
  ] as const)("of %s in %s are round there", (span, zone, first, count) => {
    const all = labels(windowAt(span, START + MINUTE), zone);
    expect([all[0], all.length]).toEqual([first, count]);
  });

  test("name a day where it begins", () => {
    expect(labels(windowAt("24h", utc("2026-03-02T18:00:00")), "UTC")[2]).toBe("Tue 3");
  });

  test.each([
    ["are set forward", "2026-03-28T12:00:00"],
    ["are set back", "2026-10-24T12:00:00"],
  ])("rise and lie within the window on the day when clocks %s", (_, start) => {
    for (const span of ["6h", "24h", "7d"] as const) {
      const window = windowAt(span, utc(start) + 11 * HOUR);
      const ticks = ticksOf(window, "Europe/Berlin");
      expect(ticks.length).toBeGreaterThanOrEqual(5);
      for (const [place, { at }] of ticks.entries()) {
        expect(at).toBeGreaterThan(ticks[place - 1]?.at ?? window.from - 1);
        expect(at).toBeLessThan(window.to);
      }
    }
  });
});

describe("the gaps of a host", () => {
  const CHECK = 30 * MINUTE;
  const window = { from: START, to: START + 10 * HOUR, now: START + 8 * HOUR, checkMs: CHECK };
  const at = (hours: number) => START + hours * HOUR;
  const turn = (hours: number, presence: "Online" | "Offline") => ({ at: at(hours), presence });
  const known = (facts: Partial<KnownPresence>): KnownPresence => ({
    turns: [],
    hasMore: false,
    presence: "Online",
    registeredAt: at(-100),
    heardAt: null,
    ...facts,
  });
  const cases: [string, Partial<KnownPresence>, Gap[]][] = [
    ["none, as long as it is Online", {}, []],
    ["all of it until now, if it never was", { presence: "Offline" }, [{ from: at(-100), to: at(8) }]],
    [
      "the windows without a ping: from the check that found none, and until the one that found one, each less its length",
      { turns: [turn(2, "Offline"), turn(4, "Online")] },
      [{ from: at(1.5), to: at(3.5) }],
    ],
    [
      "what began before the window",
      { turns: [turn(-3, "Offline"), turn(1, "Online")] },
      [{ from: at(-3.5), to: at(0.5) }],
    ],
    [
      "until it is heard from again, though no check has found that yet",
      { presence: "Offline", turns: [turn(2, "Offline")], heardAt: at(7.9) },
      [{ from: at(1.5), to: at(7.9) }],
    ],
    [
      "until now, if it was last heard from before",
      { presence: "Offline", turns: [turn(2, "Offline")], heardAt: at(1.2) },
      [{ from: at(1.5), to: at(8) }],
    ],
    [
      "not before it was registered",
      { registeredAt: at(3), turns: [turn(5, "Online")] },
      [{ from: at(3), to: at(4.5) }],
    ],
    [
      "none where it was registered and heard from in one window",
      { registeredAt: at(3.1), turns: [turn(3.5, "Online")] },
      [],
    ],
    [
      "none after the changes that were read, if there are more",
      { turns: [turn(2, "Offline")], hasMore: true },
      [],
    ],
    ["none of another time", { turns: [turn(-9, "Offline"), turn(-5, "Online")] }, []],
    ["none of a later time", { turns: [turn(20, "Offline")] }, []],
  ];
  test.each(cases)("are %s", (_, facts, gaps) => {
    expect(gapsOf(known(facts), window)).toEqual(gaps);
  });
});
