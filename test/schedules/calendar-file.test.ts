import { expect, test } from "vitest";
import { spansInCalendar } from "../../src/schedules/calendar-file.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const file = (...events: string[]) =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    ...events.flatMap((event) => ["BEGIN:VEVENT", event, "END:VEVENT"]),
    "END:VCALENDAR",
  ].join("\r\n");
const read = (text: string, timeZone = "Europe/Berlin") => spansInCalendar(text, { now: NOW, timeZone });
/** The spans in UTC, with the name. */
const spans = (text: string, timeZone?: string) => {
  const found = read(text, timeZone);
  if ("problem" in found) throw new Error(found.problem);
  return found.value.map(({ from, until, name }) => {
    const [begin, end] = [from, until].map((at) => new Date(at).toISOString().slice(0, 16));
    return `${begin} ${end} ${name}`;
  });
};

test("days are those of the zone that is asked for, also where its clocks change", () => {
  const day = file("DTSTART;VALUE=DATE:20260329\r\nSUMMARY:Spring");
  expect(spans(day)).toEqual(["2026-03-28T23:00 2026-03-29T22:00 Spring"]);
  expect(spans(day, "UTC")).toEqual(["2026-03-29T00:00 2026-03-30T00:00 Spring"]);
  expect(spans(file("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270102\r\nSUMMARY:Between"))).toEqual([
    "2026-12-23T23:00 2027-01-01T23:00 Between",
  ]);
});

test("times are of their own zone, of UTC, or of the zone that is asked for", () => {
  const at = (start: string, end: string) => spans(file(`${start}\nDTEND:${end}\nSUMMARY:Window`));
  expect(at("DTSTART;TZID=America/New_York:20260310T220000", "20260311T040000Z")).toEqual([
    "2026-03-11T02:00 2026-03-11T04:00 Window",
  ]);
  expect(at("DTSTART:20260310T220000Z", "20260311T000000Z")).toEqual([
    "2026-03-10T22:00 2026-03-11T00:00 Window",
  ]);
  expect(at("DTSTART:20260310T220000", "20260311T000000")).toEqual([
    "2026-03-10T21:00 2026-03-10T23:00 Window",
  ]);
  expect(spans(file('DTSTART;X-A="a:b;c";TZID="Asia/Tokyo":20260310T000000\nDURATION:PT90M'))).toEqual([
    "2026-03-09T15:00 2026-03-09T16:30 An event",
  ]);
});

test("an event that repeats gives a span each time, for two years", () => {
  const weekly = file(
    "DTSTART;TZID=Europe/Berlin:20260103T220000\nDTEND;TZID=Europe/Berlin:20260104T020000\nRRULE:FREQ=WEEKLY;BYDAY=SA\nSUMMARY:Patches",
  );
  expect(spans(weekly).slice(0, 5)).toEqual([
    "2026-03-07T21:00 2026-03-08T01:00 Patches",
    "2026-03-14T21:00 2026-03-15T01:00 Patches",
    "2026-03-21T21:00 2026-03-22T01:00 Patches",
    "2026-03-28T21:00 2026-03-29T01:00 Patches",
    "2026-04-04T20:00 2026-04-05T00:00 Patches",
  ]);
  expect(spans(weekly)).toHaveLength(104);
});

test.each([
  ["FREQ=YEARLY", "20240229", ["2028-02-29"]],
  ["FREQ=YEARLY", "20200501", ["2026-05-01", "2027-05-01"]],
  ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20201126", ["2026-11-26", "2027-11-25"]],
  ["FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260430", "20260130", ["2026-03-27", "2026-04-24"]],
  ["FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4", "20260131", ["2026-03-31", "2026-05-31", "2026-07-31"]],
  ["FREQ=WEEKLY;INTERVAL=2;UNTIL=20260330", "20260302", ["2026-03-02", "2026-03-16", "2026-03-30"]],
  [
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;COUNT=4;WKST=MO",
    "20260302",
    ["2026-03-02", "2026-03-03", "2026-03-16", "2026-03-17"],
  ],
  ["FREQ=DAILY;INTERVAL=3;COUNT=3", "20260301", ["2026-03-04", "2026-03-07"]],
  ["FREQ=MONTHLY;INTERVAL=6;COUNT=3", "20260310", ["2026-03-10", "2026-09-10", "2027-03-10"]],
])("%s from %s on", (rule, start, days) => {
  const found = spans(file(`DTSTART;VALUE=DATE:${start}\nRRULE:${rule}`), "UTC");
  expect(found.map((span) => span.slice(0, 10)).slice(0, 6)).toEqual(days);
});

test.each([
  ["SU", "20270103", "SU,MO", ["01-03", "01-04", "01-17", "01-18", "01-31"]],
  ["MO", "20270103", "SU,MO", ["01-03", "01-11", "01-17", "01-25", "01-31"]],
  ["MO", "20270105", "TU,SU", ["01-05", "01-10", "01-19", "01-24", "02-02"]],
  ["SU", "20270105", "TU,SU", ["01-05", "01-17", "01-19", "01-31", "02-02"]],
  ["SA", "20270108", "FR,SA", ["01-08", "01-16", "01-22", "01-30", "02-05"]],
  ["WE", "20270105", "TU,WE", ["01-05", "01-13", "01-19", "01-27", "02-02"]],
])("every second week begins on %s from %s on, by %s", (weekStart, start, byDay, days) => {
  const rule = `FREQ=WEEKLY;INTERVAL=2;BYDAY=${byDay};WKST=${weekStart};COUNT=5`;
  const found = spans(file(`DTSTART:${start}T100000Z\nDURATION:PT1H\nRRULE:${rule}`), "UTC");
  expect(found.map((span) => span.slice(5, 10))).toEqual(days);
  if (weekStart !== "MO") return;
  const byDefault = rule.replace(";WKST=MO", "");
  expect(spans(file(`DTSTART:${start}T100000Z\nDURATION:PT1H\nRRULE:${byDefault}`), "UTC")).toEqual(found);
});

test("left out and moved repetitions are heeded, and cancelled events are left out", () => {
  const base = "UID:1\nDTSTART;TZID=UTC:20260304T100000\nDURATION:PT1H\nSUMMARY:Window";
  expect(
    spans(
      file(
        `${base}\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=UTC:20260305T100000`,
        "UID:1\nRECURRENCE-ID;TZID=UTC:20260306T100000\nDTSTART;TZID=UTC:20260306T150000\nDURATION:PT1H\nSUMMARY:Moved",
        `${base}\nSTATUS:CANCELLED`,
      ),
    ),
  ).toEqual([
    "2026-03-04T10:00 2026-03-04T11:00 Window",
    "2026-03-06T15:00 2026-03-06T16:00 Moved",
    "2026-03-07T10:00 2026-03-07T11:00 Window",
  ]);
});

test("folded lines, escapes and alarms are read as the standard says", () => {
  const text = file(
    "DTSTART;VALUE=DATE:20261224\r\nSUMMARY:Eve\\, and \r\n the days\\nafter\r\nBEGIN:VALARM\r\nDURATION:PT5M\r\nSUMMARY:Wake\r\nEND:VALARM",
  );
  expect(spans(text)).toEqual(["2026-12-23T23:00 2026-12-24T23:00 Eve, and the days after"]);
});

test.each([
  ["hello", /must be a calendar file/],
  [file("SUMMARY:x"), /holds an event, "x", that has no DTSTART/],
  [file("DTSTART:20260230T100000Z\nSUMMARY:x"), /which is no time/],
  [
    file("DTSTART;TZID=W. Europe Standard Time:20260310T100000"),
    /names the zone "W. Europe Standard Time", which is no IANA zone/,
  ],
  [file("DTSTART:20260310T100000Z"), /has no length/],
  [file("DTSTART;VALUE=DATE:20260310\nRDATE;VALUE=DATE:20260311"), /RDATE/],
  [file("DTSTART;VALUE=DATE:20200310"), /holds no event that is still to come/],
  [file("DTSTART;VALUE=DATE:20000310\nRRULE:FREQ=DAILY;COUNT=900"), /more than ten years ago/],
  [
    file(
      "DTSTART:20260310T100000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY",
      "DTSTART:20260310T110000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY",
    ),
    /more than 1000 times/,
  ],
])("%j is refused with the reason", (text, problem) => {
  expect(read(text)).toEqual({ problem: expect.stringMatching(problem) });
});

test.each([
  "FREQ=SECONDLY",
  "FREQ=MINUTELY;BYHOUR=3",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2",
  "FREQ=DAILY;INTERVAL=0",
  "FREQ=WEEKLY;INTERVAL=999999999",
  "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
  "FREQ=YEARLY;BYDAY=53MO",
  "FREQ=YEARLY;BYWEEKNO=53",
  "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
  "FREQ=WEEKLY;INTERVAL=2;WKST=XX",
  "FREQ=WEEKLY;INTERVAL=2;WKST=",
  "FREQ=WEEKLY;INTERVAL=2;WKST=1SU",
  "COUNT=3",
  "",
])("a rule that no cron says is refused at once: %s", (rule) => {
  expect(read(file(`DTSTART;VALUE=DATE:20260305\nRRULE:${rule}`))).toEqual({
    problem: expect.stringMatching(/which is not taken/),
  });
});

test("a hostile file is read in a moment", () => {
  const began = performance.now();
  const many = Array.from(
    { length: 100 },
    (_, n) =>
      `DTSTART;VALUE=DATE:2017${n < 50 ? "03" : "04"}05\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=999;BYMONTH=1`,
  );
  read(file(...many));
  read(`BEGIN:VCALENDAR\r\n${"BEGIN:VEVENT\r\n".repeat(50_000)}`);
  read(`BEGIN:VCALENDAR\r\nA${';b="'.repeat(100_000)}`);
  expect(performance.now() - began).toBeLessThan(8000);
});
