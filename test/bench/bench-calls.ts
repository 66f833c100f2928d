import { join } from "node:path";
import { build } from "./build.ts";
import { shown, table } from "./figures.ts";
import { INTRODUCER } from "./introducer.ts";
import { MAX_TURNS, measureCalls, type Plan, type Row } from "./load.ts";
import type { Findings, Session } from "./session.ts";
import { measureStartUp } from "./start-up.ts";
import { startWorkers } from "./workerd.ts";
import { requireWrk } from "./wrk.ts";

const LONG: Plan & { starts: number } = { rounds: 7, ms: 1000, starts: 9, short: false };
const QUICK: Plan & { starts: number } = { rounds: 5, ms: 100, starts: 2, short: true };

const START_UP_MS = 50;
const BUNDLE_BYTES = 300_000;

const HEADS = [
  "call",
  "connections",
  "requests/s",
  "p50 ms",
  "p99 ms",
  "of floor",
  "of static",
  "target",
  "floor/s",
  "CPU us",
  "floor's",
];

const cellsOf = (row: Row): string[] => [
  row.call,
  String(row.connections),
  shown(row.perSecond),
  row.p50.toFixed(2),
  row.p99.toFixed(2),
  row.ofFloor.toFixed(2),
  row.ofStatic.toFixed(2),
  row.target === undefined ? "" : `>= ${row.target.toFixed(2)}`,
  shown(row.floorPerSecond),
  shown(Math.round(row.cpuMicros)),
  shown(Math.round(row.floorCpuMicros)),
];

/** The table of calls, the Worker's size and start, and which of the targets are missed. */
export const benchCalls = async ({ scratch, quick, log }: Session): Promise<Findings> => {
  requireWrk();
  const plan = quick ? QUICK : LONG;
  log("building the Worker and the floor");
  const [product, floor] = await Promise.all([
    build(join(scratch, "product")),
    build(join(scratch, "floor"), "floor.ts"),
  ]);
  const startUpMs = await measureStartUp(product, plan.starts, log);
  const runtime = await startWorkers({ product, floor, introducer: INTRODUCER });
  try {
    const rows = await measureCalls(runtime, scratch, { plan, log });
    const missed = rows
      .filter(({ target, ofFloor }) => target !== undefined && ofFloor < target)
      .map(
        (row) =>
          `${row.call}, ${row.connections} connections: ${row.ofFloor.toFixed(3)} of the floor, not ${row.target}`,
      );
    if (startUpMs >= START_UP_MS)
      missed.push(`start-up takes ${startUpMs.toFixed(1)} ms of CPU, not under ${START_UP_MS}`);
    if (product.gzippedBytes >= BUNDLE_BYTES)
      missed.push(`the bundle has ${product.gzippedBytes} bytes gzipped, not under ${BUNDLE_BYTES}`);
    return {
      lines: [
        ...table(HEADS, rows.map(cellsOf)),
        "",
        `Static JSON by the framework alone: ${[...new Set(rows.map(({ connections, staticPerSecond }) => `${shown(staticPerSecond)}/s over ${connections}`))].join(", ")}.`,
        `Start-up: ${startUpMs.toFixed(1)} ms of CPU to compile and run the bundle in a fresh workerd (median of ${plan.starts}).`,
        `Bundle: ${shown(product.gzippedBytes)} bytes gzipped, ${shown(product.bytes)} as it is.`,
        `Median of ${plan.rounds} rounds of ${plan.ms} ms, the product and the floor in turns in one workerd; a fast call takes up to ${MAX_TURNS} turns a round.`,
      ],
      figures: {
        rows,
        startUpMs,
        bundle: { bytes: product.bytes, gzippedBytes: product.gzippedBytes },
        plan,
      },
      missed,
    };
  } finally {
    await runtime.stop();
  }
};
