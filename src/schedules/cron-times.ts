import { Cron, CronPattern } from "croner";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../wire/durations.ts";
import { type Change, changeAround } from "./time-zone.ts";

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * SUN"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

const FIELDS = [
  { name: "minute", form: "0 to 59, like 30, 0,30, 10-20 or */15", first: "0", last: "59" },
  { name: "hour", form: "0 to 23, like 6, 6,18, 8-17 or */2", first: "0", last: "23" },
  {
    name: "day of month",
    form: "1 to 31 or L for the last day, like 1, 1,15, 1-7, */2 or L",
    first: "1",
    last: "31",
  },
  { name: "month", form: "1 to 12 or JAN to DEC, like 3, JAN,JUL, MAR-MAY or */3", first: "1", last: "12" },
  {
    name: "weekday",
    form: "0 to 7 (0 and 7 are Sunday) or SUN to SAT, like MON-FRI, MON#1 or FRI#L",
    first: "0",
    last: "6",
  },
];

/** A cron's form, for messages. */
const CRON_FORM = `five fields (minute hour day-of-month month weekday, like 30 6 * * MON-FRI) or one of ${[...NICKNAMES.keys()].join(", ")}`;

const MAX_CHARACTERS = 255;
const MODE = "5-part";

/** The days and times of a cron, on a wall clock without a time zone. */
interface Cadence {
  /** Each day by its midnight, as if the clock showed UTC. */
  days: Cron;
  /** Milliseconds after midnight, ascending. */
  times: number[];
  /** The hour field has a `*`, a `?` or a step: runs follow elapsed time when the clocks change. */
  elapsed: boolean;
}

export type Reading = { cadence: Cadence } | { problem: string };

/** Cuts a text to fit a message. */
const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);

/**
 * Parses a cron: five fields, or a nickname. Fields take names, lists, ranges, steps and `?`, and croner's
 * `L`, `W` and `#`. If day of month and weekday are both set, either matches. A cron whose days never exist
 * is a problem. `problem` completes a sentence that begins with the field's name.
 */
export const parseCron = (text: string): Reading => {
  const reading = readCron(text);
  if ("problem" in reading || everFires(fieldsOf(text))) return reading;
  return { problem: `must name a day that exists: none of the months in ${quote(text)} has such a day` };
};

const fieldsOf = (text: string): string[] => {
  const trimmed = text.trim();
  return (NICKNAMES.get(trimmed.toLowerCase()) ?? trimmed).split(/\s+/);
};

/** A zone before the fields, as in some crontabs. */
const ZONE_PREFIX = /^\s*(CRON_TZ|TZ)=(\S*)\s*(.*)$/is;

const readCron = (text: string): Reading => {
  if (text.length > MAX_CHARACTERS) {
    return { problem: `must be at most ${MAX_CHARACTERS} characters: ${CRON_FORM}` };
  }
  const [, prefix, zone = "", rest = ""] = ZONE_PREFIX.exec(text) ?? [];
  if (prefix !== undefined) {
    return {
      problem: `must be without ${prefix}=: its zone goes in time_zone, so send cron ${quote(rest.trim())} with time_zone ${quote(zone)}`,
    };
  }
  const fields = fieldsOf(text);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== FIELDS.length || minute === "") {
    return { problem: `must be ${CRON_FORM}: ${quote(text)} is neither` };
  }
  if (weekday.startsWith("+")) {
    return { problem: "must have no + before its weekday: where day of month is set too, either matches" };
  }
  const pattern = patternOf(fields);
  if (!pattern) return { problem: fieldProblem(fields) };
  return {
    cadence: {
      days: new Cron(`0 0 ${day} ${month} ${weekday}`, { mode: MODE, utcOffset: 0 }),
      times: timesOf(pattern),
      elapsed: /[*?/]/.test(hour),
    },
  };
};

/** Undefined if croner refuses the fields. */
const patternOf = (fields: readonly string[]): CronPattern | undefined => {
  try {
    return new CronPattern(fields.join(" "), undefined, { mode: MODE });
  } catch {
    return undefined;
  }
};

const timesOf = ({ hour, minute }: CronPattern): number[] =>
  hour.flatMap((named, hours) =>
    named ? minute.flatMap((set, minutes) => (set ? [hours * HOUR_MS + minutes * MINUTE_MS] : [])) : [],
  );

const fieldProblem = (fields: readonly string[]): string => {
  const wrong = FIELDS.flatMap(({ name, form }, place) => {
    const field = fields[place] ?? "";
    const alone = FIELDS.map((_, other) => (other === place ? field : "*"));
    if (patternOf(alone)) return [];
    return [`must have as its ${name} ${form}, not ${quote(field)}${stepAdvice(alone, place)}`];
  });
  return wrong[0] ?? `must be ${CRON_FORM}`;
};

const FROM_STEP = /^(\w+)\/(\d+)$/;

/** How to write a field that steps from a value on, which Quartz allows; empty for other mistakes. */
const stepAdvice = (alone: readonly string[], place: number): string => {
  const field = alone[place] ?? "";
  const { first, last } = FIELDS[place] ?? {};
  const written = field
    .split(",")
    .map((part) =>
      part.replace(FROM_STEP, (_, from: string, step: string) =>
        from === first ? `*/${step}` : `${from}-${last}/${step}`,
      ),
    )
    .join(",");
  return written !== field && patternOf(alone.with(place, written))
    ? `: steps from a value on are written ${written}`
    : "";
};

/** In 28 years each date, 29 February too, falls on each weekday. A cron that does not fire in them never fires. */
const everFires = ([, , day = "", month = "", weekday = ""]: readonly string[]): boolean => {
  const cycle = new Cron(`0 0 0 ${day} ${month} ${weekday} 2000-2027`, { mode: "7-part", utcOffset: 0 });
  return cycle.nextRun(new Date(Date.UTC(1999, 11, 31))) !== null;
};

/**
 * The instants in [from, until) at which a cron (accepted by `parseCron`) runs in a zone (accepted by
 * `isZone`): ascending, at most `limit`, in epoch milliseconds. Slicing a span differently changes nothing.
 * When the clocks change, a cron with fixed hours runs once for each local time that it names: at the first
 * instant after the gap if the time does not exist, the first time if it exists twice. A cron that follows
 * elapsed time runs at each instant that shows a named local time. There are no runs from the year 3000 on.
 */
export const occurrences = (
  { cron, timeZone }: { cron: string; timeZone: string },
  { from, until, limit }: { from: number; until: number; limit: number },
): number[] => {
  const reading = readCron(cron);
  if ("problem" in reading) throw new Error(`the cron ${quote(cron)} ${reading.problem}`);
  const { cadence } = reading;
  const settled: number[] = [];
  let open: number[] = [];
  for (const date of cadence.days.enumerate(new Date(from - 2 * DAY_MS))) {
    const day = date.getTime();
    // No wall clock is a whole day from UTC: the runs of this day and later ones come after its eve.
    const eve = day - DAY_MS;
    settled.push(...open.filter((at) => at < eve));
    open = open.filter((at) => at >= eve);
    if (eve >= until || settled.length >= limit) break;
    const runs = runsOf(cadence, day, timeZone).filter((at) => at >= from && at < until);
    open = [...new Set([...open, ...runs])].sort((a, b) => a - b);
  }
  return [...settled, ...open].slice(0, Math.max(0, limit));
};

/**
 * The instants of one local day, unordered. Times in one gap give the same instant, so it may appear twice.
 */
const runsOf = ({ times, elapsed }: Cadence, day: number, timeZone: string): number[] => {
  const change = changeAround(timeZone, day);
  return elapsed
    ? times.flatMap((time) => everyInstant(day + time, change))
    : times.map((time) => firstInstant(day + time, change));
};

/** The instants that show this local time: none in a gap, two if it exists twice. */
const everyInstant = (local: number, { before, after, at }: Change): number[] => [
  ...(local - before < at ? [local - before] : []),
  ...(local - after >= at ? [local - after] : []),
];

/** The first instant that shows this local time (as if in UTC); the end of the gap if the time does not exist. */
const firstInstant = (local: number, { before, after, at }: Change): number =>
  local - before < at ? local - before : Math.max(local - after, at);

/** The same in a zone. All in milliseconds. */
export const instantOfLocal = (local: number, timeZone: string): number =>
  firstInstant(local, changeAround(timeZone, Math.floor(local / DAY_MS) * DAY_MS));
