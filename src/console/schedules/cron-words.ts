const WEEKDAYS = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
const DAY_NAMES = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];
const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * SUN",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
/** More times than these are not listed. */
const MAX_TIMES = 4;
const MAX_NAMED = 5;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

const two = (number: number): string => String(number).padStart(2, "0");
const clock = (hour: number, minute: number): string => `${two(hour)}:${two(minute)}`;

const ordinal = (number: number): string => {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th")}`;
};

/** What a field names: null is everything. Undefined for forms that have no words. */
type Named = number[] | null | undefined;

const numberOf = (text: string, names: readonly string[], first: number): number | undefined => {
  const named = names.indexOf(text.slice(0, 3).toUpperCase());
  if (named >= 0 && text.length === 3) return named + first;
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
};

const partOf = (part: string, { names, first, last }: Field): number[] | undefined => {
  const [, from = "", to, step = "1"] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const isAll = from === "*";
  const low = isAll ? first : numberOf(from, names, first);
  const high = isAll ? last : to === undefined ? low : numberOf(to, names, first);
  if (low === undefined || high === undefined || high < low || Number(step) === 0) return undefined;
  return Array.from({ length: high - low + 1 }, (_, place) => low + place).filter(
    (_, place) => place % Number(step) === 0,
  );
};

interface Field {
  names: readonly string[];
  first: number;
  last: number;
}
const MINUTES: Field = { names: [], first: 0, last: 59 };
const HOURS: Field = { names: [], first: 0, last: 23 };
const DAYS: Field = { names: [], first: 1, last: 31 };
const MONTHS_FIELD: Field = {
  names: MONTHS.map((name) => name.slice(0, 3).toUpperCase()),
  first: 1,
  last: 12,
};
/** From Sunday, as in a cron; `weekdaysIn` has them from Monday. */
const CRON_DAYS: Field = { names: ["SUN", ...DAY_NAMES.slice(0, 6)], first: 0, last: 7 };

const named = (text: string, field: Field): Named => {
  if (text === "*") return null;
  const parts = text.split(",").map((part) => partOf(part, field));
  if (parts.includes(undefined)) return undefined;
  return [...new Set(parts.flatMap((part) => part ?? []))].sort((one, other) => one - other);
};

const stepOf = (text: string): number | undefined => {
  const [, step] = /^\*\/(\d{1,2})$/.exec(text) ?? [];
  return step === undefined ? undefined : Number(step);
};

const isRun = (numbers: readonly number[]): boolean =>
  numbers.every((number, place) => number === (numbers[0] ?? 0) + place);

/** The times of a day: `at` as a list of them, or `every` so often. */
const timesOf = (minute: string, hour: string): { at: string } | { every: string } | undefined => {
  const [minutes, hours] = [named(minute, MINUTES), named(hour, HOURS)];
  if (minutes === undefined || hours === undefined) return undefined;
  const [first = 0] = minutes ?? [];
  const isOnce = minutes?.length === 1;
  const hourStep = stepOf(hour);
  const past = first === 0 ? "" : ` at ${first} past`;
  if (hourStep !== undefined && isOnce) return { every: `every ${hourStep} hours${past}` };
  if (minutes && hours && minutes.length * hours.length <= MAX_TIMES)
    return { at: listed(hours.flatMap((each) => minutes.map((past) => clock(each, past)))) };
  const step = stepOf(minute);
  const often = minutes === null ? "every minute" : step !== undefined ? `every ${step} minutes` : undefined;
  if (hours === null && isOnce) return { every: `every hour${past}` };
  if (hours === null) return often === undefined ? undefined : { every: often };
  if (!isRun(hours)) return undefined;
  const [from = 0, to = 0] = [hours[0], hours.at(-1)];
  if (isOnce) return { every: `every hour from ${clock(from, first)} to ${clock(to, first)}` };
  return often === undefined ? undefined : { every: `${often} from ${clock(from, 0)} to ${clock(to, 59)}` };
};

const NTH = ["first", "second", "third", "fourth", "fifth"];

/** A weekday of a month, as `MON#1` or `FRI#L`. */
const nthOf = (text: string): string | undefined => {
  const [, day = "", nth = ""] = /^([A-Za-z]{3})#([1-5L])$/i.exec(text) ?? [];
  const weekday = WEEKDAYS[DAY_NAMES.indexOf(day.toUpperCase())];
  if (weekday === undefined) return undefined;
  const which = nth.toUpperCase() === "L" ? "last" : NTH[Number(nth) - 1];
  return `the ${which} ${weekday.slice(0, -1)} of the month`;
};

const weekdaysOf = (text: string): string | null | undefined => {
  const nth = nthOf(text);
  if (nth !== undefined) return nth;
  const days = named(text, CRON_DAYS);
  if (!days) return days;
  const fromMonday = [...new Set(days.map((day) => (day + 6) % 7))].sort((one, other) => one - other);
  if (fromMonday.length === 7) return null;
  const words = fromMonday.flatMap((day) => WEEKDAYS[day] ?? []);
  return words.length > 2 && isRun(fromMonday) ? `${words[0]} to ${words.at(-1)}` : listed(words);
};

const monthDaysOf = (text: string): string | null | undefined => {
  if (text.toUpperCase() === "L") return "the last day of the month";
  const days = named(text, DAYS);
  if (!days) return days;
  return days.length > MAX_NAMED ? undefined : `the ${listed(days.map(ordinal))} of the month`;
};

const monthsOf = (text: string): string | null | undefined => {
  const months = named(text, MONTHS_FIELD);
  if (!months) return months;
  const words = months.flatMap((month) => MONTHS[month - 1] ?? []);
  return words.length > 2 && isRun(months) ? `${words[0]} to ${words.at(-1)}` : listed(words);
};

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A cron in words: `Mondays to Fridays 06:15`. Undefined for a form that has none. */
export const cronWords = (cron: string): string | undefined => {
  const fields = (NICKNAMES[cron.trim().toLowerCase()] ?? cron.trim()).split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const times = timesOf(minute, hour);
  const [monthDays, months, weekdays] = [monthDaysOf(day), monthsOf(month), weekdaysOf(weekday)];
  if (!times || monthDays === undefined || months === undefined || weekdays === undefined) return undefined;
  // Day of month and weekday together: either matches.
  const days = [monthDays, weekdays].filter((words) => words !== null).join(", and ");
  const within = months === null ? "" : ` in ${months}`;
  if ("every" in times) return `${capital(times.every)}${days === "" ? "" : `, ${days}`}${within}`;
  return `${capital(days === "" ? "every day" : days)}${within} ${times.at}`;
};
