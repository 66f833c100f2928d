import { JOBS_A_DAY, type Sum } from "./day.ts";
import { shown, table } from "./figures.ts";
import { KEPT_DAYS } from "./stock.ts";

const DAY_SECONDS = 24 * 3600;
/** D1 runs one statement after the other; at a millisecond each, so many. */
const STATEMENTS_A_SECOND = 1000;
const D1_BYTES = 10e9;
/** Requests a second of one object, by the platform's soft limit. */
const CALLS_A_SECOND = 1000;

/** How many hosts of the counted day the platform carries, thing by thing, each with what it is taken from. */
export const capacityTable = (day: Sum, jobBytes: number): string[] => {
  const kept = JOBS_A_DAY * KEPT_DAYS;
  return table(
    ["", "hosts", "assumption"],
    [
      [
        "one D1, by its statements",
        shown(Math.floor((STATEMENTS_A_SECOND * DAY_SECONDS) / day.statements)),
        `${shown(STATEMENTS_A_SECOND)} statements a second, spread evenly; ${shown(day.statements)} a host-day`,
      ],
      [
        "one D1, by its round trips",
        shown(Math.floor((STATEMENTS_A_SECOND * DAY_SECONDS) / day.d1RoundTrips)),
        `the same, were a batch no dearer than a statement; ${shown(day.d1RoundTrips)} a host-day`,
      ],
      [
        "one D1, by its size",
        shown(Math.floor(D1_BYTES / (kept * jobBytes))),
        `10 GB; jobs kept ${KEPT_DAYS} days: ${shown(kept)} a host, ${shown(jobBytes)} bytes each`,
      ],
      [
        "one object class",
        "no limit",
        `one object a host: ${((100 * day.objectCalls) / (CALLS_A_SECOND * DAY_SECONDS)).toFixed(4)} % of the ${shown(CALLS_A_SECOND)} calls a second that one takes`,
      ],
    ],
  );
};
