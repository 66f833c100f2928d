import { CALLING, CALLS, type Place, ping } from "./calls.ts";
import { capacityTable } from "./capacity.ts";
import { bytesAJob, dayTable, startCounted } from "./cost.ts";
import { requestsOf, runDay, sendAt } from "./day.ts";
import { mean, median, shown, table } from "./figures.ts";
import { KNOWN_FOR_MS } from "./introducer.ts";
import { furnish } from "./place.ts";
import type { Findings, Session } from "./session.ts";
import { measureTicks, type TickReading } from "./tick.ts";
import { LARGE, LARGE_QUICK, missedByTicks, SEED, SMALL, tickLines } from "./ticks.ts";
import type { Runtime } from "./workerd.ts";

const TIMES = 64;
/** SQLite's step beside an index entry counts or not, as its neighbours lie. */
const SLACK = 2;

/** The cost of a call: means of the counts, and the median of its times. */
interface Reading {
  statements: number;
  rowsRead: number;
  rowsWritten: number;
  ms: number;
}

type Readings = Map<string, Reading>;

const readCalls = async (place: Place, log: (text: string) => void): Promise<Readings> => {
  const readings: Readings = new Map();
  for (const call of CALLS) {
    log(`counting: ${call.name}`);
    const { list } = await call.requests(place, 2 * TIMES);
    const each: Reading[] = [];
    for (let time = 0; time < 2 * TIMES; time++) {
      const request = list[time % list.length];
      if (!request) throw new Error(`no request of ${call.name}`);
      const began = performance.now();
      const { taken } = await sendAt(place.worker.url, place.now, request);
      each.push({ ...taken, ms: performance.now() - began });
    }
    // The first half is not counted: it finds caches that later calls do not.
    const counted = each.slice(TIMES);
    const of = (figure: keyof Reading) => counted.map((reading) => reading[figure]);
    readings.set(call.name, {
      statements: mean(of("statements")),
      rowsRead: mean(of("rowsRead")),
      rowsWritten: mean(of("rowsWritten")),
      ms: median(of("ms")),
    });
  }
  return readings;
};

interface Grown {
  calls: Readings;
  ticks: TickReading[];
  fillMs: number;
  bytes: number;
}

/** The calls and the ticks over tables of one size. */
const measureSize = async (session: Session, size: { hosts: number; jobs: number }): Promise<Grown> => {
  const { log } = session;
  const runtime = await startCounted(session);
  try {
    const [worker] = runtime.workers;
    if (!worker) throw new Error("the counted product is needed");
    log(`making ${shown(size.hosts)} hosts and ${shown(size.jobs)} jobs`);
    const began = performance.now();
    const now = Date.now();
    const [place] = await furnish([worker], worker, {
      callers: CALLING,
      stock: { ...size, seed: SEED, now },
    });
    if (!place) throw new Error("no place was made");
    const fillMs = performance.now() - began;
    for (const host of CALLING) await sendAt(worker.url, now - KNOWN_FOR_MS, ping(place, host));
    const calls = await readCalls(place, log);
    const ticks = await measureTicks(runtime, size.hosts, log);
    const bytes = (await worker.db.prepare("SELECT 1").run()).meta.size_after;
    return { calls, ticks, fillMs, bytes };
  } finally {
    await runtime.stop();
  }
};

const measureDay = async (session: Session) => {
  const runtime: Runtime = await startCounted(session);
  try {
    return { jobBytes: await bytesAJob(runtime), day: await runDay(runtime, session.log) };
  } finally {
    await runtime.stop();
  }
};

const callRows = (small: Readings, large: Readings): string[][] =>
  [...small].map(([name, before]) => {
    const after = large.get(name) ?? before;
    return [
      name,
      shown(before.statements),
      shown(before.rowsRead),
      shown(after.rowsRead),
      shown(before.rowsWritten),
      shown(after.rowsWritten),
      before.ms.toFixed(2),
      after.ms.toFixed(2),
    ];
  });

const grownCalls = (small: Readings, large: Readings): string[] =>
  [...small].flatMap(([name, { rowsRead }]) => {
    const after = large.get(name)?.rowsRead ?? 0;
    return after <= rowsRead + SLACK
      ? []
      : [`${name}: reads ${shown(after)} rows in the large tables, ${shown(rowsRead)} in the small ones`];
  });

/** How calls and ticks grow with the tables, and how many hosts one database carries. */
export const benchGrowth = async (session: Session): Promise<Findings> => {
  const largeSize = session.quick ? LARGE_QUICK : LARGE;
  const { day, jobBytes } = await measureDay(session);
  const small = await measureSize(session, SMALL);
  const large = await measureSize(session, largeSize);
  const sizes = `${shown(SMALL.hosts)} hosts and ${shown(SMALL.jobs)} jobs, then ${shown(largeSize.hosts)} and ${shown(largeSize.jobs)}`;
  return {
    lines: [
      "One host's day, counted:",
      "",
      ...dayTable(day),
      "",
      "How many such hosts one installation carries:",
      "",
      ...capacityTable(requestsOf(day), jobBytes),
      "",
      `The same calls with ${sizes} in the tables:`,
      "",
      ...table(
        ["", "statements", "rows read", "then", "written", "then", "ms", "then"],
        callRows(small.calls, large.calls),
      ),
      "",
      ...tickLines(sizes, small.ticks, large.ticks),
      "",
      `The large tables take ${shown(large.bytes / 1e6)} MB and were made in ${shown(large.fillMs / 1000)} s, from seed ${SEED}.`,
    ],
    figures: {
      day,
      jobBytes,
      small: { ...small, calls: Object.fromEntries(small.calls) },
      large: { ...large, calls: Object.fromEntries(large.calls) },
      sizes: { small: SMALL, large: largeSize },
    },
    missed: [...grownCalls(small.calls, large.calls), ...missedByTicks(small.ticks, large.ticks)],
  };
};
