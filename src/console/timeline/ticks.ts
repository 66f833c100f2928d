import { localTime } from "../../schedules/time-zone.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../wire/durations.ts";
import { instantOf } from "../parts/local-time.ts";
import type { Span, TimeWindow } from "./window.ts";

/** A mark of the axis, at a round local time. */
export interface Tick {
  at: number;
  label: string;
}

const STEPS: Readonly<Record<Span, number>> = {
  "1h": 10 * MINUTE_MS,
  "6h": HOUR_MS,
  "24h": 3 * HOUR_MS,
  "7d": DAY_MS,
};
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `10:30`, or the day where one begins. `wall` is a local time as if it were UTC. */
const labelOf = (wall: number): string => {
  if (wall % DAY_MS !== 0) return new Date(wall).toISOString().slice(11, 16);
  const day = new Date(wall);
  return `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()}`;
};

/** The round local times within a window, by its span: each ten minutes, hour, three hours or day. */
export const ticksOf = ({ span, from, to }: TimeWindow, zone: string): Tick[] => {
  const step = STEPS[span];
  const ticks: Tick[] = [];
  let wall = Math.ceil(Date.parse(`${localTime(from, zone).slice(0, 19)}Z`) / step) * step;
  // A day more than the window is long: clocks may be set back within it.
  for (const end = wall + (to - from) + DAY_MS; wall < end; wall += step) {
    const at = instantOf(new Date(wall).toISOString().slice(0, 16), zone);
    if (at === undefined || at < from || at <= (ticks.at(-1)?.at ?? 0)) continue;
    if (at >= to) break;
    ticks.push({ at, label: labelOf(wall) });
  }
  return ticks;
};
