import { EXPIRE_MS } from "./cadences.ts";
import { demand, isOpen } from "./moves.ts";
import type { HistoryRow, JobRow, ScheduleRow } from "./stored.ts";

/** When each job could first be begun, or again. */
export class Openings {
  readonly #openedAt = new Map<number, number>();
  /** Jobs of a plan that were made after their time, by when that was. */
  readonly #late = new Map<number, number>();

  /** `now`: of the step that did it. */
  judge(
    before: JobRow | undefined,
    job: JobRow,
    { rows, now }: { rows: readonly HistoryRow[]; now: number },
  ): void {
    if (!before) {
      this.#openedAt.set(job.id, now);
      if (job.planned && job.dueAt < now) this.#late.set(job.id, now);
    }
    for (const { to, reason, at } of rows) {
      if (to === "PLANNED") this.#openedAt.set(job.id, at);
      if (reason !== "expired") continue;
      const opened = Math.max(job.dueAt, this.#openedAt.get(job.id) ?? 0);
      demand(at >= opened + EXPIRE_MS, "a job has its time to be begun", job, opened, rows);
    }
  }

  /** One run makes up for those that could not be planned in time. */
  judgeMadeUp(jobs: Iterable<JobRow>, schedules: Map<number, ScheduleRow>): void {
    const open = [...jobs].filter((job) => isOpen(job) && this.#late.has(job.id));
    for (const [id, made] of Map.groupBy(open, ({ scheduleId }) => scheduleId)) {
      if (made.length < 2 || !schedules.get(id)?.cron) continue;
      demand(false, "one run makes up for those that were not planned", made);
    }
  }
}
