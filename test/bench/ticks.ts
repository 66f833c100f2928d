import { startCounted } from "./cost.ts";
import { shown, table } from "./figures.ts";
import type { Findings, Session } from "./session.ts";
import { fill } from "./stock.ts";
import { CPU_LIMIT_MS, measureTicks, type TickReading } from "./tick.ts";
import { migrate } from "./workerd.ts";

export const SMALL = { hosts: 1000, jobs: 10_000 };
export const LARGE = { hosts: 100_000, jobs: 1_000_000 };
export const LARGE_QUICK = { hosts: 10_000, jobs: 100_000 };
export const SEED = 1;

/** Of a tick that plans: it looks at every overdue job and the like, too. */
const PLANNING_SLACK = 1.1;
/** The platform ends an invocation at so many statements. */
const STATEMENTS_LIMIT = 1000;

const FIGURES = ["statements", "rowsRead", "rowsWritten", "cpuMs"] as const;

/** The ticks over small and large tables, side by side. */
export const tickLines = (
  sizes: string,
  small: readonly TickReading[],
  large: readonly TickReading[],
): string[] => [
  `Ticks over ${sizes}, CPU of the whole local runtime with D1 in it (limit ${shown(CPU_LIMIT_MS)} ms):`,
  "",
  ...table(
    ["", "statements", "then", "rows read", "then", "written", "then", "CPU ms", "then"],
    small.map((before, place) => {
      const after = large[place] ?? before;
      return [before.what, ...FIGURES.flatMap((figure) => [shown(before[figure]), shown(after[figure])])];
    }),
  ),
];

/** The limits that a tick exceeds: the platform's, work left over, and rows read by a plan. */
export const missedByTicks = (small: readonly TickReading[], large: readonly TickReading[]): string[] => [
  ...large.flatMap(({ what, cpuMs, statements, left }) => [
    ...(cpuMs < CPU_LIMIT_MS ? [] : [`${what}: ${shown(cpuMs)} ms of CPU, not under ${shown(CPU_LIMIT_MS)}`]),
    ...(statements < STATEMENTS_LIMIT
      ? []
      : [`${what}: ${shown(statements)} statements, not under ${shown(STATEMENTS_LIMIT)}`]),
    ...(left === 0 ? [] : [`${what}: ${shown(left)} jobs and schedules are left for the next tick`]),
  ]),
  ...large.flatMap(({ what, rowsRead }, place) => {
    const before = small[place]?.rowsRead ?? 0;
    if (!what.includes("planned") || rowsRead <= PLANNING_SLACK * before) return [];
    return [`${what}: ${shown(rowsRead)} rows are read in the large tables, ${shown(before)} in the small`];
  }),
];

const measureSize = async (session: Session, size: typeof SMALL): Promise<TickReading[]> => {
  const runtime = await startCounted(session);
  try {
    const [worker] = runtime.workers;
    if (!worker) throw new Error("the counted product is needed");
    session.log(`making ${shown(size.hosts)} hosts and ${shown(size.jobs)} jobs`);
    await migrate(worker.db);
    await fill(worker.db, { ...size, seed: SEED, now: Date.now() });
    return await measureTicks(runtime, size.hosts, session.log);
  } finally {
    await runtime.stop();
  }
};

/** The part of the growth bench that is about the tick, alone. */
export const benchTicks = async (session: Session): Promise<Findings> => {
  const size = session.quick ? LARGE_QUICK : LARGE;
  const small = await measureSize(session, SMALL);
  const large = await measureSize(session, size);
  const sizes = `${shown(SMALL.hosts)} hosts and ${shown(SMALL.jobs)} jobs, then ${shown(size.hosts)} and ${shown(size.jobs)}`;
  return {
    lines: tickLines(sizes, small, large),
    figures: { small, large, sizes: { small: SMALL, large: size } },
    missed: missedByTicks(small, large),
  };
};
