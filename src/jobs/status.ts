/** The wire contract's "Job moves": the one place that says which moves a job may make, and who makes them. */
export const JOB_STATUSES = ["PLANNED", "NOT_RUN", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

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

export type Mover = "host" | "operator" | "clock";

const MOVES: Record<JobStatus, Partial<Record<JobStatus, readonly Mover[]>>> = {
  PLANNED: { RUNNING: ["host"], CANCELLED: ["host", "operator", "clock"], NOT_RUN: ["clock"] },
  NOT_RUN: { RUNNING: ["host"], CANCELLED: ["host", "operator", "clock"] },
  RUNNING: { COMPLETED: ["host"], FAILED: ["host"], CANCELLED: ["host", "operator"] },
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

export const isEnded = (status: JobStatus): boolean => Object.keys(MOVES[status]).length === 0;

/** `NOT RUN`, as people see and may type it, to the wire's `NOT_RUN`. */
export const statusFromText = (text: string): string => text.trim().toUpperCase().replace(" ", "_");
