import { JOB_STATUSES, type JobStatus } from "../database/enums.ts";

/** What a report may say; the first is the start of a run, the rest end it. */
export const REPORTED = [
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
] as const satisfies readonly JobStatus[];
export type Reported = (typeof REPORTED)[number];

/** Waiting to be started: what a poll hands out. The schema's partial indexes repeat this list. */
export const OPEN = ["PLANNED", "NOT_RUN"] as const satisfies readonly JobStatus[];

/** What a job may end as. */
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

/** The statuses that `movers` may move a job out of to reach `to`; none means that they never may. */
export const sourcesOf = (to: JobStatus, movers: readonly Mover[]): JobStatus[] =>
  JOB_STATUSES.filter((from) => MOVES[from][to]?.some((mover) => movers.includes(mover)));

/** The statuses that `movers` may take a job from `from` to. */
export const targetsOf = (from: JobStatus, movers: readonly Mover[]): JobStatus[] =>
  JOB_STATUSES.filter((to) => MOVES[from][to]?.some((mover) => movers.includes(mover)));

/** Why the clock failed a run: its host fell silent, or its time was up. */
export const HOST_LOST = "host_lost";
export const RUN_LIMIT = "run_limit";
/** Why a job has ended that no host was told of: it was made for what came of tests that nobody scheduled. */
export const REPORTED_JOB = "reported";
/** Why a job that was failed as `host_lost` moved once more. */
export const LATE = "late";

/** Whether a host's report corrects a failure that was only a guess; that no newer attempt exists, the guard on the attempt says. */
export const isLate = (job: { status: JobStatus; statusReason: string | null }, to: JobStatus): boolean =>
  job.status === "FAILED" && job.statusReason === HOST_LOST && (to === "COMPLETED" || to === "FAILED");

export const isEnded = (status: JobStatus): boolean => ENDED.some((end) => end === status);

/** `NOT RUN`, as people see and may type it, to the wire's `NOT_RUN`. */
export const statusFromText = (text: string): string => text.trim().toUpperCase().replace(" ", "_");
