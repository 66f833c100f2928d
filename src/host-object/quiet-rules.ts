import { DAY_MS, MINUTE_MS } from "../wire/durations.ts";

/*
 * What a host's object knows of D1: that it has nothing for a poll. Why no job can be hidden by that:
 *
 * A poll may show a job that is open, of an agent that is there and active and of a schedule that is not paused; all
 * else only hides it (expired, held, behind another run). What is learned says that D1's primary, when read, had no
 * such job in [from, until), those behind another run included, and that the agents' schedules were planned up to
 * `until` at least. No job's time, agent or schedule is ever rewritten, so it stays true but where
 * - a job is added: planning adds none before `planned_until`, which moves back only in a change; whoever else adds one (a
 *   new, replaced or resumed schedule, a run now, a backfill, a rerun) does so in a change;
 * - a job gets open again: the object's own alarm plans a lost run again, in a change;
 * - an agent gets active or is made again, a paused schedule goes on: in a change.
 * Let a change commit at c. It was begun in the object before, at b, and is ended after, at e; if its end is lost it
 * runs out 60 s after b, when its write is over: no try of it starts later than 20 s after b, none takes more than the
 * 30 s of a batch. A poll that asks before b asks before c. One that asks between b and e is told nothing: begin
 * forgot, and while a change is open nothing is learned. One that asks after e is told what was learned since, under
 * an epoch that began at e or later; so what was read after c, with the job in it. What was read before is learned
 * under no later epoch than the one it was asked for in. All of it is stored: falling asleep changes nothing. An
 * object that has stored nothing may have let a change pass unheard, and starts as if one had just begun. A change
 * whose write took more than one try is left to run out, for the failed one may still be on its way.
 */

/** For how long what was learned is good. */
export const KNOWN_MS = 10 * MINUTE_MS;
/** How far ahead of the time of learning it may reach. */
export const AHEAD_MS = DAY_MS;
/** When a change whose end never came runs out. */
export const CHANGE_MS = MINUTE_MS;
/** Within which time of its beginning every try of its write starts. */
export const TRIES_MS = 20_000;

/** The start of a span that begins with the first job. */
export const NO_LOWER_BOUND = Number.MIN_SAFE_INTEGER;

/** A span of scheduled times: start inclusive, end exclusive; epoch milliseconds. */
export interface Span {
  from: number;
  until: number;
}

/** What a change is of: `jobs`, which it may open, or the `tokens` of its hosts. */
export type Changed = "jobs" | "tokens";

/** A change of D1 on its way. `until`: when it runs out, null where only its end ends it. */
export interface OpenChange {
  id: string;
  until: number | null;
}

export interface Quiet {
  /** Anew with whatever may make a read that was begun before worth nothing. */
  epoch: string;
  /** Where no job is. */
  known: (Span & { learnedAt: number }) | null;
  open: readonly OpenChange[];
}

/** What an object starts from: whatever it did not hear of is over when the first change runs out. */
export const startQuiet = (epoch: string, now: number): Quiet => ({
  epoch,
  known: null,
  open: [{ id: "start", until: now + CHANGE_MS }],
});

const isOver = ({ until }: OpenChange, now: number): boolean => until !== null && until <= now;

/** Without the changes that have run out: if there were any, another epoch begins. */
export const settle = (quiet: Quiet, epoch: string, now: number): Quiet =>
  quiet.open.some((change) => isOver(change, now))
    ? { epoch, known: null, open: quiet.open.filter((change) => !isOver(change, now)) }
    : quiet;

const without = ({ open }: Quiet, id: string): OpenChange[] => open.filter((change) => change.id !== id);

/** A change begins; begun again, it is the same one. */
export const begin = (quiet: Quiet, change: OpenChange, epoch: string): Quiet => ({
  epoch,
  known: null,
  open: [...without(quiet, change.id), change],
});

/** A change ended, committed or not, and nothing of it is on its way any more. */
export const end = (quiet: Quiet, id: string, epoch: string): Quiet => ({
  epoch,
  known: null,
  open: without(quiet, id),
});

/** Whether what was found since `epoch` may be kept. */
export const mayLearn = (quiet: Quiet, epoch: string): boolean =>
  quiet.open.length === 0 && quiet.epoch === epoch;

/** A read that was begun under `epoch` at `now` found nothing in `span`. */
export const learn = (quiet: Quiet, epoch: string, { from, until }: Span, now: number): Quiet =>
  mayLearn(quiet, epoch)
    ? { ...quiet, known: { from, until: Math.min(until, now + AHEAD_MS), learnedAt: now } }
    : quiet;

/** Whether nothing is known to be in `span`. */
export const isQuiet = ({ known }: Quiet, span: Span, now: number): boolean =>
  known !== null && known.from <= span.from && span.until <= known.until && now < known.learnedAt + KNOWN_MS;
