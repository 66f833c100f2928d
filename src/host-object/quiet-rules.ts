import { DAY_MS, MINUTE_MS } from "../wire/durations.ts";

/*
 * The object's cache of "D1 has no job for a poll", and why it cannot hide a job.
 *
 * What is cached. A poll can show a job that is open, of an agent that is active and not deleted, and of a schedule
 * that is not paused; all other conditions only hide it (expired, held, behind another run). An entry says that D1's
 * primary, when read, had no such job in [from, until), jobs behind another run included, and that the agents'
 * schedules were planned up to `until` at least. No job's time, agent or schedule is ever rewritten. So the entry stays
 * true unless
 * - a job is added: planning adds none before `planned_until`, which moves back only in a change, or, as a blackout is
 *   removed, so long before the next planning that no entry from before is valid then (`REPLAN_MS`); every other writer
 *   (a new, replaced or resumed schedule, a run now, a backfill, a rerun) adds jobs in a change;
 * - a job is open again: the object's own alarm plans a lost run again, in a change;
 * - an agent becomes active or is created again, or a paused schedule resumes: in a change.
 *
 * Why a poll misses no job. A change begins in the object at b, commits in D1 at c, and ends in the object at e.
 * - A lost end times out 60 s after b. The write is over by then: no try starts later than 20 s after b, and none takes
 *   longer than the 30 s of a batch.
 * - A poll before b is before c.
 * - A poll between b and e finds no entry: begin cleared it, and nothing is cached while a change is open.
 * - A poll after e finds only entries of an epoch that began at e or later. They were read after c, so they count the
 *   job. A read before c carries an older epoch, and is not cached under a later one.
 *
 * Everything is stored, so an eviction changes nothing. An object that has stored nothing may have missed a change: it
 * starts as if one had just begun. A change whose write took more than one try is left to time out, because a failed
 * try may still be under way.
 */

/** How long a cache entry is valid. */
export const KNOWN_MS = 10 * MINUTE_MS;
/** How far an entry may reach beyond the time of its read. */
export const AHEAD_MS = DAY_MS;
/** When a change without an end times out. */
export const CHANGE_MS = MINUTE_MS;
/** Every try of a change's write starts within this time of its begin. */
export const TRIES_MS = 20_000;
/** After this time no entry is valid that was read before a write which began now. */
export const REPLAN_MS = KNOWN_MS + 2 * CHANGE_MS;

/** The start of a span that includes all earlier jobs. */
export const NO_LOWER_BOUND = Number.MIN_SAFE_INTEGER;

/** A span of scheduled times: start inclusive, end exclusive; epoch milliseconds. */
export interface Span {
  from: number;
  until: number;
}

/** A change may open `jobs`, or changes the `tokens` of its hosts. */
export type Changed = "jobs" | "tokens";

/** A change that is under way. `until`: when it times out; null: only its end ends it. */
export interface OpenChange {
  id: string;
  until: number | null;
}

export interface Quiet {
  /** Changes with every event that makes an earlier read of D1 worthless. */
  epoch: string;
  /** The span without a job, and when it was read. */
  known: (Span & { learnedAt: number }) | null;
  open: readonly OpenChange[];
}

/** The state of a new object. Any change that it missed is over when this first change times out. */
export const startQuiet = (epoch: string, now: number): Quiet => ({
  epoch,
  known: null,
  open: [{ id: "start", until: now + CHANGE_MS }],
});

const isTimedOut = ({ until }: OpenChange, now: number): boolean => until !== null && until <= now;

/** Removes the changes that timed out. If there were any, a new epoch begins. */
export const settle = (quiet: Quiet, epoch: string, now: number): Quiet =>
  quiet.open.some((change) => isTimedOut(change, now))
    ? { epoch, known: null, open: quiet.open.filter((change) => !isTimedOut(change, now)) }
    : quiet;

const without = ({ open }: Quiet, id: string): OpenChange[] => open.filter((change) => change.id !== id);

/** A change begins. Beginning it again adds nothing. */
export const begin = (quiet: Quiet, change: OpenChange, epoch: string): Quiet => ({
  epoch,
  known: null,
  open: [...without(quiet, change.id), change],
});

/** A change ended, committed or not; none of its writes is under way. */
export const end = (quiet: Quiet, id: string, epoch: string): Quiet => ({
  epoch,
  known: null,
  open: without(quiet, id),
});

/** Whether a read under `epoch` may be cached. */
export const mayLearn = (quiet: Quiet, epoch: string): boolean =>
  quiet.open.length === 0 && quiet.epoch === epoch;

/** A read that began under `epoch` at `now` found no job in `span`. */
export const learn = (
  quiet: Quiet,
  { from, until }: Span,
  { epoch, now }: { epoch: string; now: number },
): Quiet =>
  mayLearn(quiet, epoch)
    ? { ...quiet, known: { from, until: Math.min(until, now + AHEAD_MS), learnedAt: now } }
    : quiet;

/** Whether no job is known to be in `span`. */
export const isQuiet = ({ known }: Quiet, span: Span, now: number): boolean =>
  known !== null && known.from <= span.from && span.until <= known.until && now < known.learnedAt + KNOWN_MS;
