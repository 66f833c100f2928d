import fc from "fast-check";
import { expect, test } from "vitest";
import { occurrences } from "../../src/schedules/cron-times.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Zones with an instant at which their clocks change. */
const CHANGES = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["America/St_Johns", "2010-11-07T02:31:00Z"],
  ["America/St_Johns", "2011-03-13T03:31:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00:00Z"],
  ["Antarctica/Troll", "2026-03-29T01:00:00Z"],
  ["Asia/Pyongyang", "2018-05-04T15:00:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Asia/Kathmandu", "2026-12-31T18:15:00Z"],
  ["UTC", "2028-02-29T00:00:00Z"],
] as const;
const change = fc.constantFrom(...CHANGES).map(([timeZone, text]) => ({ timeZone, at: Date.parse(text) }));

const list = (low: number, high: number) =>
  fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 });

/** A field of a cron with the numbers that it names. */
interface Field {
  text: string;
  names: (value: number) => boolean;
}
const listed = (low: number, high: number): fc.Arbitrary<Field> =>
  list(low, high).map((values) => ({ text: values.join(","), names: (value) => values.includes(value) }));
const stepped = (low: number, high: number): fc.Arbitrary<Field> =>
  fc.integer({ min: 1, max: high - low }).map((step) => ({
    text: `*/${step}`,
    names: (value) => (value - low) % step === 0,
  }));
const star: Field = { text: "*", names: () => true };

/** Early hours come most often: there the clocks change. */
const hour = fc.oneof(listed(0, 3), listed(0, 23), listed(21, 23), stepped(0, 23), fc.constant(star));
const minute = fc.oneof(
  listed(0, 59),
  stepped(0, 59),
  fc.constantFrom("0", "30").map((text) => ({ text, names: (value: number) => value === Number(text) })),
);
const day = fc.oneof(fc.constant(star), listed(1, 31));
const weekday = fc.oneof(fc.constant(star), listed(0, 6));
const fields = fc.record({ minute, hour, day, weekday });
type Fields = typeof fields extends fc.Arbitrary<infer Value> ? Value : never;

const cronOf = ({ minute, hour, day, weekday }: Fields): string =>
  `${minute.text} ${hour.text} ${day.text} * ${weekday.text}`;

const ALL = 100_000;
const ascending = (a: number, b: number) => a - b;

test("However time is sliced, within gaps and overlaps too, the runs are the same", () => {
  const cuts = fc.array(
    fc.oneof(
      fc.integer({ min: -150, max: 150 }).map((minutes) => minutes * MINUTE_MS),
      fc.integer({ min: -4 * DAY_MS, max: 4 * DAY_MS }),
      fc.integer({ min: -192, max: 192 }).map((halfHours) => halfHours * 30 * MINUTE_MS),
    ),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(fields, change, cuts, (named, { timeZone, at }, offsets) => {
      const schedule = { cron: cronOf(named), timeZone };
      const bounds = [-4 * DAY_MS, ...offsets, 4 * DAY_MS].sort(ascending).map((offset) => at + offset);
      const slices = bounds
        .slice(1)
        .flatMap((until, slice) =>
          occurrences(schedule, { from: bounds[slice] ?? until, until, limit: ALL }),
        );
      expect(slices).toEqual(
        occurrences(schedule, { from: at - 4 * DAY_MS, until: at + 4 * DAY_MS, limit: ALL }),
      );
    }),
    { numRuns: 300 },
  );
});

test("Taken a few at a time, each time from after the last, the runs are the same", () => {
  fc.assert(
    fc.property(fields, change, fc.integer({ min: 1, max: 40 }), (named, { timeZone, at }, few) => {
      const schedule = { cron: cronOf(named), timeZone };
      const until = at + 2 * DAY_MS;
      const runs: number[] = [];
      for (let from = at - 2 * DAY_MS; ; ) {
        const next = occurrences(schedule, { from, until, limit: few });
        runs.push(...next);
        const last = next.at(-1);
        if (next.length < few || last === undefined) break;
        from = last + 1;
      }
      expect(runs).toEqual(occurrences(schedule, { from: at - 2 * DAY_MS, until, limit: ALL }));
    }),
    { numRuns: 100 },
  );
});

/** The wall clock of a zone, read as if it were UTC, in milliseconds; computed by other means than the code under test. */
const wallClock = (timeZone: string): ((at: number) => number) => {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => Date.parse(`${clock.format(at).replace(" ", "T")}Z`);
};

const isNamed = ({ minute, hour, day, weekday }: Fields, local: Date): boolean => {
  const dayMatches = day.names(local.getUTCDate());
  const weekdayMatches = weekday.names(local.getUTCDay());
  const either = day.text !== "*" && weekday.text !== "*";
  return (
    minute.names(local.getUTCMinutes()) &&
    hour.names(local.getUTCHours()) &&
    (either ? dayMatches || weekdayMatches : dayMatches && weekdayMatches)
  );
};

/** Follows the clock minute by minute: a fixed hour runs when the highest time shown so far passes it. */
const watched = (
  named: Fields,
  timeZone: string,
  { from, until }: { from: number; until: number },
): number[] => {
  const clock = wallClock(timeZone);
  const elapsed = /[*/]/.test(named.hour.text);
  const runs: number[] = [];
  let highest = clock(from - 2 * DAY_MS - MINUTE_MS);
  for (let at = from - 2 * DAY_MS; at < until; at += MINUTE_MS) {
    const local = clock(at);
    const passed: number[] = [];
    for (let time = highest + MINUTE_MS; time <= local; time += MINUTE_MS) passed.push(time);
    highest = Math.max(highest, local);
    const shown = elapsed ? [local] : passed;
    if (at >= from && shown.some((time) => isNamed(named, new Date(time)))) runs.push(at);
  }
  return runs;
};

test("The runs are those of one who watches the clock", () => {
  fc.assert(
    fc.property(fields, change, (named, { timeZone, at }) => {
      const from = at - DAY_MS;
      const until = at + DAY_MS;
      expect(occurrences({ cron: cronOf(named), timeZone }, { from, until, limit: ALL })).toEqual(
        watched(named, timeZone, { from, until }),
      );
    }),
    { numRuns: 60 },
  );
});
