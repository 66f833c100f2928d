import { spanOf } from "../programs/screen.ts";
import { cancelRun } from "./cancel-run.ts";
import type { Interrupts } from "./interrupts.ts";
import { withResults } from "./late-results.ts";
import { Unanswered } from "./patient-fetch.ts";
import { refuseUnwritable } from "./results.ts";
import { type RunOptions, runOptionsIn } from "./run-options.ts";
import { connection, type Session, wantsJson } from "./session.ts";
import { showEnd } from "./show-end.ts";
import { PATIENCE_MS, type Started, showStart, startRun } from "./start-run.ts";
import { type JobRead, WAIT_TRY_MS, waitForEnd } from "./wait-for-end.ts";
import { Watcher } from "./watcher.ts";

export const EXITS = { passed: 0, failed: 1, refused: 2, timedOut: 3, interrupted: 130 } as const;

/** A run that is waited for. */
interface Waiting {
  session: Session;
  run: Started;
  options: RunOptions;
  interrupts: Interrupts;
  watcher: Watcher;
  /** Times of `performance.now()`. */
  began: number;
  until: number;
}

/** How a wait ended. `lost`: the time was over, or the service did not answer for too long. */
type Outcome = { ended: JobRead } | { interrupted: true } | { lost: string };

const waitFor = async ({ session, run, options, interrupts, watcher, until }: Waiting): Promise<Outcome> => {
  const leftMs = Math.ceil(Math.max(1000, until - performance.now()));
  const isLimited = options.timeoutMs !== undefined;
  const late = isLimited ? [AbortSignal.timeout(leftMs)] : [];
  const signal = AbortSignal.any([interrupts.first, ...late]);
  const asked = connection(session, {
    tryMs: WAIT_TRY_MS,
    patienceMs: Math.min(PATIENCE_MS, leftMs),
    signal,
  });
  const timedOut = { lost: `timed out after ${spanOf(options.timeoutMs ?? 0)}` };
  try {
    const ended = await waitForEnd(asked, run, { until, onNews: (job) => watcher.note(job) });
    return ended ? { ended } : timedOut;
  } catch (error) {
    if (interrupts.first.aborted) return { interrupted: true };
    if (!(error instanceof Unanswered)) throw error;
    return signal.aborted ? timedOut : { lost: error.message };
  }
};

/** Waits for what a host sends after the end of a run, and shows all. */
const finish = async (
  { session, run, options: { junit }, interrupts, watcher, began }: Waiting,
  ended: JobRead,
): Promise<void> => {
  const ms = performance.now() - began;
  const stop = interrupts.first.aborted ? interrupts.second : interrupts.first;
  const asked = connection(session, { signal: stop });
  const job = await withResults(asked, run, { ended, isWanted: junit !== undefined });
  await watcher.end();
  await showEnd(session, run, { job, ms, junit, stop });
};

const wait = async (waiting: Waiting): Promise<number> => {
  const { session, run, interrupts } = waiting;
  const outcome = await waitFor(waiting);
  if ("interrupted" in outcome) return leave(waiting);
  if ("ended" in outcome) {
    await finish(waiting, outcome.ended);
    return outcome.ended.status === "COMPLETED" ? EXITS.passed : EXITS.failed;
  }
  const cancelled = await cancelRun(session, run, { why: outcome.lost, stop: interrupts.first });
  if (cancelled) await finish(waiting, cancelled);
  return EXITS.timedOut;
};

/** Ctrl-C: the run is cancelled. A second one leaves at once. */
const leave = async ({ session, run, interrupts }: Waiting): Promise<number> => {
  await cancelRun(session, run, { why: "interrupted", stop: interrupts.second });
  return EXITS.interrupted;
};

/** `muster run`. Gives the exit code. Throws `Plain`, `Refused`, `Unanswered`. */
export const runTests = async (session: Session, interrupts: Interrupts): Promise<number> => {
  const options = runOptionsIn(session.line);
  if (options.junit !== undefined) refuseUnwritable(options.junit);
  const began = performance.now();
  const until = options.timeoutMs === undefined ? Infinity : began + options.timeoutMs;
  // The answer that has the job's number is waited for even after Ctrl-C: without it the run could not be cancelled.
  const run = await startRun(session, options, { until, stop: interrupts.second });
  showStart(session, run);
  const follows = options.follows && !wantsJson(session);
  const watcher = new Watcher(session, run, { began, follows });
  const waiting = { session, run, options, interrupts, watcher, began, until };
  try {
    if (interrupts.first.aborted) return await leave(waiting);
    return options.waits ? await wait(waiting) : EXITS.passed;
  } catch (error) {
    if (error instanceof Unanswered && interrupts.first.aborted) return EXITS.interrupted;
    throw error;
  } finally {
    watcher.stop();
  }
};
