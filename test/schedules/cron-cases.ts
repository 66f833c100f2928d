import { describe, expect, test } from "vitest";
import { occurrences } from "../../src/schedules/cron-times.ts";

const HALF_HOUR_MS = 30 * 60_000;
const at = (text: string): number => Date.parse(text);
const written = (runs: number[]): string[] =>
  runs.map((run) => new Date(run).toISOString().replace(":00.000Z", "Z"));

/** What it shows, zone, cron, from, until, the instants: all UTC. */
export type Case = [string, string, string, string, string, string[]];

/** Tests that each cron runs at its instants, planned at once and in half-hour slices. */
export const testCases = (place: string, cases: Case[]): void => {
  describe(`In ${place}:`, () => {
    test.each(cases)("%s (%s, %s)", (_what, timeZone, cron, from, until, expected) => {
      expect(
        written(occurrences({ cron, timeZone }, { from: at(from), until: at(until), limit: 100 })),
      ).toEqual(expected);
    });

    test.each(cases)("%s (%s, %s), in half-hour slices", (_what, timeZone, cron, from, until, expected) => {
      const days = new Set(expected.map((run) => run.slice(0, 10)));
      const runs = [...days].flatMap((day) =>
        Array.from({ length: 48 }, (_slice, slice) => at(`${day}T00:00Z`) + slice * HALF_HOUR_MS).flatMap(
          (start) =>
            occurrences({ cron, timeZone }, { from: start, until: start + HALF_HOUR_MS, limit: 100 }),
        ),
      );
      const within = runs.filter((run) => run >= at(from) && run < at(until));
      expect(written(within)).toEqual(expected);
    });
  });
};
