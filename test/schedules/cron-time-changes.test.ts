import { describe, expect, test } from "vitest";
import { occurrences } from "../../src/schedules/cron-times.ts";

const HALF_HOUR_MS = 30 * 60_000;
const at = (text: string): number => Date.parse(text);
const written = (runs: number[]): string[] =>
  runs.map((run) => new Date(run).toISOString().replace(":00.000Z", "Z"));

/** What it shows, zone, cron, from, until, the instants: all UTC. */
type Case = [string, string, string, string, string, string[]];

// Germany: at 01:00Z on 2026-03-29 from 02:00 to 03:00 (+01 to +02), on 2026-10-25 from 03:00 back to 02:00.
const BERLIN: Case[] = [
  [
    "a missing local time runs at the end of the gap",
    "Europe/Berlin",
    "30 2 * * *",
    "2026-03-28T00:00Z",
    "2026-03-31T00:00Z",
    ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  ],
  [
    "several missing times of one gap give one run",
    "Europe/Berlin",
    "0,15,30,45 2 * * *",
    "2026-03-29T00:00Z",
    "2026-03-30T00:15Z",
    ["2026-03-29T01:00Z", "2026-03-30T00:00Z"],
  ],
  [
    "a step in the minutes leaves the hours fixed",
    "Europe/Berlin",
    "*/15 2 * * *",
    "2026-03-29T00:00Z",
    "2026-03-30T00:15Z",
    ["2026-03-29T01:00Z", "2026-03-30T00:00Z"],
  ],
  [
    "the end of the gap, named too, is one run",
    "Europe/Berlin",
    "0 2,3 * * *",
    "2026-03-29T00:00Z",
    "2026-03-30T02:00Z",
    ["2026-03-29T01:00Z", "2026-03-30T00:00Z", "2026-03-30T01:00Z"],
  ],
  [
    "a range of hours is fixed hours",
    "Europe/Berlin",
    "30 1-3 * * *",
    "2026-03-29T00:00Z",
    "2026-03-29T12:00Z",
    ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"],
  ],
  [
    "a run at the end of the gap belongs to the day that the cron names",
    "Europe/Berlin",
    "30 2 29 3 *",
    "2025-12-01T00:00Z",
    "2027-12-01T00:00Z",
    ["2026-03-29T01:00Z", "2027-03-29T00:30Z"],
  ],
  [
    "a local time that exists twice runs the first time",
    "Europe/Berlin",
    "30 2 * * *",
    "2026-10-24T00:00Z",
    "2026-10-27T00:00Z",
    ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  ],
  [
    "fixed hours on both sides of the overlap",
    "Europe/Berlin",
    "0 2,3 * * *",
    "2026-10-24T22:00Z",
    "2026-10-25T22:00Z",
    ["2026-10-25T00:00Z", "2026-10-25T02:00Z"],
  ],
  [
    "a range over all hours is still fixed hours",
    "Europe/Berlin",
    "0 0-23 * * *",
    "2026-10-24T22:00Z",
    "2026-10-25T03:00Z",
    ["2026-10-24T22:00Z", "2026-10-24T23:00Z", "2026-10-25T00:00Z", "2026-10-25T02:00Z"],
  ],
  [
    "hourly through the gap",
    "Europe/Berlin",
    "0 * * * *",
    "2026-03-28T23:00Z",
    "2026-03-29T03:00Z",
    ["2026-03-28T23:00Z", "2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z"],
  ],
  [
    "hourly through the overlap",
    "Europe/Berlin",
    "@hourly",
    "2026-10-24T23:00Z",
    "2026-10-25T03:00Z",
    ["2026-10-24T23:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"],
  ],
  [
    "every 15 minutes through the gap",
    "Europe/Berlin",
    "*/15 * * * *",
    "2026-03-29T00:30Z",
    "2026-03-29T01:30Z",
    ["2026-03-29T00:30Z", "2026-03-29T00:45Z", "2026-03-29T01:00Z", "2026-03-29T01:15Z"],
  ],
  [
    "every 15 minutes through the overlap",
    "Europe/Berlin",
    "*/15 * * * *",
    "2026-10-25T00:30Z",
    "2026-10-25T01:30Z",
    ["2026-10-25T00:30Z", "2026-10-25T00:45Z", "2026-10-25T01:00Z", "2026-10-25T01:15Z"],
  ],
  [
    "with a step in the hours a missing local time is not made up for",
    "Europe/Berlin",
    "0 */2 * * *",
    "2026-03-28T23:00Z",
    "2026-03-29T05:00Z",
    ["2026-03-28T23:00Z", "2026-03-29T02:00Z", "2026-03-29T04:00Z"],
  ],
  [
    "with a step in the hours one that exists twice runs both times",
    "Europe/Berlin",
    "0 0-23/2 * * *",
    "2026-10-24T22:00Z",
    "2026-10-25T04:00Z",
    ["2026-10-24T22:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T03:00Z"],
  ],
];

// New York: at 07:00Z on 2026-03-08 from 02:00 to 03:00 (-05 to -04), at 06:00Z on 2026-11-01 from 02:00 back to 01:00.
const NEW_YORK: Case[] = [
  [
    "a missing local time runs at the end of the gap",
    "America/New_York",
    "30 2 * * *",
    "2026-03-07T00:00Z",
    "2026-03-10T00:00Z",
    ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"],
  ],
  [
    "a local time that exists twice runs the first time",
    "America/New_York",
    "30 1 * * *",
    "2026-10-31T00:00Z",
    "2026-11-03T00:00Z",
    ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"],
  ],
  [
    "every 15 minutes of a fixed hour that exists twice",
    "America/New_York",
    "*/15 1 * * *",
    "2026-11-01T04:00Z",
    "2026-11-01T12:00Z",
    ["2026-11-01T05:00Z", "2026-11-01T05:15Z", "2026-11-01T05:30Z", "2026-11-01T05:45Z"],
  ],
  [
    "hourly through the gap",
    "America/New_York",
    "0 * * * *",
    "2026-03-08T05:00Z",
    "2026-03-08T09:00Z",
    ["2026-03-08T05:00Z", "2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-08T08:00Z"],
  ],
  [
    "hourly through the overlap",
    "America/New_York",
    "0 ? * * *",
    "2026-11-01T04:00Z",
    "2026-11-01T08:00Z",
    ["2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"],
  ],
  [
    "every 15 minutes through the gap",
    "America/New_York",
    "*/15 * * * *",
    "2026-03-08T06:45Z",
    "2026-03-08T07:30Z",
    ["2026-03-08T06:45Z", "2026-03-08T07:00Z", "2026-03-08T07:15Z"],
  ],
  [
    "every 15 minutes through the overlap",
    "America/New_York",
    "*/15 * * * *",
    "2026-11-01T05:45Z",
    "2026-11-01T06:30Z",
    ["2026-11-01T05:45Z", "2026-11-01T06:00Z", "2026-11-01T06:15Z"],
  ],
];

// Lord Howe: at 15:00Z on 2026-04-04 from 02:00 back to 01:30 (+11 to +10:30), at 15:30Z on 2026-10-03 to 02:30.
// Apia went from -10 to +14 at 10:00Z on 2011-12-30: its 30 December never was.
// St John's went back at 00:01 (02:31Z on 2010-11-07), into the evening before: -02:30 to -03:30.
// São Paulo went forward at midnight (03:00Z on 2018-11-04): -03 to -02.
const ELSEWHERE: Case[] = [
  [
    "half an hour that does not exist",
    "Australia/Lord_Howe",
    "15 2 * * *",
    "2026-10-02T12:00Z",
    "2026-10-05T12:00Z",
    ["2026-10-02T15:45Z", "2026-10-03T15:30Z", "2026-10-04T15:15Z"],
  ],
  [
    "half an hour that exists twice",
    "Australia/Lord_Howe",
    "45 1 * * *",
    "2026-04-03T12:00Z",
    "2026-04-06T12:00Z",
    ["2026-04-03T14:45Z", "2026-04-04T14:45Z", "2026-04-05T15:15Z"],
  ],
  [
    "every 30 minutes through half an hour twice",
    "Australia/Lord_Howe",
    "*/30 * * * *",
    "2026-04-04T14:00Z",
    "2026-04-04T16:00Z",
    ["2026-04-04T14:00Z", "2026-04-04T14:30Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"],
  ],
  [
    "hourly through half an hour twice",
    "Australia/Lord_Howe",
    "0 * * * *",
    "2026-04-04T14:00Z",
    "2026-04-04T17:00Z",
    ["2026-04-04T14:00Z", "2026-04-04T15:30Z", "2026-04-04T16:30Z"],
  ],
  [
    "hourly through half an hour missing",
    "Australia/Lord_Howe",
    "0 * * * *",
    "2026-10-03T14:00Z",
    "2026-10-03T17:00Z",
    ["2026-10-03T14:30Z", "2026-10-03T16:00Z"],
  ],
  [
    "a zone of quarter hours",
    "Asia/Kathmandu",
    "0 9 * * *",
    "2026-06-01T00:00Z",
    "2026-06-03T00:00Z",
    ["2026-06-01T03:15Z", "2026-06-02T03:15Z"],
  ],
  [
    "every half hour of a zone of quarter hours",
    "Asia/Kathmandu",
    "*/30 * * * *",
    "2026-01-01T00:00Z",
    "2026-01-01T01:00Z",
    ["2026-01-01T00:15Z", "2026-01-01T00:45Z"],
  ],
  [
    "a day that never was",
    "Pacific/Apia",
    "0 9 * * *",
    "2011-12-29T00:00Z",
    "2012-01-01T00:00Z",
    ["2011-12-29T19:00Z", "2011-12-30T10:00Z", "2011-12-30T19:00Z", "2011-12-31T19:00Z"],
  ],
  [
    "midnights around a day that never was",
    "Pacific/Apia",
    "@daily",
    "2011-12-29T00:00Z",
    "2012-01-01T00:00Z",
    ["2011-12-29T10:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z"],
  ],
  [
    "a month's 30th that never was",
    "Pacific/Apia",
    "0 12 30 * *",
    "2011-11-15T00:00Z",
    "2012-02-15T00:00Z",
    ["2011-11-30T22:00Z", "2011-12-30T10:00Z", "2012-01-29T22:00Z"],
  ],
  [
    "every six hours through a day that never was",
    "Pacific/Apia",
    "0 */6 * * *",
    "2011-12-29T20:00Z",
    "2011-12-30T22:00Z",
    ["2011-12-29T22:00Z", "2011-12-30T04:00Z", "2011-12-30T10:00Z", "2011-12-30T16:00Z"],
  ],
  [
    "an evening that comes back after midnight",
    "America/St_Johns",
    "30 23 * * *",
    "2010-11-06T00:00Z",
    "2010-11-09T00:00Z",
    ["2010-11-06T02:00Z", "2010-11-07T02:00Z", "2010-11-08T03:00Z"],
  ],
  [
    "a midnight that comes twice",
    "America/St_Johns",
    "0 0 * * *",
    "2010-11-07T00:00Z",
    "2010-11-09T00:00Z",
    ["2010-11-07T02:30Z", "2010-11-08T03:30Z"],
  ],
  [
    "two days that interleave",
    "America/St_Johns",
    "*/30 * * * *",
    "2010-11-07T01:30Z",
    "2010-11-07T04:00Z",
    ["2010-11-07T01:30Z", "2010-11-07T02:00Z", "2010-11-07T02:30Z", "2010-11-07T03:00Z", "2010-11-07T03:30Z"],
  ],
  [
    "a midnight that does not exist",
    "America/Sao_Paulo",
    "0 0 * * *",
    "2018-11-03T00:00Z",
    "2018-11-06T00:00Z",
    ["2018-11-03T03:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z"],
  ],
];

const CALENDAR: Case[] = [
  [
    "leap days, but for the century's",
    "Europe/Berlin",
    "0 12 29 2 *",
    "2091-01-01T00:00Z",
    "2109-01-01T00:00Z",
    ["2092-02-29T11:00Z", "2096-02-29T11:00Z", "2104-02-29T11:00Z", "2108-02-29T11:00Z"],
  ],
  [
    "the last day of the month",
    "America/New_York",
    "0 0 L * *",
    "2028-01-15T00:00Z",
    "2028-05-15T00:00Z",
    ["2028-01-31T05:00Z", "2028-02-29T05:00Z", "2028-03-31T04:00Z", "2028-04-30T04:00Z"],
  ],
  [
    "the 31st, only in months that have one",
    "Europe/Berlin",
    "0 8 31 * *",
    "2026-01-01T00:00Z",
    "2027-01-01T00:00Z",
    [
      "2026-01-31T07:00Z",
      "2026-03-31T06:00Z",
      "2026-05-31T06:00Z",
      "2026-07-31T06:00Z",
      "2026-08-31T06:00Z",
      "2026-10-31T07:00Z",
      "2026-12-31T07:00Z",
    ],
  ],
  [
    "day of month and weekday: either matches",
    "America/New_York",
    "0 9 13 * FRI",
    "2026-04-10T00:00Z",
    "2026-04-18T00:00Z",
    ["2026-04-10T13:00Z", "2026-04-13T13:00Z", "2026-04-17T13:00Z"],
  ],
  [
    "the third Thursday and the last Friday",
    "Asia/Kathmandu",
    "0 0 * * THU#3,FRI#L",
    "2026-01-01T00:00Z",
    "2026-03-01T00:00Z",
    ["2026-01-14T18:15Z", "2026-01-29T18:15Z", "2026-02-18T18:15Z", "2026-02-26T18:15Z"],
  ],
  [
    "the new year of the first zone",
    "Pacific/Kiritimati",
    "@yearly",
    "2025-06-01T00:00Z",
    "2027-06-01T00:00Z",
    ["2025-12-31T10:00Z", "2026-12-31T10:00Z"],
  ],
  [
    "the last minute of the year",
    "America/New_York",
    "59 23 31 12 *",
    "2026-01-01T00:00Z",
    "2027-06-01T00:00Z",
    ["2026-01-01T04:59Z", "2027-01-01T04:59Z"],
  ],
  [
    "days across the year's end",
    "Europe/Berlin",
    "30 0 * * *",
    "2026-12-30T12:00Z",
    "2027-01-02T12:00Z",
    ["2026-12-30T23:30Z", "2026-12-31T23:30Z", "2027-01-01T23:30Z"],
  ],
  [
    "every 15 minutes across the year's end",
    "Asia/Kathmandu",
    "*/15 * * * *",
    "2026-12-31T18:00Z",
    "2026-12-31T18:45Z",
    ["2026-12-31T18:00Z", "2026-12-31T18:15Z", "2026-12-31T18:30Z"],
  ],
];

describe.each([
  ["Berlin", BERLIN],
  ["New York", NEW_YORK],
  ["elsewhere", ELSEWHERE],
  ["the calendar", CALENDAR],
])("In %s:", (_, cases) => {
  test.each(cases)("%s (%s, %s)", (_what, timeZone, cron, from, until, expected) => {
    expect(
      written(occurrences({ cron, timeZone }, { from: at(from), until: at(until), limit: 100 })),
    ).toEqual(expected);
  });

  test.each(cases)("%s (%s, %s), in half-hour slices", (_what, timeZone, cron, from, until, expected) => {
    const days = new Set(expected.map((run) => run.slice(0, 10)));
    const runs = [...days].flatMap((day) =>
      Array.from({ length: 48 }, (_slice, slice) => at(`${day}T00:00Z`) + slice * HALF_HOUR_MS).flatMap(
        (start) => occurrences({ cron, timeZone }, { from: start, until: start + HALF_HOUR_MS, limit: 100 }),
      ),
    );
    const within = runs.filter((run) => run >= at(from) && run < at(until));
    expect(written(within)).toEqual(expected);
  });
});
