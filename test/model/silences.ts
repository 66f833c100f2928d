import { demand } from "./moves.ts";
import type { JobRow, ScheduleRow } from "./stored.ts";

/** So long without a word, and what waited was missed. */
const SILENT_MS = 4 * 60_000;

interface Silence {
  hostId: number;
  from: number;
  to: number;
  /** What had begun by the first poll after it; null while there was none. */
  begunBefore: Set<number> | null;
}

/** When hosts were not heard from. */
export class Silences {
  readonly #heardAt = new Map<number, number>();
  readonly #all: Silence[] = [];

  heard(hostId: number, at: number): void {
    const from = this.#heardAt.get(hostId);
    if (from !== undefined && at - from > SILENT_MS)
      this.#all.push({ hostId, from, to: at, begunBefore: null });
    this.#heardAt.set(hostId, Math.max(from ?? 0, at));
  }

  /** A poll gave a host its runs: what it missed before is settled. */
  polled(hostId: number, jobs: Iterable<JobRow>): void {
    const begun = [...jobs].flatMap(({ id, startedAt }) => (startedAt === null ? [] : [id]));
    for (const silence of this.#all) {
      if (silence.hostId === hostId) silence.begunBefore ??= new Set(begun);
    }
  }

  /** Of the runs that one silence made a schedule miss, one is begun where it is made up for by one. */
  judgeBegun(job: JobRow, jobs: Iterable<JobRow>, schedule: ScheduleRow | undefined): void {
    if (schedule?.missed !== "run_once" || job.overlap !== "skip" || !job.planned) return;
    const ofSchedule = [...jobs].filter(
      ({ scheduleId, planned, overlap, startedAt }) =>
        scheduleId === job.scheduleId && planned && overlap === "skip" && startedAt !== null,
    );
    for (const { hostId, from, to, begunBefore } of this.#all) {
      if (hostId !== job.hostId || !begunBefore) continue;
      const begun = ofSchedule.filter(({ id, dueAt }) => dueAt > from && dueAt < to && !begunBefore.has(id));
      demand(begun.length <= 1, "one run makes up for those that a silent host missed", begun);
    }
  }
}
