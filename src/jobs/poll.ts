import type * as z from "zod";
import { noteHostCall } from "../access/host-contact.ts";
import { BoundedCache } from "../bounded-cache.ts";
import type { Call } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import type { Offer } from "../host-object/lease-rules.ts";
import { prefetchedNothingDue, queryNothingDue } from "../host-object/prefetch.ts";
import { AHEAD_MS, type Span } from "../host-object/quiet-rules.ts";
import { DAY_MS } from "../wire/durations.ts";
import { notFound } from "../wire/refusals.ts";
import { ANSWER_BOUNDS } from "./answer-bounds.ts";
import { knownCancels } from "./cancel-requests.ts";
import { settleRunning } from "./doubts.ts";
import type { pollInput } from "./poll-input.ts";
import { type BoundedJob, type HostPoll, readOpenJobs } from "./poll-store.ts";
import { processMark } from "./run-holder.ts";
import { CLOCK_BATCH, missWaiting } from "./sweep-store.ts";
import { type WireJob, wireJobs } from "./wire.ts";

export interface Polled {
  jobs: WireJob[];
  /** When the jobs leased by this poll may go to others; null if none was leased. */
  leaseExpiresAt: number | null;
  /** How many jobs of the window are leased to others, or wait behind another of their schedule. */
  held: number;
  /** How many jobs were left out because the answer was full. */
  left: number;
  /** How many due jobs are outside the window. */
  outside: number;
  /** The host's running jobs with a cancel request. */
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
  /** How many jobs are held back behind another of their schedule, and how many come after one that waits. */
  held: number;
  waiting: number;
  left: number;
  /** How many due jobs are outside the window. */
  outside: number;
  cancelRequested: number[];
  /** Until when no job comes after the time that was asked about; null if it was not read. */
  quietUntil: number | null;
  /** When the host's last maintenance ends, or ended; null if it had none, or nobody said. */
  maintenanceUntil: number | null;
}

const NONE = {
  ...{ rows: [], held: 0, waiting: 0, left: 0, outside: 0 },
  ...{ quietUntil: null, maintenanceUntil: null },
};

/**
 * Reads a host's open jobs from D1. With `epoch`, the host's object caches if there are none, whatever the
 * caller may access. With `aheadFrom`, also reads when the next job after it comes. Throws `not_found`.
 */
const readJobs = async (
  call: Call,
  poll: HostPoll,
  { epoch = null, aheadFrom }: { epoch?: string | null | undefined; aheadFrom?: number } = {},
): Promise<Found> => {
  const { db, now, actor } = call;
  const { hostId } = poll;
  const { from, to } = poll.window;
  const readsAhead = epoch !== null || aheadFrom !== undefined;
  const ahead = readsAhead ? { from: aheadFrom ?? from, most: now + AHEAD_MS } : null;
  const { exists, quietUntil, inMaintenance, ...found } = await readOpenJobs(db, poll, {
    bounds: ANSWER_BOUNDS,
    projectIds: actor.projectIds,
    ahead,
  });
  if (!exists) throw notFound("host", hostId);
  // While jobs wait outside the window, each poll must read D1 to report them; those that maintenance hides may be there.
  const isKnown = !inMaintenance && quietUntil !== null && quietUntil >= to && found.outside === 0;
  if (epoch !== null && isKnown) {
    const span = { from, until: quietUntil };
    await ifAvailable(call.host(hostId, (host, timing) => host.learnNothingDue(epoch, span, timing)));
  }
  return { ...found, quietUntil };
};

/** The hosts whose last poll found jobs: their next poll reads D1 without asking the object first. Losing an entry costs one such call. */
const busy = new BoundedCache<number, true>(10_000);

/** Whether to ask a host's object if it knows that `span` has no job. */
export const mayBeQuiet = (hostId: number, { until }: Span, now: number): boolean =>
  until <= now + AHEAD_MS && busy.get(hostId) === undefined;

/** The most batches in which one poll settles a silence: enough for weeks of a schedule that runs every minute. */
const MAX_MISSED_BATCHES = 40;

/**
 * Of the jobs that came due while a host was silent, up to `until`, each schedule's latest is kept and the
 * others are missed. The next poll settles what is too much for this one.
 */
const settleSilence = async (call: Call, hostId: number, until: number): Promise<void> => {
  for (let batch = 0; batch < MAX_MISSED_BATCHES; batch++) {
    if ((await missWaiting(call.db, { hostId, until }, call.now)) === CLOCK_BATCH) continue;
    await call.host(hostId, (host) => host.settledSilence(until));
    return;
  }
};

/**
 * When the host last could not take jobs, by its silence or by maintenance that has ended: what came due before and
 * waits is settled. Null: nothing of it waits.
 */
const settledUntil = (
  { now }: Call,
  { rows, outside, maintenanceUntil }: Found,
  silentUntil: number | null,
): number | null => {
  const until = maintenanceUntil ?? now + 1;
  const isLate =
    until <= now &&
    until > now - DAY_MS &&
    (outside > 0 || rows.some(({ scheduledAt }) => scheduledAt < until));
  return isLate ? Math.max(until, silentUntil ?? until) : silentUntil;
};

/** Stores the jobs outside the window for the host's page, if their number changed. */
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

/** The runs with a cancel request in D1, and those that the object knows. */
const allCancels = async (
  call: Call,
  { cancelRequested }: Found,
  known: readonly number[],
): Promise<number[]> => {
  const more = known.filter((job) => !cancelRequested.includes(job));
  return [...cancelRequested, ...(await knownCancels(call, more))].sort((one, other) => one - other);
};

/** A host's open jobs. Reads D1 unless the host's object knows that there are none. Throws `not_found`. */
export const findJobs = async (call: Call, poll: HostPoll): Promise<Found> => {
  const { hostId, window } = poll;
  const span = { from: window.from, until: window.to };
  let reply =
    prefetchedNothingDue(call, hostId, span) ??
    (mayBeQuiet(hostId, span, call.now) ? await queryNothingDue(call.host, hostId, span) : undefined);
  if (reply?.found === "nothing")
    return { ...NONE, cancelRequested: await knownCancels(call, reply.cancelRequested) };
  let found = await readJobs(call, poll, { epoch: reply?.epoch });
  // Several jobs of one schedule wait, in the window or before it: the host was away, or did not begin the first.
  const piled = found.waiting > 0 || found.outside > 0;
  // The jobs do not depend on the object here; it is asked for its silence and cancelled runs.
  if (piled || found.rows.length === 0) reply ??= await queryNothingDue(call.host, hostId, span);
  const late = piled && reply ? settledUntil(call, found, reply.silentUntil) : null;
  if (reply && late !== null) {
    await settleSilence(call, hostId, late);
    found = await readJobs(call, poll, { epoch: reply.epoch });
  }
  if (reply) await noteOutside(call, hostId, { jobs: found.outside, window: span, known: reply.outside });
  if (reply) found = { ...found, cancelRequested: await allCancels(call, found, reply.cancelRequested) };
  // The object recorded the contact if it was asked and knows its host; if it is asked to lease next, it does so then.
  const hasContact = reply ? reply.epoch !== null : found.rows.length > 0;
  if (!hasContact) await noteHostCall(call, hostId);
  if (found.rows.length > 0) busy.set(hostId, true);
  else busy.delete(hostId);
  return found;
};

/** A host's due jobs, always from D1, and when the next job comes. Throws `not_found`. */
export const findDueJobs = async (call: Call, poll: HostPoll): Promise<Found> => {
  const { hostId } = poll;
  const { silentUntil } = await call.host(hostId, (host, timing) => host.heard(timing));
  const read = () => readJobs(call, poll, { aheadFrom: poll.window.to });
  const found = await read();
  const late = found.waiting === 0 ? null : settledUntil(call, found, silentUntil);
  if (late === null) return found;
  await settleSilence(call, hostId, late);
  return read();
};

/**
 * The open jobs of a host's active agents in a window, in the projects that the caller may access, the due
 * ones leased to it ("Retrieve Scheduled Jobs"). Throws `not_found`.
 */
export const pollJobs = async (
  call: Call,
  hostId: number,
  { start_date: from, end_date: to, lease }: z.output<typeof pollInput>,
): Promise<Polled> => {
  const window = { from, to, now: call.now, dueBefore: call.now + call.settings.LEASE_SECONDS * 1000 };
  // lease=false is not a sign of life. Running jobs are settled first, because others may wait for them.
  if (lease) await settleRunning(call, hostId);
  const found = await (lease ? findJobs : readJobs)(call, { hostId, window });
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
