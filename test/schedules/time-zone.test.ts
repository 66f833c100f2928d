import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeAround, isZone, localTime } from "../../src/schedules/time-zone.ts";

const DAY_MS = 86_400_000;
const at = (text: string): number => Date.parse(text);

test.each([
  "UTC",
  "utc",
  "Etc/UTC",
  "Etc/GMT+5",
  "Europe/Berlin",
  "EUROPE/berlin",
  "America/New_York",
  "America/Argentina/Buenos_Aires",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Asia/Calcutta",
  "Pacific/Apia",
])("%s is a zone", (name) => {
  expect(isZone(name)).toBe(true);
});

test.each([
  "",
  " ",
  "Europe",
  "Europe/Atlantis",
  "Berlin",
  " Europe/Berlin",
  "Europe/Berlin\0",
  "+02:00",
  "-05",
  "+0200",
  "\u221202:00",
  "UTC+2",
  "local",
  "constructor",
  "__proto__",
  "Europe/../Europe/Berlin",
  "Ｅurope/Berlin",
  "x".repeat(10_000),
])("%j is no zone", (name) => {
  expect(isZone(name)).toBe(false);
});

test("any other text is no zone, and no error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", minLength: 6 }), (text) => {
      expect(isZone(text)).toBe(false);
    }),
  );
});

describe("The local time shows the zone's offset", () => {
  test.each([
    ["UTC", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00+00:00"],
    ["Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"],
    ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00"],
    ["Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00"],
    ["Europe/Berlin", "2026-12-31T23:00:00.999Z", "2027-01-01T00:00:00+01:00"],
    ["America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00-04:00"],
    ["America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31T20:30:00-03:30"],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00+05:45"],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05T01:30:00+10:30"],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00"],
    ["Pacific/Kiritimati", "2026-01-01T00:00:00Z", "2026-01-01T14:00:00+14:00"],
    ["Africa/Monrovia", "1970-01-01T00:00:00Z", "1969-12-31T23:15:30-00:44:30"],
  ])("of %s at %s: %s", (timeZone, instant, local) => {
    expect(localTime(at(instant), timeZone)).toBe(local);
  });

  test("and is read back as the same second", () => {
    const instant = fc.integer({ min: at("1973-01-01T00:00:00Z"), max: at("2999-12-31T00:00:00Z") });
    const zone = fc.constantFrom("Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu");
    fc.assert(
      fc.property(instant, zone, (when, timeZone) => {
        expect(at(localTime(when, timeZone))).toBe(Math.floor(when / 1000) * 1000);
      }),
    );
  });
});

describe("A change of the clocks is found to the second", () => {
  const HOUR_MS = 3_600_000;
  test.each([
    ["Europe/Berlin", "2026-03-29T01:00:00Z", 1, 2],
    ["Europe/Berlin", "2026-10-25T01:00:00Z", 2, 1],
    ["America/New_York", "2026-03-08T07:00:00Z", -5, -4],
    ["America/New_York", "2026-11-01T06:00:00Z", -4, -5],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 11, 10.5],
    ["America/St_Johns", "2010-11-07T02:31:00Z", -2.5, -3.5],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", -10, 14],
    ["Africa/Monrovia", "1972-01-07T00:44:30Z", -(44 * 60 + 30) / 3600, 0],
  ])("in %s at %s", (timeZone, instant, before, after) => {
    const day = Math.floor(at(instant) / DAY_MS) * DAY_MS;
    for (const near of [day - DAY_MS, day, day + DAY_MS]) {
      expect(changeAround(timeZone, near)).toEqual({
        before: before * HOUR_MS,
        after: after * HOUR_MS,
        at: at(instant),
      });
    }
  });

  test("and where there is none, the offset stays", () => {
    const day = at("2026-06-01T00:00:00Z");
    expect(changeAround("Europe/Berlin", day)).toEqual({
      before: 2 * HOUR_MS,
      after: 2 * HOUR_MS,
      at: day + 2 * DAY_MS,
    });
  });
});
