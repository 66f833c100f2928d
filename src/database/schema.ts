import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import {
  ALARM_KINDS,
  BLACKOUT_RULES,
  DELIVERY_STATUSES,
  DELIVERY_TYPES,
  JOB_STATUSES,
  MISSED,
  OBJECT_KINDS,
  ON_LOST,
  OVERLAPS,
  PRESENCES,
  SCOPES,
  SIGN_KINDS,
  WEBHOOK_FORMS,
} from "./enums.ts";
/*
 * The whole relational model. Every `*_at` is epoch milliseconds. No foreign key cascades: on D1, rebuilding
 * a table would delete its children's rows. `creation_key` identifies the request that created a row: its
 * batch can run twice and create the row once.
 */

export const site = sqliteTable("site", {
  id: integer("id").primaryKey(),
  /** The newest tick whose presence step is done. */
  checkedAt: integer("checked_at").notNull(),
  /** The last row of job history that `outcomes` counts. */
  countedHistoryId: integer("counted_history_id").notNull().default(0),
  /** No longer used: `projects.sweep_at` took its place. */
  sweptProjectId: integer("swept_project_id").notNull().default(0),
  /** The last job, and the last row of job history, that `metrics` counts. */
  measuredJobId: integer("measured_job_id").notNull().default(0),
  measuredHistoryId: integer("measured_history_id").notNull().default(0),
  /** When each step of the tick last ran well: a JSON object from names to epoch milliseconds. */
  stepsRanAt: text("steps_ran_at").notNull().default("{}"),
  /** The last agent and the last schedule that were looked at for alarms; 0: from the first one on. */
  watchedAgentId: integer("watched_agent_id").notNull().default(0),
  watchedScheduleId: integer("watched_schedule_id").notNull().default(0),
  /** The last row of job history whose run is discounted, or counts again, if it is to. NULL before the first. */
  discountedHistoryId: integer("discounted_history_id"),
});

export const projects = sqliteTable(
  "projects",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
    /** The highest id of a deleted test run. Ids are not reused. */
    deletedTestRunId: integer("deleted_test_run_id").notNull().default(0),
    creationKey: text("creation_key").notNull().unique(),
    /** When it was deleted. The tick then removes its data; its row stays, so that its id is not reused. */
    deletedAt: integer("deleted_at"),
    /** When all its data was removed. */
    removedAt: integer("removed_at"),
    /** When its results and files may next be old enough to be removed. */
    sweepAt: integer("sweep_at").notNull().default(0),
  },
  (project) => [
    // A condition of its own: with `deleted_at` alone, lists of projects by id would use it too, and sort.
    index("projects_by_sweep").on(project.sweepAt).where(sql`removed_at IS NULL`),
    index("projects_deleted").on(project.deletedAt).where(sql`deleted_at IS NOT NULL AND removed_at IS NULL`),
  ],
);

export const hosts = sqliteTable(
  "hosts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** Trimmed and in lower case, for comparison. */
    guid: text("guid").notNull().unique(),
    guidAsSent: text("guid_as_sent").notNull(),
    name: text("name").notNull(),
    ipAddress: text("ip_address").notNull(),
    macAddress: text("mac_address").notNull(),
    presence: text("presence", { enum: PRESENCES }).notNull().default("Offline"),
    presenceChangedAt: integer("presence_changed_at"),
    /** The first pings of the two newest windows with a ping. */
    lastPingAt: integer("last_ping_at"),
    previousPingAt: integer("previous_ping_at"),
    registeredAt: integer("registered_at").notNull(),
    /** The token that registered it first. */
    registeredBy: integer("registered_by"),
    /** The last contact that the tick learned from the host's object, when it had a run to judge. */
    contactAt: integer("contact_at"),
    /** Since when it has a socket, as far as D1 knows. Its object knows whether the socket is alive. */
    connectedAt: integer("connected_at"),
    /** Until when the overview does not ask for attention to it, and who said so; null: nobody. */
    acknowledgedUntil: integer("acknowledged_until"),
    acknowledgedBy: text("acknowledged_by"),
    retiredAt: integer("retired_at"),
    creationKey: text("creation_key").notNull().unique(),
    /** Since when it is, or was last, in maintenance: it is handed no job. NULL: it never was. */
    maintenanceAt: integer("maintenance_at"),
    /** When the maintenance ends, or ended; NULL: when somebody ends it. */
    maintenanceUntil: integer("maintenance_until"),
    maintenanceBy: text("maintenance_by"),
    maintenanceNote: text("maintenance_note"),
    /** What runs on it, as it said when it last registered with one; NULL: it never did. */
    version: text("version"),
    /** A JSON array of texts; NULL: none were ever given. */
    labels: text("labels"),
  },
  (host) => [
    index("hosts_by_presence").on(host.presence, host.lastPingAt),
    index("hosts_by_name").on(sql`${host.name} COLLATE NOCASE`, host.id),
    index("hosts_connected").on(host.id).where(sql`connected_at IS NOT NULL`),
  ],
);

export const presenceHistory = sqliteTable(
  "presence_history",
  {
    hostId: integer("host_id")
      .notNull()
      .references(() => hosts.id),
    at: integer("at").notNull(),
    presence: text("presence", { enum: PRESENCES }).notNull(),
  },
  (row) => [primaryKey({ columns: [row.hostId, row.at] }), index("presence_history_by_age").on(row.at)],
);

export const agents = sqliteTable(
  "agents",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    hostId: integer("host_id")
      .notNull()
      .references(() => hosts.id),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    /** The host's own number of the agent, as text. */
    clientNumber: text("client_number").notNull(),
    name: text("name").notNull(),
    framework: text("framework").notNull(),
    frameworkId: text("framework_id").notNull(),
    active: integer("active", { mode: "boolean" }).notNull(),
    /** Since when it is inactive; null while it is active. */
    inactiveSince: integer("inactive_since"),
    deletedAt: integer("deleted_at"),
    creationKey: text("creation_key").notNull().unique(),
  },
  (agent) => [
    uniqueIndex("agents_by_host").on(agent.hostId, agent.clientNumber, agent.projectId),
    index("agents_by_project").on(agent.projectId),
    index("agents_of_host").on(agent.hostId, agent.id),
    index("agents_by_name").on(sql`${agent.name} COLLATE NOCASE`, agent.id),
  ],
);

export const testRuns = sqliteTable(
  "test_runs",
  {
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    id: integer("id").notNull(),
    testCaseId: integer("test_case_id").notNull(),
    testCaseName: text("test_case_name").notNull(),
    testCaseVersionId: integer("test_case_version_id").notNull(),
    automationContent: text("automation_content").notNull(),
    /** The request that created the row, and the row's place in it, so that a retry finds its rows. */
    creationKey: text("creation_key").notNull(),
    place: integer("place").notNull(),
  },
  (run) => [
    primaryKey({ columns: [run.projectId, run.id] }),
    index("test_runs_by_case").on(run.projectId, run.testCaseId),
    index("test_runs_by_version").on(run.projectId, run.testCaseVersionId),
    index("test_runs_by_creation").on(run.creationKey, run.place),
    index("test_runs_by_content").on(run.projectId, run.automationContent, run.testCaseName, run.id),
    index("test_runs_by_name").on(run.projectId, sql`${run.testCaseName} COLLATE NOCASE`, run.id),
  ],
);

/** Test runs as they were when scheduled. A job keeps its snapshot when its schedule gets another. */
export const snapshots = sqliteTable("snapshots", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  /** A JSON array in wire form. */
  materials: text("materials").notNull(),
  materialsBytes: integer("materials_bytes").notNull(),
  creationKey: text("creation_key").notNull().unique(),
});

export const schedules = sqliteTable(
  "schedules",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    agentId: integer("agent_id")
      .notNull()
      .references(() => agents.id),
    snapshotId: integer("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    name: text("schedule_name").notNull(),
    /** Null: one run at `startAt`. Else all runs are in [startAt, endAt). */
    cron: text("cron"),
    timeZone: text("time_zone").notNull(),
    startAt: integer("start_at"),
    endAt: integer("end_at"),
    maxRuns: integer("max_runs"),
    /** The time limit of a run; null: RUN_LIMIT_MINUTES. */
    allocatedMinutes: integer("allocated_minutes"),
    /** When a job that was not begun is cancelled; null: never. */
    expireAfterMinutes: integer("expire_after_minutes"),
    overlap: text("overlap", { enum: OVERLAPS }).notNull(),
    missed: text("missed", { enum: MISSED }).notNull(),
    missedWithinMinutes: integer("missed_within_minutes").notNull(),
    /** How long a run in doubt still counts as running. */
    staleMinutes: integer("stale_minutes").notNull().default(60),
    onLost: text("on_lost", { enum: ON_LOST }).notNull(),
    maxAttempts: integer("max_attempts").notNull(),
    /** Every run before this time has its job. It also guards one planning against another. */
    plannedUntil: integer("planned_until").notNull(),
    runsPlanned: integer("runs_planned").notNull().default(0),
    /** When to plan again; null: nothing left to plan. */
    planDueAt: integer("plan_due_at"),
    pausedAt: integer("paused_at"),
    pauseNote: text("pause_note"),
    /** Parameters of its runs besides materials: a JSON array of names and values. */
    parameters: text("parameters"),
    /** The commit that its runs test, in lower-case hex; null: not known. */
    commitSha: text("commit_sha"),
    /** Until when the overview does not ask for attention to its failures, and who said so; null: nobody. */
    acknowledgedUntil: integer("acknowledged_until"),
    acknowledgedBy: text("acknowledged_by"),
    deletedAt: integer("deleted_at"),
    createdAt: integer("created_at").notNull(),
    creationKey: text("creation_key").notNull().unique(),
    /** Whether runs by its cron are left out in its project's blackouts. */
    blackouts: text("blackouts", { enum: BLACKOUT_RULES }).notNull().default("heed"),
    /** The trace of the request that made it, which its run belongs to if it is a single one; as in `jobs`. */
    traceContext: text("trace_context"),
    /** The public id of its badge, by which anyone may read its last outcome; null: it has none. */
    badgeId: text("badge_id"),
    /** What stands on the left of the badge, and when it got its id. */
    badgeLabel: text("badge_label"),
    badgeMadeAt: integer("badge_made_at"),
  },
  (schedule) => [
    index("schedules_by_agent").on(schedule.agentId),
    index("schedules_by_project").on(schedule.projectId, schedule.id),
    index("schedules_planned_ahead")
      .on(schedule.agentId, schedule.plannedUntil)
      .where(sql`plan_due_at IS NOT NULL`),
    index("schedules_to_plan").on(schedule.planDueAt).where(sql`plan_due_at IS NOT NULL`),
    index("schedules_by_snapshot").on(schedule.snapshotId),
    index("schedules_deleted").on(schedule.deletedAt).where(sql`deleted_at IS NOT NULL`),
    uniqueIndex("schedules_by_badge").on(schedule.badgeId).where(sql`badge_id IS NOT NULL`),
    // Without a condition on `deleted_at`: with one, lists of a project's schedules by id would use it too, and sort.
    index("schedules_of_project_by_name").on(
      schedule.projectId,
      sql`${schedule.name} COLLATE NOCASE`,
      schedule.id,
    ),
    index("schedules_by_name").on(sql`${schedule.name} COLLATE NOCASE`, schedule.id),
  ],
);

/** Times in which a project's schedules do not run: days, a window, or the events of a calendar file. */
export const blackouts = sqliteTable(
  "blackouts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    name: text("name").notNull(),
    /** Its spans, a JSON array of {from, until, name}: epoch milliseconds, ascending, `until` exclusive. */
    spans: text("spans").notNull(),
    /** The end of its last span. */
    endsAt: integer("ends_at").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    /** When the tick last cancelled the jobs that were planned within it; NULL: it will. */
    settledAt: integer("settled_at"),
    deletedAt: integer("deleted_at"),
    creationKey: text("creation_key").notNull().unique(),
  },
  (blackout) => [
    index("blackouts_by_project").on(blackout.projectId, blackout.id),
    index("blackouts_to_settle").on(blackout.id).where(sql`settled_at IS NULL AND deleted_at IS NULL`),
  ],
);

export const jobs = sqliteTable(
  "jobs",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    hostId: integer("host_id")
      .notNull()
      .references(() => hosts.id),
    agentId: integer("agent_id")
      .notNull()
      .references(() => agents.id),
    scheduleId: integer("schedule_id")
      .notNull()
      .references(() => schedules.id),
    snapshotId: integer("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    scheduledAt: integer("scheduled_at").notNull(),
    /** Distinguishes jobs of one schedule at one time. */
    runNumber: integer("run_number").notNull(),
    status: text("status", { enum: JOB_STATUSES }).notNull(),
    attempt: integer("attempt").notNull(),
    /** Who reported the current attempt RUNNING (jobs/run-holder.ts). */
    holder: text("holder"),
    statusChangedAt: integer("status_changed_at").notNull(),
    /** When the current attempt, or the last one, became RUNNING. */
    startedAt: integer("started_at"),
    /** When that attempt was offered to its process; null if it was not handed out under a lease. */
    offeredAt: integer("offered_at"),
    /** When its tests began, by the host's report; null: not reported. */
    begunAt: integer("begun_at"),
    /** Its schedule's overlap rule when it was planned. */
    overlap: text("overlap", { enum: OVERLAPS }).notNull().default("allow"),
    /** When it is cancelled if it has not begun; null: never. */
    expiresAt: integer("expires_at"),
    /** Why the last move was made, if that needs a reason. */
    statusReason: text("status_reason"),
    /** When the current run must end; null: no limit. */
    runUntil: integer("run_until"),
    /** When someone asked the host to cancel the current run. */
    cancelRequestedAt: integer("cancel_requested_at"),
    /** Since when the current run's process may be gone; null: no doubt. */
    doubtedAt: integer("doubted_at"),
    /** The job that this one runs again. */
    repeatsJobId: integer("repeats_job_id"),
    /** The request that created a job outside its schedule's plan. */
    creationKey: text("creation_key"),
    /** Counts of an attempt's results by outcome, as JSON (jobs/result-counts.ts); null: no report. */
    results: text("results"),
    /** The attempt that `results` counts. */
    resultsAttempt: integer("results_attempt"),
    /** Set by the project's object, higher with each count: an older count never replaces a newer one. */
    resultsRevision: integer("results_revision"),
    /** Parameters of its run besides materials: a JSON array of names and values. */
    parameters: text("parameters"),
    /** The commit that its run tests, in lower-case hex; null: not known. */
    commitSha: text("commit_sha"),
    /** From the last report of the run's end: its exit code, and a link to its own page. */
    exitCode: integer("exit_code"),
    runUrl: text("run_url"),
    /** The trace that its run belongs to, as JSON (wire/trace-context.ts); null: none. */
    traceContext: text("trace_context"),
  },
  (job) => [
    uniqueIndex("jobs_by_schedule").on(job.scheduleId, job.scheduledAt, job.runNumber),
    index("jobs_open_by_agent")
      .on(job.agentId, job.scheduledAt, job.id)
      .where(sql`status IN ('PLANNED', 'NOT_RUN')`),
    index("jobs_planned").on(job.scheduledAt).where(sql`status = 'PLANNED'`),
    index("jobs_unended_by_schedule")
      .on(job.scheduleId, job.status, job.scheduledAt)
      .where(sql`status IN ('PLANNED', 'NOT_RUN', 'RUNNING')`),
    index("jobs_by_expiry")
      .on(job.expiresAt)
      .where(sql`status IN ('PLANNED', 'NOT_RUN') AND expires_at IS NOT NULL`),
    index("jobs_running").on(job.hostId, job.statusChangedAt).where(sql`status = 'RUNNING'`),
    index("jobs_cancel_requested")
      .on(job.hostId)
      .where(sql`status = 'RUNNING' AND cancel_requested_at IS NOT NULL`),
    uniqueIndex("jobs_by_creation").on(job.creationKey).where(sql`creation_key IS NOT NULL`),
    index("jobs_by_run_limit").on(job.runUntil).where(sql`status = 'RUNNING'`),
    index("jobs_by_project").on(job.projectId, job.id),
    index("jobs_by_host").on(job.hostId, job.projectId, job.id),
    index("jobs_by_repeated").on(job.repeatsJobId, job.id).where(sql`repeats_job_id IS NOT NULL`),
    index("jobs_by_snapshot").on(job.snapshotId),
    index("jobs_past")
      .on(sql`(CASE WHEN status_changed_at > scheduled_at THEN status_changed_at ELSE scheduled_at END)`)
      .where(sql`status IN ('COMPLETED', 'FAILED', 'CANCELLED')`),
    index("jobs_ended_early")
      .on(job.statusChangedAt, job.id)
      .where(sql`status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND status_changed_at < scheduled_at`),
    index("jobs_by_time").on(job.scheduledAt, job.id),
    index("jobs_by_project_time").on(job.projectId, job.scheduledAt, job.id),
    index("jobs_by_host_time").on(job.hostId, job.scheduledAt, job.id),
    index("jobs_failed").on(job.statusChangedAt, job.id).where(sql`status = 'FAILED'`),
    index("jobs_not_run").on(job.scheduledAt, job.id).where(sql`status = 'NOT_RUN'`),
  ],
);

export const jobHistory = sqliteTable(
  "job_history",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    jobId: integer("job_id")
      .notNull()
      .references(() => jobs.id),
    at: integer("at").notNull(),
    attempt: integer("attempt").notNull(),
    from: text("from_status", { enum: JOB_STATUSES }).notNull(),
    to: text("to_status", { enum: JOB_STATUSES }).notNull(),
    by: text("by").notNull(),
    reason: text("reason"),
    /** The note of whoever moved it. */
    note: text("note"),
  },
  (row) => [index("job_history_by_job").on(row.jobId)],
);

/** How many jobs ended with each status per day (UTC), for charts. The tick counts them, so that pages need not. */
export const outcomes = sqliteTable(
  "outcomes",
  {
    /** 0: all projects together. */
    projectId: integer("project_id").notNull(),
    /** The start of the day. */
    day: integer("day").notNull(),
    status: text("status", { enum: JOB_STATUSES }).notNull(),
    jobs: integer("jobs").notNull(),
    /**
     * How many of them ended in each half hour of the day: a JSON object from its number (0 to 47) to the count, so that
     * days of other zones can be summed up. Null, or less than `jobs` in all, in a row that is older than the column.
     */
    halfHours: text("half_hours"),
  },
  (row) => [primaryKey({ columns: [row.projectId, row.day, row.status] })],
);

/**
 * What /metrics answers besides what it asks itself. The tick writes it; the rows named `hosts` are kept by the triggers of
 * migration 0018.
 */
export const metrics = sqliteTable(
  "metrics",
  {
    name: text("name").notNull(),
    /** The values of its labels, with commas between; "" if it has none. */
    labels: text("labels").notNull(),
    value: real("value").notNull(),
  },
  (row) => [primaryKey({ columns: [row.name, row.labels] })],
);

export const tokens = sqliteTable("tokens", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  scope: text("scope", { enum: SCOPES }).notNull(),
  /** SHA-256 of the whole token, in hex. The token itself is not stored. */
  digest: text("digest").notNull().unique(),
  /** The beginning of the token, for people to recognise it. */
  prefix: text("prefix").notNull().default(""),
  /** The only projects that it may access, as a JSON array of ids; null: all. */
  projectIds: text("project_ids"),
  /** The only host that it may access; null: all. */
  hostId: integer("host_id").references(() => hosts.id),
  /** It can only register new hosts. */
  registerOnly: integer("register_only", { mode: "boolean" }).notNull().default(false),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull().default(""),
  expiresAt: integer("expires_at"),
  revokedAt: integer("revoked_at"),
  /** Accurate to some minutes; a host's, to its window. */
  lastUsedAt: integer("last_used_at"),
  creationKey: text("creation_key").notNull().unique(),
  /** The request that gave it its current secret, unless it created the token. */
  rotationKey: text("rotation_key"),
});

/** A token's earlier secrets, each valid for a limited time. */
export const formerSecrets = sqliteTable(
  "former_secrets",
  {
    digest: text("digest").primaryKey(),
    tokenId: integer("token_id")
      .notNull()
      .references(() => tokens.id),
    goodUntil: integer("good_until").notNull(),
  },
  (secret) => [index("former_secrets_by_token").on(secret.tokenId)],
);

/** Who changed what. Rows are added, and deleted when old; the database refuses updates. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    action: text("action").notNull(),
    /** 0: the bootstrap token. */
    tokenId: integer("token_id").notNull(),
    by: text("by").notNull(),
    address: text("address"),
    requestId: text("request_id").notNull(),
    objectKind: text("object_kind", { enum: OBJECT_KINDS }).notNull(),
    objectId: integer("object_id").notNull(),
    projectId: integer("project_id"),
    /** JSON objects without secrets. `before` is null for what was created. */
    before: text("before"),
    after: text("after"),
  },
  (row) => [
    uniqueIndex("audit_by_request").on(row.requestId, row.objectKind, row.objectId),
    index("audit_by_object").on(row.objectKind, row.objectId, row.id),
    index("audit_by_kind").on(row.objectKind, row.id),
    index("audit_by_token").on(row.tokenId, row.id),
    index("audit_by_project").on(row.projectId, row.id),
    index("audit_by_action").on(row.action, row.id),
    index("audit_by_age").on(row.at),
  ],
);

export const replays = sqliteTable(
  "replays",
  {
    /** SHA-256 of token, method, path and the client's key. */
    scopeDigest: text("scope_digest").primaryKey(),
    bodyDigest: text("body_digest").notNull(),
    /** The creation key of the rows that the first request created. */
    madeBy: text("made_by").notNull(),
    at: integer("at").notNull(),
  },
  (replay) => [index("replays_by_age").on(replay.at)],
);

/** Addresses that are told of events in a project. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    name: text("name").notNull(),
    form: text("form", { enum: WEBHOOK_FORMS }).notNull(),
    /** Where its form sends to: the address of the receiver. */
    target: text("target").notNull(),
    /** The same without what lets others in, as people see it. */
    shownTarget: text("shown_target").notNull(),
    /** The types of the events that it is told of, a JSON array. The triggers of migrations read it too. */
    events: text("events").notNull(),
    /** Sealed by webhooks/sealed.ts: what its form signs with; null if it does not sign. */
    secret: text("secret"),
    /** The secret before it, sealed, and until when both sign. */
    formerSecret: text("former_secret"),
    formerUntil: integer("former_until"),
    /** Sealed: what its form needs to be let in by the receiver, as a token of a repository; null: nothing. */
    credential: text("credential"),
    /** When that was last given. */
    credentialAt: integer("credential_at"),
    /** Since when all tries fail; null: the last one did not. */
    failingSince: integer("failing_since"),
    /** How many times in a row nothing was taken. */
    failures: integer("failures").notNull().default(0),
    /** Before this time nothing is sent: the receiver asked for it, or is down. */
    heldUntil: integer("held_until").notNull().default(0),
    /** When and why it was disabled; null: it is not. Nothing is added for a disabled one. */
    disabledAt: integer("disabled_at"),
    disabledNote: text("disabled_note"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    /** The tick removes its deliveries, then its row. */
    deletedAt: integer("deleted_at"),
    creationKey: text("creation_key").notNull().unique(),
    /** The request that gave it its current secret, unless it made the webhook. */
    rotationKey: text("rotation_key"),
  },
  (webhook) => [
    index("webhooks_by_project").on(webhook.projectId, webhook.id),
    index("webhooks_deleted").on(webhook.deletedAt).where(sql`deleted_at IS NOT NULL`),
  ],
);

/**
 * What is sent to webhooks: an outbox. A row is written in the batch of the change that it tells of: by
 * `outbox/store.ts`, or by a trigger on the history of jobs and of presence.
 */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    webhookId: integer("webhook_id")
      .notNull()
      .references(() => webhooks.id),
    projectId: integer("project_id").notNull(),
    /** Random: by it the receiver tells a repeated delivery. */
    eventId: text("event_id").notNull(),
    type: text("type", { enum: DELIVERY_TYPES }).notNull(),
    /** What it is about, as `job:12`. Deliveries of one subject to one webhook keep their order. */
    subject: text("subject").notNull(),
    /** What the change knew, a JSON object; the rest is read at the first try. */
    facts: text("facts").notNull(),
    /** When it happened. */
    at: integer("at").notNull(),
    status: text("status", { enum: DELIVERY_STATUSES }).notNull().default("waiting"),
    /** When it may be tried next. A try under way has moved it to when it counts as lost. */
    dueAt: integer("due_at").notNull(),
    /** A try that fails after this time is the last one. */
    diesAt: integer("dies_at").notNull(),
    /** How often it was tried. It also guards the end of one try against another. */
    tries: integer("tries").notNull().default(0),
    /** The event as JSON, made at the first try, so that all tries send the same; null again once it is delivered. */
    body: text("body"),
    triedAt: integer("tried_at"),
    /** How the last try ended: the receiver's status, and a sentence. */
    answerStatus: integer("answer_status"),
    answer: text("answer"),
    /** When it was delivered, or given up. */
    settledAt: integer("settled_at"),
  },
  (delivery) => [
    index("deliveries_waiting").on(delivery.webhookId, delivery.dueAt).where(sql`status = 'waiting'`),
    index("deliveries_in_order")
      .on(delivery.webhookId, delivery.subject, delivery.id)
      .where(sql`status = 'waiting'`),
    index("deliveries_by_webhook").on(delivery.webhookId, delivery.id),
    index("deliveries_dead").on(delivery.webhookId, delivery.id).where(sql`status = 'dead'`),
    index("deliveries_by_age").on(delivery.settledAt).where(sql`settled_at IS NOT NULL`),
  ],
);

/** What hosts say of themselves that needs a person. A row is removed when its host says that it is over. */
export const hostSigns = sqliteTable(
  "host_signs",
  {
    kind: text("kind", { enum: SIGN_KINDS }).notNull(),
    hostId: integer("host_id")
      .notNull()
      .references(() => hosts.id),
    /** Since when it is so: when the host first said it, or the time that it gave. */
    since: integer("since").notNull(),
    /** What it said, a JSON object. */
    facts: text("facts").notNull(),
  },
  (sign) => [primaryKey({ columns: [sign.kind, sign.hostId] }), index("host_signs_by_host").on(sign.hostId)],
);

/** What needs a person now. A row is removed when it ends; both are events of the project. */
export const alarms = sqliteTable(
  "alarms",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    projectId: integer("project_id")
      .notNull()
      .references(() => projects.id),
    kind: text("kind", { enum: ALARM_KINDS }).notNull(),
    /** What it is about: the id of a schedule of one that never ran, else of a host. */
    subjectId: integer("subject_id").notNull(),
    /** Since when it is so, and when it was raised. */
    since: integer("since").notNull(),
    raisedAt: integer("raised_at").notNull(),
    /** What was so when it was raised, a JSON object. */
    facts: text("facts").notNull(),
    /** Whether its event was added: within the batch that raised it. */
    told: integer("told", { mode: "boolean" }).notNull().default(false),
  },
  (alarm) => [
    uniqueIndex("alarms_by_subject").on(alarm.projectId, alarm.kind, alarm.subjectId),
    index("alarms_by_project").on(alarm.projectId, alarm.id),
    index("alarms_by_kind").on(alarm.kind, alarm.subjectId, alarm.id),
    index("alarms_untold").on(alarm.kind).where(sql`told = 0`),
  ],
);
/** The restore of an export into this installation: at most one row. */
export const restores = sqliteTable("restores", {
  id: integer("id").primaryKey(),
  /** SHA-256 of the export, in hex. */
  digest: text("digest").notNull(),
  beganAt: integer("began_at").notNull(),
  /** So many lines of the export, from its first, are surely stored. */
  linesDone: integer("lines_done").notNull().default(0),
  /** Null while it is under way: the tick then does nothing. */
  finishedAt: integer("finished_at"),
});
