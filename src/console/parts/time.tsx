import { localTime } from "../../schedules/time-zone.ts";
import { usePageContext } from "../page-context.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time on a wall clock, as `public/assets/console.js` writes it too: `2 Mar 10:00`, with its year where that is another. */
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

export const utcText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const size = (ms: number): string => {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} days`;
};

/** How far a time is from now, in words, as `public/assets/console.js` writes it too. */
export const distanceText = (at: number, now: number): string => {
  const distance = Math.abs(now - at);
  if (distance < 5 * SECOND) return "just now";
  return at < now ? `${size(distance)} ago` : `in ${size(distance)}`;
};

const iso = (at: number): string => new Date(at).toISOString();

/** A time in the reader's zone; UTC on hover. */
export const Time = ({ at, seconds = false }: { at: number; seconds?: boolean }) => {
  const { zone, now } = usePageContext();
  return (
    <time datetime={iso(at)} title={utcText(at)} {...(seconds ? { "data-seconds": "" } : {})}>
      {clockText(at, zone, { now, seconds })}
    </time>
  );
};

/** The same as a distance from now, which the page keeps up by itself. */
export const Ago = ({ at }: { at: number }) => {
  const { now } = usePageContext();
  return (
    <time datetime={iso(at)} title={utcText(at)} data-ago="">
      {distanceText(at, now)}
    </time>
  );
};

/** How long something took, or takes until now. */
export const lengthText = (ms: number): string => {
  if (ms < MINUTE) return `${Math.max(0, Math.round(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`;
  return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`;
};

const TEN_SECONDS = 10 * SECOND;

/** A length of time in words; a short one to the tenth of a second. */
export const shortText = (ms: number): string =>
  ms < TEN_SECONDS ? `${(Math.max(0, ms) / SECOND).toFixed(1)} s` : lengthText(ms);
