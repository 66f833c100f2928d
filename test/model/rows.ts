import { demand, isOpen } from "./moves.ts";
import { canBeHandedOut } from "./offers.ts";
import type { Sendable } from "./sendable.ts";
import type { HistoryRow, JobRow } from "./stored.ts";

/** Why the clock moves jobs within a request. */
const SETTLED = new Set(["missed", "overlap", "expired"]);

interface Written {
  before: Map<number, JobRow>;
  rows: readonly HistoryRow[];
}

/** Checks what one step wrote of all jobs: only its own moves, and those that the clock may make with it. */
export const judgeRows = (moves: Sendable["moves"], { before, rows }: Written): void => {
  const own = typeof moves === "number" ? before.get(moves) : undefined;
  for (const row of rows) {
    const { jobId, reason, by, from, at } = row;
    const job = before.get(jobId);
    if (by === "clock") {
      const ofSchedule = own !== undefined && job?.scheduleId === own.scheduleId;
      const mayOverlap = moves === "any" || ofSchedule;
      const mayMiss = moves === "any" || moves === "missed" || moves === "none, but makes" || ofSchedule;
      const may = reason === "overlap" ? mayOverlap : mayMiss;
      const inTick = moves === "any";
      demand(may && (inTick || SETTLED.has(reason ?? "")), "a request is not the clock", moves, row);
      if (reason === "overlap" && from === "RUNNING" && job) judgeDisplaced(job, own, { before, at });
    } else {
      demand(!SETTLED.has(reason ?? ""), "a request is not the clock", row);
      demand(moves === "any" || jobId === moves, "a request moves its own job only", moves, row);
    }
  }
};

/** Only a job that may begin itself takes a run's place. */
const judgeDisplaced = (
  run: JobRow,
  begun: JobRow | undefined,
  { before, at }: { before: Map<number, JobRow>; at: number },
): void => {
  const waits = [...before.values()].filter(
    (job) =>
      job.scheduleId === run.scheduleId &&
      job.overlap === "cancel_running" &&
      isOpen(job) &&
      (job.id === begun?.id || (canBeHandedOut(job, at) && job.dueAt <= at)),
  );
  demand(waits.length > 0, "only what can be handed out takes a run's place", run, at);
};
