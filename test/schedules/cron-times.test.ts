import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { occurrences, parseCron } from "../../src/schedules/cron-times.ts";

const at = (text: string): number => Date.parse(text);

const problemOf = (text: string): string | undefined => {
  const reading = parseCron(text);
  return "problem" in reading ? reading.problem : undefined;
};

/** The first days of 2026 and after that a cron names, in UTC. */
const days = (cron: string, count = 4): string[] =>
  occurrences(
    { cron, timeZone: "UTC" },
    { from: at("2026-01-01T00:00:00Z"), until: at("2100-01-01T00:00:00Z"), limit: count },
  ).map((run) => new Date(run).toISOString().slice(0, 16));

describe("A cron names", () => {
  test.each([
    ["30 6 * * MON-FRI", ["2026-01-01T06:30", "2026-01-02T06:30", "2026-01-05T06:30", "2026-01-06T06:30"]],
    ["30 6 * * mon-fri", ["2026-01-01T06:30", "2026-01-02T06:30", "2026-01-05T06:30", "2026-01-06T06:30"]],
    ["0,30 8-9 * * *", ["2026-01-01T08:00", "2026-01-01T08:30", "2026-01-01T09:00", "2026-01-01T09:30"]],
    ["10-20/5 1 * * *", ["2026-01-01T01:10", "2026-01-01T01:15", "2026-01-01T01:20", "2026-01-02T01:10"]],
    ["0 */6 * * *", ["2026-01-01T00:00", "2026-01-01T06:00", "2026-01-01T12:00", "2026-01-01T18:00"]],
    ["0 0 1 JAN,JUL *", ["2026-01-01T00:00", "2026-07-01T00:00", "2027-01-01T00:00", "2027-07-01T00:00"]],
    ["0 0 L * *", ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00", "2026-04-30T00:00"]],
    ["0 0 15,L 2 ?", ["2026-02-15T00:00", "2026-02-28T00:00", "2027-02-15T00:00", "2027-02-28T00:00"]],
    ["0 0 15W * *", ["2026-01-15T00:00", "2026-02-16T00:00", "2026-03-16T00:00", "2026-04-15T00:00"]],
    ["0 0 31 * *", ["2026-01-31T00:00", "2026-03-31T00:00", "2026-05-31T00:00", "2026-07-31T00:00"]],
    ["0 12 29 2 *", ["2028-02-29T12:00", "2032-02-29T12:00", "2036-02-29T12:00", "2040-02-29T12:00"]],
    // A day of month of `*/10` counts as set, so that Mondays are added to its days and do not limit them.
    ["0 6 */10 * MON", ["2026-01-01T06:00", "2026-01-05T06:00", "2026-01-11T06:00", "2026-01-12T06:00"]],
    ["0 0 * * 0", ["2026-01-04T00:00", "2026-01-11T00:00", "2026-01-18T00:00", "2026-01-25T00:00"]],
    ["0 0 * * 7", ["2026-01-04T00:00", "2026-01-11T00:00", "2026-01-18T00:00", "2026-01-25T00:00"]],
    ["0 0 ? * MON#1", ["2026-01-05T00:00", "2026-02-02T00:00", "2026-03-02T00:00", "2026-04-06T00:00"]],
    ["0 0 * * FRI#L", ["2026-01-30T00:00", "2026-02-27T00:00", "2026-03-27T00:00", "2026-04-24T00:00"]],
    ["0 0 * 2 MON#5", ["2044-02-29T00:00", "2072-02-29T00:00"]],
    ["59 23 31 12 *", ["2026-12-31T23:59", "2027-12-31T23:59", "2028-12-31T23:59", "2029-12-31T23:59"]],
    ["  0\t0  1 1 * \n", ["2026-01-01T00:00", "2027-01-01T00:00", "2028-01-01T00:00", "2029-01-01T00:00"]],
    ["@hourly", ["2026-01-01T00:00", "2026-01-01T01:00", "2026-01-01T02:00", "2026-01-01T03:00"]],
    ["@daily", ["2026-01-01T00:00", "2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"]],
    ["@MIDNIGHT", ["2026-01-01T00:00", "2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"]],
    ["@weekly", ["2026-01-04T00:00", "2026-01-11T00:00", "2026-01-18T00:00", "2026-01-25T00:00"]],
    ["@monthly", ["2026-01-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00", "2026-04-01T00:00"]],
    ["@yearly", ["2026-01-01T00:00", "2027-01-01T00:00", "2028-01-01T00:00", "2029-01-01T00:00"]],
    ["@annually", ["2026-01-01T00:00", "2027-01-01T00:00", "2028-01-01T00:00", "2029-01-01T00:00"]],
  ])("%s", (cron, expected) => {
    expect(problemOf(cron)).toBeUndefined();
    expect(days(cron)).toEqual(expected);
  });

  test("days by day of month or weekday where both are set, whichever matches", () => {
    expect(days("0 9 13 * FRI", 8)).toEqual([
      "2026-01-02T09:00",
      "2026-01-09T09:00",
      "2026-01-13T09:00",
      "2026-01-16T09:00",
      "2026-01-23T09:00",
      "2026-01-30T09:00",
      "2026-02-06T09:00",
      "2026-02-13T09:00",
    ]);
  });
});

describe("The message says what is wrong with a cron:", () => {
  const FORM =
    "five fields (minute hour day-of-month month weekday, like 30 6 * * MON-FRI) or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually";
  const MINUTE = "must have as its minute 0 to 59, like 30, 0,30, 10-20 or */15, not";
  const HOUR = "must have as its hour 0 to 23, like 6, 6,18, 8-17 or */2, not";
  const DAY = "must have as its day of month 1 to 31 or L for the last day, like 1, 1,15, 1-7, */2 or L, not";
  const MONTH = "must have as its month 1 to 12 or JAN to DEC, like 3, JAN,JUL, MAR-MAY or */3, not";
  const WEEKDAY =
    "must have as its weekday 0 to 7 (0 and 7 are Sunday) or SUN to SAT, like MON-FRI, MON#1 or FRI#L, not";

  test.each([
    ["", `must be ${FORM}: "" is neither`],
    [" \n ", `must be ${FORM}: " \\n " is neither`],
    ["* * * *", `must be ${FORM}: "* * * *" is neither`],
    ["0 30 6 * * MON", `must be ${FORM}: "0 30 6 * * MON" is neither`],
    ["0 30 6 * * MON 2026", `must be ${FORM}: "0 30 6 * * MON 2026" is neither`],
    ["@reboot", `must be ${FORM}: "@reboot" is neither`],
    ["@every 5m", `must be ${FORM}: "@every 5m" is neither`],
    ["@constructor", `must be ${FORM}: "@constructor" is neither`],
    ["2026-01-01T09:00:00", `must be ${FORM}: "2026-01-01T09:00:00" is neither`],
    ["__proto__", `must be ${FORM}: "__proto__" is neither`],
    ["61 * * * *", `${MINUTE} "61"`],
    ["60 * * * *", `${MINUTE} "60"`],
    ["-1 * * * *", `${MINUTE} "-1"`],
    ["1.5 * * * *", `${MINUTE} "1.5"`],
    ["*/0 * * * *", `${MINUTE} "*/0"`],
    ["*/61 * * * *", `${MINUTE} "*/61"`],
    ["5/15 * * * *", `${MINUTE} "5/15": steps from a value on are written 5-59/15`],
    ["0/15 * * * *", `${MINUTE} "0/15": steps from a value on are written */15`],
    ["5/20 * * * *", `${MINUTE} "5/20": steps from a value on are written 5-59/20`],
    ["0,30/5 * * * *", `${MINUTE} "0,30/5": steps from a value on are written 0,30-59/5`],
    ["5/90 * * * *", `${MINUTE} "5/90"`],
    ["0 8/2 * * *", `${HOUR} "8/2": steps from a value on are written 8-23/2`],
    ["0 0 1/3 * *", `${DAY} "1/3": steps from a value on are written */3`],
    ["0 0 2/3 * *", `${DAY} "2/3": steps from a value on are written 2-31/3`],
    ["0 0 * FEB/3 *", `${MONTH} "FEB/3": steps from a value on are written FEB-12/3`],
    ["0 0 * * MON/2", `${WEEKDAY} "MON/2": steps from a value on are written MON-6/2`],
    [
      "CRON_TZ=Europe/Berlin 30 6 * * *",
      'must be without CRON_TZ=: its zone goes in time_zone, so send cron "30 6 * * *" with time_zone "Europe/Berlin"',
    ],
    [
      "TZ=UTC @daily",
      'must be without TZ=: its zone goes in time_zone, so send cron "@daily" with time_zone "UTC"',
    ],
    ["30-10 * * * *", `${MINUTE} "30-10"`],
    [", * * * *", `${MINUTE} ","`],
    ["9:30 * * * *", `${MINUTE} "9:30"`],
    ["٥ * * * *", `${MINUTE} "٥"`],
    ["0 24 * * *", `${HOUR} "24"`],
    ["0 9am * * *", `${HOUR} "9am"`],
    ["0 22-2 * * *", `${HOUR} "22-2"`],
    ["0 0 0 * *", `${DAY} "0"`],
    ["0 0 32 * *", `${DAY} "32"`],
    ["0 0 L-3 * *", `${DAY} "L-3"`],
    ["0 0 * 13 *", `${MONTH} "13"`],
    ["0 0 * JANUARY *", `${MONTH} "JANUARY"`],
    ["0 0 * L *", `${MONTH} "L"`],
    ["0 0 * * 8", `${WEEKDAY} "8"`],
    ["0 0 * * L", `${WEEKDAY} "L"`],
    ["0 0 * * MON#6", `${WEEKDAY} "MON#6"`],
    ["0 0 * * FRI-MON", `${WEEKDAY} "FRI-MON"`],
    ["61 24 * * *", `${MINUTE} "61"`],
    ["0 0 13 * +FRI", "must have no + before its weekday: where day of month is set too, either matches"],
    ["0 0 30 2 *", 'must name a day that exists: none of the months in "0 0 30 2 *" has such a day'],
    [
      "0 0 31 FEB,APR,JUN *",
      'must name a day that exists: none of the months in "0 0 31 FEB,APR,JUN *" has such a day',
    ],
    ["0 0 30W 2 ?", 'must name a day that exists: none of the months in "0 0 30W 2 ?" has such a day'],
  ])("%j", (cron, problem) => {
    expect(problemOf(cron)).toBe(problem);
  });

  test("a long one is cut in the message, and refused before it is read", () => {
    expect(problemOf(`${"1,".repeat(5000)}1 * * * *`)).toBe(`must be at most 255 characters: ${FORM}`);
    expect(problemOf("*".repeat(10_000))).toBe(`must be at most 255 characters: ${FORM}`);
    expect(problemOf(`${"9".repeat(200)} * * * *`)).toBe(`${MINUTE} "${"9".repeat(40)}..."`);
  });
});

test("any text is read or refused in words, without an error", () => {
  const piece = fc.constantFrom(
    ..."0123456789*/,-#?LW+@:".split(""),
    " ",
    "MON",
    "JAN",
    "SUN-",
    "\0",
    "\ud800",
  );
  const cronLike = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
  const fiveFields = fc.array(fc.array(piece, { minLength: 1, maxLength: 4 }), {
    minLength: 5,
    maxLength: 5,
  });
  const any = fc.oneof(
    fc.string({ unit: "binary-ascii" }),
    cronLike,
    fiveFields.map((fields) => fields.map((field) => field.join("")).join(" ")),
  );
  fc.assert(
    fc.property(any, (text) => {
      const problem = problemOf(text);
      if (problem === undefined) expect(days(text, 1).length).toBeLessThanOrEqual(1);
      else expect(problem).toMatch(/^must /);
    }),
    { numRuns: 300 },
  );
});

describe("Occurrences are bounded", () => {
  const hourly = { cron: "@hourly", timeZone: "Europe/Berlin" };
  const noon = at("2026-01-01T12:00:00Z");
  const HOUR_MS = 3_600_000;

  test("from inclusive, until exclusive, by the limit", () => {
    expect(occurrences(hourly, { from: noon, until: noon + 3 * HOUR_MS, limit: 100 })).toEqual([
      noon,
      noon + HOUR_MS,
      noon + 2 * HOUR_MS,
    ]);
    expect(occurrences(hourly, { from: noon + 1, until: noon + 3 * HOUR_MS + 1, limit: 100 })).toEqual([
      noon + HOUR_MS,
      noon + 2 * HOUR_MS,
      noon + 3 * HOUR_MS,
    ]);
    expect(occurrences(hourly, { from: noon, until: noon + 3 * HOUR_MS, limit: 2 })).toEqual([
      noon,
      noon + HOUR_MS,
    ]);
  });

  test("and none where there is no time or no limit", () => {
    expect(occurrences(hourly, { from: noon, until: noon, limit: 100 })).toEqual([]);
    expect(occurrences(hourly, { from: noon, until: noon - HOUR_MS, limit: 100 })).toEqual([]);
    expect(occurrences(hourly, { from: noon, until: noon + HOUR_MS, limit: 0 })).toEqual([]);
    expect(
      occurrences({ ...hourly, cron: "0 0 29 2 *" }, { from: noon, until: noon + HOUR_MS, limit: 5 }),
    ).toEqual([]);
  });

  test("by the calendar's end where nothing else ends them", () => {
    const leap = { cron: "0 0 29 2 *", timeZone: "UTC" };
    expect(occurrences(leap, { from: noon, until: Number.POSITIVE_INFINITY, limit: 1000 }).at(-1)).toBe(
      at("2996-02-29T00:00:00Z"),
    );
  });

  test("and a cron that is none, or a zone that is none, is an error of the caller", () => {
    expect(() =>
      occurrences({ ...hourly, cron: "61 * * * *" }, { from: noon, until: noon + 1, limit: 1 }),
    ).toThrow(/minute/);
    expect(() =>
      occurrences({ ...hourly, timeZone: "Mars/Base" }, { from: noon, until: noon + 1, limit: 1 }),
    ).toThrow(RangeError);
  });
});
