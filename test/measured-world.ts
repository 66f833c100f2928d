import { afterAll } from "vitest";
import { counting } from "./fault-injection.ts";
import { World } from "./world.ts";

/** A world whose trips to D1 and calls of objects are counted; what is noted is printed at the end of the file. */
export const measuredWorld = () => {
  const { seam, counts } = counting();

  /** The measurements, by call and by number of jobs; printed at the end. */
  const readings = new Map<string, Map<number, { read: number; line: string }>>();

  const note = (what: string, size: number): void => {
    const { d1RoundTrips, rowsRead, rowsWritten, objectCalls } = counts;
    const line = `${what} (${size} jobs): ${d1RoundTrips} D1 round trips, ${rowsRead} rows read, ${rowsWritten} written; object ${JSON.stringify(objectCalls)}`;
    readings.set(what, new Map(readings.get(what)).set(size, { read: rowsRead, line }));
  };

  afterAll(() => {
    for (const bySize of readings.values()) for (const { line } of bySize.values()) console.log(line);
  });

  return { world: new World({ seam }), counts, readings, note };
};
