import { localTime } from "../../schedules/time-zone.ts";
import { usePageContext } from "../page-context.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A local time like `2 Mar 10:00`, with the year if it is another. `public/assets/console.js` formats it the same way.
 */
export const clockText = (
  at: number,
  zone: string,
  { now, seconds = false }: { now: number; seconds?: boolean },
): string => {
  const local = localTime(at, zone);
  const [year = "", month = "", day = ""] = local.slice(0, 10).split("-");
  const date = `${Number(day)} ${MONTHS[Number(month) - 1]}`;
  const shownYear = localTime(now, zone).startsWith(year) ? "" : ` ${year}`;
  return `${date}${shownYear} ${local.slice(11, seconds ? 19 : 16)}`;
};

const utcText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const size = (ms: number): string => {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} days`;
};

/** The distance from now, in words. `public/assets/console.js` formats it the same way. */
export const distanceText = (at: number, now: number): string => {
  const distance = Math.abs(now - at);
  if (distance < 5 * SECOND) return "just now";
  return at < now ? `${size(distance)} ago` : `in ${size(distance)}`;
};

/** To the second: a list has many. */
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** A time in the user's zone; the tooltip shows UTC. */
export const Time = ({ at, seconds = false }: { at: number; seconds?: boolean }) => {
  const { zone, now } = usePageContext();
  return (
    <time datetime={iso(at)} title={utcText(at)} {...(seconds ? { "data-seconds": "" } : {})}>
      {clockText(at, zone, { now, seconds })}
    </time>
  );
};

/** A time as its distance from now; a script keeps it current. `bare`: the distance alone, `3 min`. */
export const Ago = ({ at, bare = false }: { at: number; bare?: boolean }) => {
  const { now } = usePageContext();
  return (
    <time datetime={iso(at)} title={utcText(at)} data-ago={bare ? "bare" : ""}>
      {bare ? size(Math.abs(now - at)) : distanceText(at, now)}
    </time>
  );
};

export const lengthText = (ms: number): string => {
  if (ms < MINUTE) return `${Math.max(0, Math.round(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`;
  return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`;
};

const TEN_SECONDS = 10 * SECOND;

/** A duration in words; below ten seconds with a decimal. */
export const shortText = (ms: number): string =>
  ms < TEN_SECONDS ? `${(Math.max(0, ms) / SECOND).toFixed(1)} s` : lengthText(ms);
