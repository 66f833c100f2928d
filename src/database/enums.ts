/** What becomes of a run under a lease whose host is lost: failed for people to look at, or planned again. */
export const ON_LOST = ["fail", "requeue"] as const;
export type OnLost = (typeof ON_LOST)[number];

/** What becomes of a run whose time comes while another of its schedule still runs: it is skipped, it runs beside it, or it takes its place. */
export const OVERLAPS = ["skip", "allow", "cancel_running"] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What becomes of runs that could not be made or handed out: the latest one is made up for, or none. */
export const MISSED = ["run_once", "skip"] as const;
export type Missed = (typeof MISSED)[number];

/** The wire contract's "Job moves": the one place that says which moves a job may make, and who makes them. */
export const JOB_STATUSES = ["PLANNED", "NOT_RUN", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** The seed's two words for a host's status ("Ping from an Automation Host"). */
export const PRESENCES = ["Online", "Offline"] as const;

export type Presence = (typeof PRESENCES)[number];

/** The wire contract's "Who may do what": what each scope may do, and nowhere else. */
export const SCOPES = ["admin", "operator", "host"] as const;

export type Scope = (typeof SCOPES)[number];

/** What an audited change can be made to. */
export const OBJECT_KINDS = ["project", "host", "agent", "test_run", "schedule", "job", "token"] as const;

export type ObjectKind = (typeof OBJECT_KINDS)[number];
