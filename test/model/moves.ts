import type { HistoryRow, JobRow } from "./stored.ts";

/** A broken invariant, in its own words. */
class Violation extends Error {}

export const demand = (holds: boolean, invariant: string, ...facts: unknown[]): void => {
  if (!holds) throw new Violation(`${invariant}: ${facts.map((fact) => JSON.stringify(fact)).join(" ")}`);
};

type Mover = "host" | "operator" | "clock";

/** The wire contract's table of job moves, by hand: from, to, by whom, and for the clock why. */
const MOVES: readonly [from: string, to: string, by: Mover, reason?: string][] = [
  ["PLANNED", "RUNNING", "host"],
  ["PLANNED", "CANCELLED", "host"],
  ["PLANNED", "CANCELLED", "operator"],
  ["PLANNED", "NOT_RUN", "clock", "overdue"],
  ["PLANNED", "CANCELLED", "clock", "missed"],
  ["NOT_RUN", "CANCELLED", "clock", "missed"],
  ["PLANNED", "CANCELLED", "clock", "expired"],
  ["NOT_RUN", "CANCELLED", "clock", "expired"],
  ["PLANNED", "CANCELLED", "clock", "overlap"],
  ["NOT_RUN", "CANCELLED", "clock", "overlap"],
  ["RUNNING", "CANCELLED", "clock", "overlap"],
  ["NOT_RUN", "RUNNING", "host"],
  ["NOT_RUN", "CANCELLED", "host"],
  ["NOT_RUN", "CANCELLED", "operator"],
  ["RUNNING", "COMPLETED", "host"],
  ["RUNNING", "FAILED", "host"],
  ["RUNNING", "FAILED", "clock", "run_limit"],
  ["RUNNING", "FAILED", "clock", "host_lost"],
  ["RUNNING", "CANCELLED", "host"],
  ["RUNNING", "CANCELLED", "operator"],
  ["RUNNING", "CANCELLED", "clock", "cancel_unanswered"],
  ["RUNNING", "PLANNED", "clock", "host_lost"],
];

const inTable = (
  from: string,
  row: HistoryRow,
  { by, reasonBefore }: { by: Mover; reasonBefore: string | null },
): boolean => {
  if (row.reason === "late") {
    return by === "host" && from === "FAILED" && reasonBefore === "host_lost" && isLateEnd(row.to);
  }
  return MOVES.some(
    ([source, to, mover, reason]) =>
      source === from &&
      to === row.to &&
      mover === by &&
      (mover === "clock" ? reason === row.reason : clockReasons.every((one) => one !== row.reason)),
  );
};
const isLateEnd = (status: string): boolean => status === "COMPLETED" || status === "FAILED";
const clockReasons = MOVES.flatMap(([, , , reason]) => (reason === undefined ? [] : [reason]));

/** Whether a row records something that moved nothing. */
const movesNothing = ({ from, to, reason }: HistoryRow): boolean =>
  from === to &&
  (reason === "cancel_requested" || reason === "not_begun" || (reason?.startsWith("refused ") ?? false));

/** The rows that moved their job. */
export const movesIn = (rows: readonly HistoryRow[]): HistoryRow[] =>
  rows.filter((row) => !movesNothing(row));

/** The table's name for the `by` of the history; an admin's cancels count as an operator's. */
const moverOf = (by: string): Mover =>
  by === "clock" ? "clock" : by.startsWith("host ") ? "host" : "operator";

export const isOpen = ({ status }: JobRow): boolean => status === "PLANNED" || status === "NOT_RUN";
export const isEnded = (job: JobRow): boolean => !isOpen(job) && job.status !== "RUNNING";

const UNDER_LEASE = "lease:";
export const isUnderLease = (holder: string | null): boolean => holder?.startsWith(UNDER_LEASE) ?? false;

/** Checks what one step did to one job: the new history rows are allowed moves from the old status to the new one. */
export const judgeMoves = (before: JobRow, after: JobRow, rows: readonly HistoryRow[]): void => {
  let { status, attempt, reason, begun } = before;
  for (const row of rows) {
    demand(row.from === status, "history replays to the status", before, rows);
    demand(row.attempt === attempt, "history's attempt is the job's", before, rows);
    if (row.reason === "not_begun") {
      const open = status === "PLANNED" || status === "NOT_RUN";
      demand(row.by === "clock" && row.to === status && open, "only what waits is passed over", before, row);
      attempt += 1;
      continue;
    }
    if (movesNothing(row)) continue;
    const mover = moverOf(row.by);
    demand(
      inTable(status, row, { by: mover, reasonBefore: reason }),
      "no move outside the table",
      before,
      row,
    );
    if (row.to === "PLANNED") {
      demand(
        before.requeues && begun < before.maxAttempts,
        "only what may run again is planned again",
        before,
      );
      demand(isUnderLease(before.holder), "only a run under a lease is planned again", before);
      demand(before.mayReturn, "only what is still wanted is planned again", before);
      attempt += 1;
    }
    if (row.to === "RUNNING") begun += 1;
    status = row.to;
    reason = row.reason;
  }
  demand(after.status === status && after.attempt === attempt, "history replays to the status", after, rows);
  const began = rows.some(({ to }) => to === "RUNNING");
  const same = before.attempt === after.attempt && !began;
  demand(!same || before.holder === after.holder, "a run's holder stays", before, after);
  demand(after.status !== "RUNNING" || after.holder !== null, "a run has a holder", after);
};
