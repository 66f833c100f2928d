import * as z from "zod";
import type { Call } from "../call.ts";
import { JOB_STATUSES } from "../database/enums.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import { type Material, materialShape, parseMaterials } from "./materials.ts";
import { parameterShape, parametersIn } from "./parameters.ts";
import type { BoundedJob } from "./poll-store.ts";
import { countsOf, resultCounts } from "./result-counts.ts";
import { REPORTED_JOB } from "./status.ts";
import type { JobHistoryRow, JobView } from "./store.ts";

/** A job as in the seed's sample ("Retrieve Scheduled Jobs"), with its fields in that order. */
export const jobShape = shape(() =>
  z.object({
    client_id: z.int(),
    project_id: z.int(),
    job_id: z.int(),
    host_server_id: z.int(),
    status: z.enum(JOB_STATUSES),
    agent_server_id: z.int(),
    agent_id: z.union([z.int(), z.string()]),
    schedule_id: z.int(),
    automation_materials: z.array(materialShape),
    start_date: z.string(),
  }),
);
export type WireJob = Shaped<typeof jobShape>;

/** A job as read by people: the seed's fields, its attempt and history, and more. */
export const jobReadShape = shape(() =>
  jobShape().extend({
    attempt: z.int(),
    history: z.array(
      z.object({
        at: z.string(),
        from: z.enum(JOB_STATUSES),
        to: z.enum(JOB_STATUSES),
        by: z.string(),
        reason: z.string().nullable(),
        /** The reporter's note. */
        note: z.string().nullable(),
      }),
    ),
    /** It runs, and its host has registered since or no longer names it: the process that began it may be gone. */
    needs_attention: z.boolean(),
    cancel_requested: z.boolean(),
    repeats_job_id: z.int().nullable(),
    /** No host was given it: it was created for results of tests that nobody scheduled. */
    reported: z.boolean(),
    /** Of the current attempt; null if it sent no test report. */
    results: resultCounts.nullable(),
    parameters: z.array(parameterShape),
    /** As the last report of the run's end said. */
    exit_code: z.int().nullable(),
    url: z.string().nullable(),
  }),
);

/** When a job was offered to the process that runs it, accepted and begun; null: not known. */
export const jobTimesShape = shape(() =>
  jobReadShape().extend({
    offered_at: z.string().nullable(),
    accepted_at: z.string().nullable(),
    begun_at: z.string().nullable(),
    /** How long after its scheduled time it was accepted. */
    waited_ms: z.int().nullable(),
  }),
);

const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/;

/** The client's own number of an agent: a number if it is a whole one, else the string that it sent. */
const agentNumber = (clientNumber: string): number | string =>
  WHOLE_NUMBER.test(clientNumber) ? Number(clientNumber) : clientNumber;

type JobFacts = Pick<
  JobView,
  "id" | "projectId" | "hostId" | "agentId" | "scheduleId" | "scheduledAt" | "status" | "clientNumber"
>;

const wireJob = ({ settings }: Pick<Call, "settings">, job: JobFacts, materials: Material[]): WireJob => ({
  client_id: settings.SITE_ID,
  project_id: job.projectId,
  job_id: job.id,
  host_server_id: job.hostId,
  status: job.status,
  agent_server_id: job.agentId,
  agent_id: agentNumber(job.clientNumber),
  schedule_id: job.scheduleId,
  automation_materials: materials,
  start_date: formatWireTime(job.scheduledAt),
});

/** Jobs in wire form. The store gives materials only at the first of the jobs that share them; here each job gets them. */
export const wireJobs = (call: Pick<Call, "settings">, rows: BoundedJob[]): WireJob[] => {
  const materials = new Map<number, Material[]>();
  return rows.map((row) => {
    if (row.materials !== null) materials.set(row.snapshotId, parseMaterials(row.materials));
    return wireJob(call, row, materials.get(row.snapshotId) ?? []);
  });
};

export const wireJobView = (call: Pick<Call, "settings">, job: JobView): WireJob =>
  wireJob(call, job, parseMaterials(job.materials));

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
  exit_code: facts.exitCode,
  url: facts.runUrl,
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
