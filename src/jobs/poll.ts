import type * as z from "zod";
import { noteHostCall } from "../access/host-contact.ts";
import { BoundedCache } from "../bounded-cache.ts";
import type { Call } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import type { Offer } from "../host-object/lease-rules.ts";
import { askNothingDue, prefetchedNothingDue } from "../host-object/prefetch.ts";
import { AHEAD_MS, type Span } from "../host-object/quiet-rules.ts";
import { notFound } from "../wire/refusals.ts";
import { ANSWER_BOUNDS } from "./answer-bounds.ts";
import { knownCancels } from "./cancel-requests.ts";
import { settleRunning } from "./doubts.ts";
import type { pollInput } from "./poll-input.ts";
import { type BoundedJob, type PollWindow, readOpenJobs } from "./poll-store.ts";
import { processMark } from "./run-holder.ts";
import { CLOCK_BATCH, missWaiting } from "./sweep-store.ts";
import { type WireJob, wireJobs } from "./wire.ts";

export interface Polled {
  jobs: WireJob[];
  /** When the jobs leased by this poll are told to others again; null where none was leased. */
  leaseExpiresAt: number | null;
  /** How many jobs of the window others hold now, or must let another of their schedule pass. */
  held: number;
  /** How many jobs were left out because the answer was full. */
  left: number;
  /** How many jobs that are due the window missed. */
  outside: number;
  /** The host's running jobs that someone asked to cancel. */
  cancelRequested: number[];
}

export const offersOf = (rows: readonly BoundedJob[]): Offer[] =>
  rows.map(({ id: job, attempt, scheduledAt, projectId, scheduleId }) => ({
    job,
    attempt,
    dueAt: scheduledAt,
    projectId,
    schedule: scheduleId,
  }));

export interface Found {
  rows: BoundedJob[];
  /** How many jobs are kept back behind another of their schedule, and how many have one that waits before them. */
  held: number;
  waiting: number;
  left: number;
  /** How many jobs that are due are outside of the window. */
  outside: number;
  cancelRequested: number[];
  /** Until when nothing comes from the time on that was asked about; null where that was not asked. */
  quietUntil: number | null;
}

const NONE = { rows: [], held: 0, waiting: 0, left: 0, outside: 0, quietUntil: null };

interface Among {
  agentIds?: number[] | undefined;
}

/**
 * Reads a host's open jobs from D1; under `epoch`, its object learns where there are none, whatever the caller may know
 * of; `aheadFrom` asks when the next one comes from then on. Throws `not_found`.
 */
const readJobs = async (
  call: Call,
  hostId: number,
  window: PollWindow,
  { agentIds }: Among,
  { epoch = null, aheadFrom }: { epoch?: string | null | undefined; aheadFrom?: number } = {},
): Promise<Found> => {
  const { db, now, actor } = call;
  const { from, to } = window;
  const { projectIds } = actor;
  const asksAhead = epoch !== null || aheadFrom !== undefined;
  const ahead = asksAhead ? { from: aheadFrom ?? from, most: now + AHEAD_MS } : null;
  const { exists, quietUntil, ...found } = await readOpenJobs(
    db,
    hostId,
    window,
    ANSWER_BOUNDS,
    { agentIds, projectIds },
    ahead,
  );
  if (!exists) throw notFound("host", hostId);
  // While jobs wait outside each poll is told of them, and reads D1 for it.
  if (epoch !== null && quietUntil !== null && quietUntil >= to && found.outside === 0) {
    const span = { from, until: quietUntil };
    await ifAvailable(call.host(hostId, (host, timing) => host.learnNothingDue(epoch, span, timing)));
  }
  return { ...found, quietUntil };
};

/** The hosts whose last poll found jobs: their next one does not ask first whether there are any. A loss costs that question. */
const busy = new BoundedCache<number, true>(10_000);

/** Whether it is worth asking a host's object if it knows that there is nothing in `span`. */
export const mayBeQuiet = (hostId: number, { until }: Span, now: number): boolean =>
  until <= now + AHEAD_MS && busy.get(hostId) === undefined;

/** The most batches in which one poll settles a silence: a schedule of each minute waits for weeks before they are not enough. */
const MAX_MISSED_BATCHES = 40;

/** Of what came due while a host was silent, up to `until`, the latest of a schedule is run and the others are missed. What is too much for one poll is left for the next. */
const settleSilence = async (call: Call, hostId: number, until: number): Promise<void> => {
  for (let batch = 0; batch < MAX_MISSED_BATCHES; batch++) {
    if ((await missWaiting(call.db, hostId, until, call.now)) === CLOCK_BATCH) continue;
    await call.host(hostId, (host) => host.settledSilence(until));
    return;
  }
};

/** Keeps what the window of a poll missed for people to see, where that is not what the object has of it. */
const noteOutside = async (
  call: Call,
  hostId: number,
  { jobs, window, known }: { jobs: number; window: Span; known: number },
): Promise<void> => {
  if (jobs !== known)
    await ifAvailable(
      call.host(hostId, (host, { now }) =>
        host.missedOutside(jobs === 0 ? null : { jobs, ...window, at: now }),
      ),
    );
};

/** The runs that someone asked to cancel by D1's word, with those that the object knows of. */
const allCancels = async (
  call: Call,
  { cancelRequested }: Found,
  told: readonly number[],
): Promise<number[]> => {
  const more = told.filter((job) => !cancelRequested.includes(job));
  return [...cancelRequested, ...(await knownCancels(call, more))].sort((one, other) => one - other);
};

/** A host's open jobs, from D1 only where its object does not know that there are none. Throws `not_found`. */
export const findJobs = async (
  call: Call,
  hostId: number,
  window: PollWindow,
  among: Among,
): Promise<Found> => {
  const span = { from: window.from, until: window.to };
  let asked =
    prefetchedNothingDue(call, hostId, span) ??
    (mayBeQuiet(hostId, span, call.now) ? await askNothingDue(call.host, hostId, span) : undefined);
  if (asked?.told === "nothing")
    return { ...NONE, cancelRequested: await knownCancels(call, asked.cancelRequested) };
  let found = await readJobs(call, hostId, window, among, { epoch: asked?.epoch });
  // Several jobs of one schedule wait, in the window or before it: the host was not there, or did not begin the first.
  const piled = found.waiting > 0 || found.outside > 0;
  // Nothing that was read goes through the object: it is asked all the same, for what it has to tell.
  if (piled || found.rows.length === 0) asked ??= await askNothingDue(call.host, hostId, span);
  if (piled && asked && asked.silentUntil !== null) {
    await settleSilence(call, hostId, asked.silentUntil);
    found = await readJobs(call, hostId, window, among, { epoch: asked.epoch });
  }
  if (asked) await noteOutside(call, hostId, { jobs: found.outside, window: span, known: asked.outside });
  if (asked) found = { ...found, cancelRequested: await allCancels(call, found, asked.cancelRequested) };
  // An object that was asked has noted the call, if it knows its host; one that is asked to lease does so then.
  const isHeard = asked ? asked.epoch !== null : found.rows.length > 0;
  if (!isHeard) await noteHostCall(call, hostId);
  if (found.rows.length > 0) busy.set(hostId, true);
  else busy.delete(hostId);
  return found;
};

/** What is due of a host, always from D1, and when the next job comes. Throws `not_found`. */
export const findDueJobs = async (
  call: Call,
  hostId: number,
  window: PollWindow,
  among: Among,
): Promise<Found> => {
  const { silentUntil } = await call.host(hostId, (host, timing) => host.heard(timing));
  const read = () => readJobs(call, hostId, window, among, { aheadFrom: window.to });
  const found = await read();
  if (found.waiting === 0 || silentUntil === null) return found;
  await settleSilence(call, hostId, silentUntil);
  return read();
};

/** The open jobs of a host's active agents in a window, in the projects that the caller may know of, the due ones leased to it ("Retrieve Scheduled Jobs"). Throws `not_found`. */
export const pollJobs = async (
  call: Call,
  hostId: number,
  { start_date: from, end_date: to, lease }: z.output<typeof pollInput>,
): Promise<Polled> => {
  const window = { from, to, now: call.now, dueBefore: call.now + call.settings.LEASE_SECONDS * 1000 };
  // Who only looks on is no contact of the host's. What runs is settled first, for it may be what others wait for.
  if (lease) await settleRunning(call, hostId);
  const found = await (lease ? findJobs : readJobs)(call, hostId, window, {});
  const { cancelRequested, rows, held, left, outside } = found;
  if (rows.length === 0) return { jobs: [], leaseExpiresAt: null, held, left, outside, cancelRequested };
  const grant = lease
    ? await call.host(hostId, (host, timing) => host.grant(offersOf(rows), processMark(call), timing))
    : { known: true, hidden: [], expiresAt: null, cancelRequested: [] };
  if (!grant.known) await noteHostCall(call, hostId);
  const hidden = new Set(grant.hidden);
  return {
    jobs: wireJobs(call, rows).filter(({ job_id }) => !hidden.has(job_id)),
    leaseExpiresAt: grant.expiresAt,
    held: held + hidden.size,
    left,
    outside,
    cancelRequested: await allCancels(call, found, grant.cancelRequested),
  };
};
