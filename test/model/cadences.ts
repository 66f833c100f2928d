import { MISSED, ON_LOST, OVERLAPS } from "../../src/database/enums.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** After how long a job that nobody began is cancelled, where its schedule says so. */
export const EXPIRE_MS = 45 * MINUTE;

const CRONS = {
  "each minute": "* * * * *",
  "every 5 minutes": "*/5 * * * *",
  "every half hour": "*/30 * * * *",
  hourly: "0 * * * *",
  daily: "0 3 * * *",
} as const;
type Cron = keyof typeof CRONS;

/** Once, now or soon; by a cron; three times; until soon; or until a time that is past. */
export const CADENCES = [
  ...(["each minute", "every 5 minutes", "every half hour", "hourly", "daily"] as const),
  "once now",
  "once soon",
  "three times",
  "until soon",
  "over",
] as const;
export type Cadence = (typeof CADENCES)[number];

const isCron = (cadence: Cadence): cadence is Cron => cadence in CRONS;

const iso = (at: number): string => new Date(at).toISOString();

/** What a schedule's body says of when it runs. */
export const cadenceAt = (cadence: Cadence, now: number): Record<string, string | number> => {
  if (isCron(cadence)) return { cron: CRONS[cadence] };
  switch (cadence) {
    case "once now":
      return { start_date: iso(now) };
    case "once soon":
      return { start_date: iso(now + 5 * MINUTE) };
    case "three times":
      return { cron: CRONS["every 5 minutes"], max_runs: 3 };
    case "until soon":
      return { cron: CRONS["every 5 minutes"], end_date: iso(now + 17 * MINUTE) };
    case "over":
      return { cron: CRONS.hourly, end_date: iso(now - MINUTE) };
    default:
      throw new Error(`no cadence ${cadence}`);
  }
};

/** What a schedule says beside when it runs. */
export interface Saying {
  overlap: (typeof OVERLAPS)[number];
  missed: (typeof MISSED)[number];
  onLost: (typeof ON_LOST)[number];
  expires: boolean;
}

export { MISSED, ON_LOST, OVERLAPS };
