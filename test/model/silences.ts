import { demand } from "./moves.ts";
import type { JobRow, ScheduleRow } from "./scene.ts";

/** So long without a word, and what waited was missed. */
const SILENT_MS = 36 * 60_000;

interface Silence {
  hostId: number;
  from: number;
  to: number;
}

/** When hosts were not heard from. */
export class Silences {
  readonly #heardAt = new Map<number, number>();
  readonly #all: Silence[] = [];

  heard(hostId: number, at: number): void {
    const from = this.#heardAt.get(hostId);
    if (from !== undefined && at - from > SILENT_MS) this.#all.push({ hostId, from, to: at });
    this.#heardAt.set(hostId, Math.max(from ?? 0, at));
  }

  /** Of the runs that one silence made a schedule miss, one is begun where it is made up for by one. */
  judgeBegun(job: JobRow, jobs: Iterable<JobRow>, schedule: ScheduleRow | undefined): void {
    if (schedule?.missed !== "run_once" || job.overlap !== "skip" || !job.planned) return;
    for (const { hostId, from, to } of this.#all) {
      if (hostId !== job.hostId) continue;
      const begun = [...jobs].filter(
        ({ scheduleId, planned, dueAt, startedAt }) =>
          scheduleId === job.scheduleId &&
          planned &&
          dueAt > from &&
          dueAt < to &&
          startedAt !== null &&
          startedAt >= to,
      );
      demand(begun.length <= 1, "one run makes up for those that a silent host missed", begun);
    }
  }
}
