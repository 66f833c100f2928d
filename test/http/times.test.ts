import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatWireTime, parseWireTime, wholeSecond } from "../../src/wire/times.ts";

const AT = Date.parse("2015-04-28T10:00:00Z");

describe("A time is read in", () => {
  test.each([
    ["the documented form", "2015-04-28T17:00:00+0700", AT],
    ["+07:00", "2015-04-28T17:00:00+07:00", AT],
    ["a zone west of Greenwich", "2015-04-28T05:30:00-0430", AT],
    ["Z", "2015-04-28T10:00:00Z", AT],
    ["no zone (UTC)", "2015-04-28T10:00:00", AT],
    ["a fraction of a second", "2015-04-28T10:00:00.123Z", AT + 123],
    ["a fraction finer than a millisecond", "2015-04-28T10:00:00.123999999", AT + 123],
    ["a fraction with a zone", "2015-04-28T17:00:00.5+0700", AT + 500],
    ["a space where an unencoded + was decoded", "2015-04-28T17:00:00 0700", AT],
    ["a space and a colon", "2015-04-28T17:00:00 07:00", AT],
    ["the form of our own answers", "2015-04-28T10:00:00+00:00", AT],
    ["a leap day", "2024-02-29T00:00:00Z", Date.parse("2024-02-29T00:00:00Z")],
    ["the first year", "0001-01-01T00:00:00Z", Date.parse("0001-01-01T00:00:00Z")],
    ["the last year", "9999-12-31T23:59:59Z", Date.parse("9999-12-31T23:59:59Z")],
  ])("%s", (_, text, at) => {
    expect(parseWireTime(text)).toBe(at);
  });

  test("every zone that a clock can show, whichever way it is written", () => {
    const zone = fc.tuple(
      fc.constantFrom("+", "-"),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
    );
    fc.assert(
      fc.property(zone, fc.constantFrom("", ":"), ([sign, hours, minutes], colon) => {
        const two = (part: number) => String(part).padStart(2, "0");
        const offset = (hours * 60 + minutes) * 60_000 * (sign === "-" ? -1 : 1);
        expect(parseWireTime(`2015-04-28T10:00:00${sign}${two(hours)}${colon}${two(minutes)}`)).toBe(
          AT - offset,
        );
      }),
    );
  });
});

test("Every second of the calendar that can be written, with any fraction, is the one that the platform reads", () => {
  const timing = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  const places = fc.stringMatching(/^\d{0,9}$/);
  fc.assert(
    fc.property(timing, places, (date, digits) => {
      const text = date.toISOString().slice(0, 19);
      const fraction = digits === "" ? "" : `.${digits}`;
      const ms = Number(digits.padEnd(3, "0").slice(0, 3));
      expect(parseWireTime(`${text}${fraction}Z`)).toBe(Date.parse(`${text}Z`) + ms);
    }),
  );
});

test.each(["2015-02-29", "1900-02-29", "2023-06-31", "0004-02-30"])("No time is on %s", (day) => {
  expect(parseWireTime(`${day}T00:00:00Z`)).toBeUndefined();
});

const UNREADABLE_TIMES = [
  "tomorrow",
  "1430240400000",
  "2015-04-28",
  "10:00:00",
  "2015-04-28T10:00",
  "2015-4-28T10:00:00Z",
  "15-04-28T10:00:00Z",
  "12015-04-28T10:00:00Z",
  "+002015-04-28T10:00:00Z",
  "2015-02-29T10:00:00Z",
  "2015-04-31T10:00:00Z",
  "2015-00-28T10:00:00Z",
  "2015-13-28T10:00:00Z",
  "2015-04-00T10:00:00Z",
  "2015-04-28T24:00:00Z",
  "2015-04-28T10:60:00Z",
  "2015-04-28T10:00:60Z",
  "2015-04-28T10:00:00.Z",
  "2015-04-28T10:00:00,5Z",
  "2015-04-28T10:00:00.0000000001Z",
  "2015-04-28T10:00:00+07",
  "2015-04-28T10:00:00+7",
  "2015-04-28T10:00:00+2400",
  "2015-04-28T10:00:00+0060",
  "2015-04-28T10:00:00+0700x",
  "2015-04-28T10:00:00 UTC",
  "2015-04-28T10:00:00ZZ",
  "2015-04-28_10:00:00Z",
  "0000-12-31T23:59:59Z",
  "9999-12-31T23:59:59-0001",
  "２０１５-04-28T10:00:00Z",
  "null",
];

test.each(UNREADABLE_TIMES)("%s is no time", (text) => {
  expect(parseWireTime(text)).toBeUndefined();
});

describe("Every instant of the years 1 to 9999", () => {
  const instant = fc.integer({
    min: Date.parse("0001-01-01T00:00:00Z"),
    max: Date.parse("9999-12-31T23:59:59.999Z"),
  });

  test("is written in whole seconds, without Z, and read back as its second", () => {
    fc.assert(
      fc.property(instant, (at) => {
        const text = formatWireTime(at);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
        expect(parseWireTime(text)).toBe(wholeSecond(at));
      }),
    );
  });

  test("is read to the millisecond from the form that programs write", () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(parseWireTime(new Date(at).toISOString())).toBe(at);
      }),
    );
  });

  test("reads the same with an offset as without", () => {
    const inside = fc.integer({
      min: Date.parse("0002-01-01T00:00:00Z"),
      max: Date.parse("9998-12-31T00:00:00Z"),
    });
    fc.assert(
      fc.property(inside, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
        const local = new Date(at + offset * 60_000).toISOString().slice(0, 23);
        const minutes = Math.abs(offset);
        const zone = [Math.floor(minutes / 60), minutes % 60]
          .map((part) => String(part).padStart(2, "0"))
          .join("");
        expect(parseWireTime(`${local}${offset < 0 ? "-" : "+"}${zone}`)).toBe(at);
      }),
    );
  });
});

test("any other text gives no time and no error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const at = parseWireTime(text);
      expect(at === undefined || Number.isSafeInteger(at)).toBe(true);
    }),
  );
});
