import * as z from "zod";
import type { Call } from "../call.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import { parameterShape, parametersIn } from "./parameters.ts";
import type { BoundedJob } from "./poll-store.ts";
import { countsOf, resultCounts } from "./result-counts.ts";
import { REPORTED_JOB } from "./status.ts";
import type { JobHistoryRow, JobView } from "./store.ts";
import { JOB_EXAMPLE, jobShape, jobStatusShape, type WireJob, wireJobs, wireJobView } from "./wire.ts";

const MOVE_EXAMPLE = {
  at: "2015-04-08T03:01:50+00:00",
  from: "PLANNED" as const,
  to: "RUNNING" as const,
  by: "host lab 7",
  reason: null,
  note: null,
};

const READ_EXAMPLE = {
  ...JOB_EXAMPLE,
  status: "RUNNING" as const,
  attempt: 1,
  history: [MOVE_EXAMPLE],
  needs_attention: false,
  cancel_requested: false,
  repeats_job_id: null,
  reported: false,
  results: null,
  parameters: [{ name: "BASE_URL", value: "https://staging.example" }],
  commit: "6dcb09b5b57875f334f61aebed695e2e4193db5e",
  exit_code: null,
  url: null,
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  tracestate: null,
};

/** One move of a job's history. */
const moveShape = shape(() =>
  described(
    z.object({
      at: z.string(),
      from: jobStatusShape(),
      to: jobStatusShape(),
      by: z.string(),
      reason: z.string().nullable(),
      note: z.string().nullable(),
    }),
    {
      name: "JobMove",
      fields: {
        at: "When it moved: a UTC time.",
        from: "The status before.",
        to: "The status after.",
        by: "Who moved it: the scope and name of a token, or the clock.",
        reason: "Why, as a word for programs, like host_lost; null: there is no more to say.",
        note: "The reporter's own words and the end of its log, up to 4,000 characters.",
      },
      example: MOVE_EXAMPLE,
    },
  ),
);

/** A job as read by people: the seed's fields, its attempt and history, and more. */
export const jobReadShape = shape(() =>
  described(
    jobShape().extend({
      attempt: z.int(),
      history: z.array(moveShape()),
      needs_attention: z.boolean(),
      cancel_requested: z.boolean(),
      repeats_job_id: z.int().nullable(),
      reported: z.boolean(),
      results: resultCounts.nullable(),
      parameters: z.array(parameterShape),
      commit: z.string().nullable(),
      exit_code: z.int().nullable(),
      url: z.string().nullable(),
      traceparent: z.string().nullable(),
      tracestate: z.string().nullable(),
    }),
    {
      name: "JobRead",
      fields: {
        ...fieldsOf(jobShape()),
        attempt: "The number of the attempt that runs or ran last, from 1 up.",
        history: "Its moves, the oldest first.",
        needs_attention:
          "Whether it runs, and its host has registered since or no longer names it: the process that began it may be gone.",
        cancel_requested: "Whether its host is asked to cancel it.",
        repeats_job_id: "The id of the job that this one runs again; null: it is not a rerun.",
        reported:
          "Whether it was made for results of tests that nobody scheduled, so that no host was given it.",
        results: "The results of the current attempt; null if it sent no test report.",
        parameters: "What the run's environment has besides.",
        commit: "The id of the commit that it tests; null: not known.",
        exit_code: "The run's exit code, as the last report of its end said; null: it said none.",
        url: "The address of a page about the run, as the last report of its end said; null: it said none.",
        traceparent:
          "The trace that its run belongs to, by the W3C's Trace Context; null: the request that asked for the run named none.",
        tracestate: "What tracing systems added to traceparent; null: nothing.",
      },
      example: READ_EXAMPLE,
    },
  ),
);

/** When a job was offered to the process that runs it, accepted and begun; null: not known. */
export const jobTimesShape = shape(() =>
  described(
    jobReadShape().extend({
      offered_at: z.string().nullable(),
      accepted_at: z.string().nullable(),
      begun_at: z.string().nullable(),
      waited_ms: z.int().nullable(),
    }),
    {
      name: "JobTimes",
      fields: {
        ...fieldsOf(jobReadShape()),
        offered_at: "When it was offered to the process that runs it: a UTC time; null: not known.",
        accepted_at: "When that process accepted it: a UTC time; null: none did.",
        begun_at: "When its first test began: a UTC time; null: not known.",
        waited_ms: "How long after its start_date it was accepted, in milliseconds; null: it was not.",
      },
      example: {
        ...READ_EXAMPLE,
        offered_at: null,
        accepted_at: "2015-04-08T03:01:50+00:00",
        begun_at: "2015-04-08T03:01:53+00:00",
        waited_ms: 2000,
      },
    },
  ),
);

type ReadFacts = Pick<
  JobView,
  | "attempt"
  | "needsAttention"
  | "cancelRequestedAt"
  | "repeatsJobId"
  | "results"
  | "resultsAttempt"
  | "statusReason"
  | "parameters"
  | "commitSha"
  | "exitCode"
  | "runUrl"
>;

const wireRead = (job: WireJob, facts: ReadFacts, history: JobHistoryRow[]): Shaped<typeof jobReadShape> => ({
  ...job,
  attempt: facts.attempt,
  history: history.map(({ at, from, to, by, reason, note }) => ({
    at: formatWireTime(at),
    from,
    to,
    by,
    reason,
    note,
  })),
  needs_attention: facts.needsAttention === 1,
  cancel_requested: facts.cancelRequestedAt !== null,
  repeats_job_id: facts.repeatsJobId,
  reported: facts.statusReason === REPORTED_JOB,
  results: countsOf(facts),
  parameters: parametersIn(facts.parameters),
  commit: facts.commitSha,
  exit_code: facts.exitCode,
  url: facts.runUrl,
  traceparent: job.traceparent ?? null,
  tracestate: job.tracestate ?? null,
});

export const wireJobRead = (call: Pick<Call, "settings">, job: JobView, history: JobHistoryRow[]) => ({
  ...wireRead(wireJobView(call, job), job, history),
  offered_at: formatOptionalTime(job.offeredAt),
  accepted_at: formatOptionalTime(job.startedAt),
  begun_at: formatOptionalTime(job.begunAt),
  waited_ms: job.startedAt === null ? null : Math.max(0, job.startedAt - job.scheduledAt),
});

/** A list's jobs, each with its history. */
export const wireJobReads = (call: Pick<Call, "settings">, rows: BoundedJob[], history: JobHistoryRow[]) => {
  const histories = Map.groupBy(history, ({ jobId }) => jobId);
  const jobs = wireJobs(call, rows);
  return rows.flatMap((row, place) => {
    const job = jobs[place];
    return job ? [wireRead(job, row, histories.get(row.id) ?? [])] : [];
  });
};
