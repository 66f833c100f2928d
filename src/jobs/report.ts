import type * as z from "zod";
import { noteHostCall } from "../access/host-contact.ts";
import { nameOf } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { Scope } from "../database/enums.ts";
import { ifAvailable } from "../host-object/client.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { notifyCancelled } from "./drop-leases.ts";
import { lengthIn, offeredAtOf } from "./job-times.ts";
import { getJob, type JobPath } from "./jobs.ts";
import { causeOf, exitCodeOf, noteOf, urlOf } from "./note.ts";
import type { reportInput } from "./report-input.ts";
import { leaseRefusal, overtaken } from "./report-refusals.ts";
import { moveJob } from "./report-store.ts";
import { isDone, judged, mayMove, type Reporting } from "./reporting.ts";
import { isUnderLease, leaseHolder, processMark, requestMark } from "./run-holder.ts";
import { isEnded, isLate, type Mover, OPEN, sourcesOf, targetsOf } from "./status.ts";
import type { JobView } from "./store.ts";
import { recordCancelRequest, recordRefusal } from "./transition-store.ts";

const MOVERS: Record<Scope, readonly Mover[]> = {
  admin: ["host", "operator"],
  operator: ["operator"],
  host: ["host"],
  metrics: [],
};

/**
 * Moves a job as its host reports, or cancels it ("Update a Job's Status"). The first RUNNING wins. A repeat
 * by its holder, or of the same end, returns the job unchanged. An operator's CANCELLED of a run under a
 * lease first asks the host (the answer is then still RUNNING); a second one ends the run. Throws
 * `not_found`, `forbidden`, `already_running`, `move_refused`, `lease_lost`, `lease_required`.
 */
export const reportJob = async (
  call: Call,
  path: JobPath,
  input: z.output<typeof reportInput>,
): Promise<JobView> => {
  const movers = MOVERS[call.actor.scope];
  const { status } = input;
  if (sourcesOf(status, movers).length === 0) {
    throw new DomainError(
      "forbidden",
      `a token of scope ${call.actor.scope} may only report CANCELLED, not ${status}`,
    );
  }
  const leaseId = input.lease_id ?? null;
  const reported: Reporting = {
    status,
    movers,
    byHost:
      movers.includes("host") && (leaseId !== null || status !== "CANCELLED" || !movers.includes("operator")),
    leaseId,
    holder: leaseId === null ? processMark(call) : leaseHolder(leaseId),
    begunAfterMs: lengthIn(input.begun_after_ms),
    note: noteOf(input, call.now),
    outcome: { exitCode: exitCodeOf(input), runUrl: urlOf(input) },
    barring: input.judged_tests === true ? "nothing" : "failed and missing",
    because: status === "FAILED" && movers.includes("host") ? causeOf(input) : null,
  };
  const job = await getJob(call, path);
  const reporting = judged(job, reported);
  if (isDone(job, job.attempt, reporting) || !mayMove(job, reporting)) {
    // These need nothing of the object, but count as the host's contact.
    if (reporting.byHost) await noteHostCall(call, job.hostId);
    if (!isDone(job, job.attempt, reporting)) throw await refuse(call, job, reporting);
    if (status === "CANCELLED") await notifyCancelledAgain(call, job, reporting);
    return job;
  }
  if (!reporting.byHost && job.status === "RUNNING" && isUnderLease(job.holder)) {
    const cancelling = await requestCancel(call, job, reporting.note);
    if (cancelling?.status === "RUNNING" || cancelling?.status === status) return cancelling;
    if (cancelling) {
      await call.host(job.hostId, (host, timing) => host.dropRun(job.id, job.attempt, timing));
      throw await refuse(call, cancelling, reporting);
    }
  }
  const moved = await moveJudged(call, job, reported);
  if (isDone(moved, job.attempt, judged(moved, reported))) return moved;
  if (moved.attempt !== job.attempt) throw overtaken(moved, job.attempt);
  throw await refuse(call, moved, reporting);
};

/** Tries the move. If a report of tests arrived meanwhile, the run is judged anew. */
const moveJudged = async (call: Call, job: JobView, reported: Reporting): Promise<JobView> => {
  const reporting = judged(job, reported);
  const moved = await move(call, job, reporting);
  const anew = judged(moved, reported);
  const stands = moved.status === job.status && moved.attempt === job.attempt;
  return stands && anew.because !== reporting.because ? move(call, moved, anew) : moved;
};

/** Asks the host to end its run under a lease. Undefined if the run is to be ended at once. */
const requestCancel = async (call: Call, job: JobView, note: string | null): Promise<JobView | undefined> => {
  const { asked } = await call.host(job.hostId, (host, timing) =>
    host.askToCancel({ job: job.id, attempt: job.attempt }, requestMark(call), timing),
  );
  return asked ? recordCancelRequest(call.db, job, { note, author: authorOf(call, "cancelJob") }) : undefined;
};

/** Whether the reported attempt is still open. */
const waits = ({ status, attempt }: JobView, reported: number): boolean =>
  attempt === reported && OPEN.some((open) => open === status);

/** Notifies the host's object, then tries the move in D1. Returns the job afterwards, moved or not. */
const move = async (call: Call, job: JobView, reporting: Reporting): Promise<JobView> => {
  const { status, movers, byHost, leaseId, holder, begunAfterMs, note, outcome, because, barring } =
    reporting;
  const starts = status === "RUNNING";
  const report = { job: job.id, attempt: job.attempt, leaseId, starts, byHost };
  // D1 may have delayed the report until after its lease expired.
  const now = call.clock();
  const { verdict, taken } = await call.host(job.hostId, (host, timing) =>
    host.hold(report, { ...timing, now }),
  );
  if (verdict !== "go") throw leaseRefusal(job, verdict);
  const late = byHost && isLate(job, status);
  let tries = 0;
  const counted = call.db.within(() => {
    tries += 1;
    return true;
  });
  const {
    job: moved,
    displaced,
    due,
  } = await moveJob(counted, job, {
    from: late ? ["FAILED"] : sourcesOf(status, movers),
    to: status,
    by: nameOf(call.actor),
    now: call.now,
    note,
    ...{ late, because, barring },
    ...(byHost ? {} : { author: authorOf(call, "cancelJob") }),
    ...(starts
      ? {
          begins: {
            holder,
            limitMinutes: call.settings.RUN_LIMIT_MINUTES,
            offeredAt: offeredAtOf(taken, call.settings.LEASE_SECONDS * 1000),
          },
        }
      : {}),
    ...(byHost && !starts
      ? { ends: { holder: leaseId === null ? null : holder, begunAfterMs, ...outcome } }
      : {}),
  });
  call.wakeWebhooks(due);
  if (!moved) throw notFound("job", job.id);
  // A failed try may still be under way and begin the run; then the lease stays, and the alarm decides.
  if (taken && tries <= 1 && waits(moved, job.attempt))
    await ifAvailable(call.host(job.hostId, (host) => host.release(job.id, job.attempt, taken)));
  if (job.cancelRequestedAt !== null && moved.status !== "RUNNING")
    await call.host(job.hostId, (host, timing) => host.dropRun(job.id, job.attempt, timing));
  for (const run of displaced) {
    await call.host(run.hostId, (host, timing) => host.dropRun(run.id, run.attempt, timing));
    await notifyCancelled(call, run);
  }
  if (!byHost && job.status === "RUNNING" && moved.status === "CANCELLED") await notifyCancelled(call, job);
  return moved;
};

/** An operator may repeat a cancel because the host was not notified; a host's repeat says that it knows. An admin's may be either. */
const notifyCancelledAgain = async (
  call: Call,
  job: JobView,
  { byHost, movers, holder }: Reporting,
): Promise<void> => {
  if (byHost || holder === job.holder) await knowsOfCancel(call, job);
  else if (!movers.includes("host")) await notifyCancelled(call, job);
};

/** The host reported on a cancelled run, so it is not notified any more. */
const knowsOfCancel = ({ host }: Call, { id, hostId, holder }: JobView): Promise<void> | undefined =>
  holder === null || isUnderLease(holder) ? undefined : host(hostId, (object) => object.forgetCancelled(id));

/** The error for a report that was not applied. A host's report on an ended job is recorded in the job's history. */
const refuse = async (
  call: Call,
  job: JobView,
  { status, movers, byHost, leaseId, holder, note }: Reporting,
): Promise<DomainError> => {
  if (byHost && isEnded(job.status)) {
    await recordRefusal(call.db, job, { by: nameOf(call.actor), now: call.now, status, note });
    if (job.status === "CANCELLED") await knowsOfCancel(call, job);
  }
  const overlaps = status === "RUNNING" && sourcesOf(status, movers).includes(job.status);
  if (leaseId !== null && job.holder !== holder && !overlaps) return leaseRefusal(job, "lease_lost");
  if (job.status === "RUNNING" && status === "RUNNING") {
    return new DomainError(
      "already_running",
      `job ${job.id} was started by another process; do not run it again. Who repeats a report of its own is known by its Lease-Owner header: send the same one with each, or the same Idempotency-Key or x-qtest-nonce`,
    );
  }
  if (byHost && leaseId === null && isUnderLease(job.holder) && mayMove(job, { status, movers, byHost })) {
    return leaseRefusal(job, "lease_required");
  }
  if (overlaps) {
    const then =
      leaseId === null
        ? ""
        : `; the lease stays good until its accept_by: give it back, or report RUNNING again`;
    return new DomainError(
      "overlap",
      `another job of schedule ${job.scheduleId} runs; job ${job.id} waits until it has ended${then}`,
    );
  }
  const possible = targetsOf(job.status, movers);
  const advice =
    possible.length === 0 ? "it has ended and stays so" : `from there it can become ${possible.join(", ")}`;
  return new DomainError(
    "move_refused",
    `job ${job.id} is ${job.status} and can't become ${status}: ${advice}`,
  );
};
