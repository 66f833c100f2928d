import { JOB_STATUSES, type JobStatus } from "../database/enums.ts";

/** The statuses that a report may name. The first starts a run, the others end it. */
export const REPORTED = [
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
] as const satisfies readonly JobStatus[];
export type Reported = (typeof REPORTED)[number];

/** Waiting to be started: the jobs that a poll hands out. The schema's partial indexes repeat this list. */
export const OPEN = ["PLANNED", "NOT_RUN"] as const satisfies readonly JobStatus[];

/** The final statuses. */
export const ENDED = ["COMPLETED", "FAILED", "CANCELLED"] as const satisfies readonly JobStatus[];

export type Mover = "host" | "operator" | "clock";

const MOVES: Record<JobStatus, Partial<Record<JobStatus, readonly Mover[]>>> = {
  PLANNED: { RUNNING: ["host"], CANCELLED: ["host", "operator", "clock"], NOT_RUN: ["clock"] },
  NOT_RUN: { RUNNING: ["host"], CANCELLED: ["host", "operator", "clock"] },
  RUNNING: {
    COMPLETED: ["host"],
    FAILED: ["host", "clock"],
    CANCELLED: ["host", "operator", "clock"],
    PLANNED: ["clock"],
  },
  COMPLETED: {},
  FAILED: {},
  CANCELLED: {},
};

/** The statuses from which `movers` may move a job to `to`; empty: none. */
export const sourcesOf = (to: JobStatus, movers: readonly Mover[]): JobStatus[] =>
  JOB_STATUSES.filter((from) => MOVES[from][to]?.some((mover) => movers.includes(mover)));

/** The statuses to which `movers` may move a job from `from`. */
export const targetsOf = (from: JobStatus, movers: readonly Mover[]): JobStatus[] =>
  JOB_STATUSES.filter((to) => MOVES[from][to]?.some((mover) => movers.includes(mover)));

/** Why a run failed without its tests: its host was silent, or its time limit passed. */
export const HOST_LOST = "host_lost";
export const RUN_LIMIT = "run_limit";
/** Why a host itself ended a run besides its time limit: its disk was full. */
export const DISK_FULL = "disk_full";
/** Reasons of the host, not of the tests. A run that failed for one counts against no test. */
export const HOST_REASONS = [HOST_LOST, RUN_LIMIT, DISK_FULL] as const;

/** Whether results of an attempt of this job count against no test. Only the loss of its host ends an earlier attempt. */
export const isOfHost = (
  job: { attempt: number; status: JobStatus; statusReason: string | null },
  attempt: number,
): boolean =>
  attempt < job.attempt ||
  (job.status === "FAILED" && HOST_REASONS.some((reason) => reason === job.statusReason));

/** Why a job ended that no host was given: it was created for results of tests that nobody scheduled. */
export const REPORTED_JOB = "reported";
/** Why a job that had failed as `host_lost` moved once more. */
export const LATE = "late";

/** Whether a host's report corrects an assumed failure. The guard on the attempt excludes newer attempts. */
export const isLate = (job: { status: JobStatus; statusReason: string | null }, to: JobStatus): boolean =>
  job.status === "FAILED" && job.statusReason === HOST_LOST && (to === "COMPLETED" || to === "FAILED");

export const isEnded = (status: JobStatus): boolean => ENDED.some((end) => end === status);

/** Turns `NOT RUN`, as people see and type it, into the wire's `NOT_RUN`. */
export const statusFromText = (text: string): string => text.trim().toUpperCase().replace(" ", "_");
