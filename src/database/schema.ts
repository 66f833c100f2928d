import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { PRESENCES } from "../hosts/presence.ts";
import { JOB_STATUSES } from "../jobs/status.ts";
import { ON_LOST } from "../schedules/on-lost.ts";
import { SCOPES } from "../tokens/access.ts";

/*
 * The whole relational model. Every `*_at` is epoch milliseconds. No foreign key cascades: a rebuilt table
 * would take its children's rows with it on D1. `creation_key` is the identity of the request that made a row:
 * the batch that makes it can run twice and make it once.
 */

export const site = sqliteTable("site", {
  id: integer("id").primaryKey(),
  /** The newest tick whose presence step is done. */
  checkedAt: integer("checked_at").notNull(),
});

export const projects = sqliteTable("projects", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  createdAt: integer("created_at").notNull(),
  creationKey: text("creation_key").notNull().unique(),
});

export const hosts = sqliteTable(
  "hosts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** Trimmed and in lower case: what is compared. */
    guid: text("guid").notNull().unique(),
    guidAsSent: text("guid_as_sent").notNull(),
    name: text("name").notNull(),
    ipAddress: text("ip_address").notNull(),
    macAddress: text("mac_address").notNull(),
    presence: text("presence", { enum: PRESENCES }).notNull().default("Offline"),
    presenceChangedAt: integer("presence_changed_at"),
    /** The first pings of the two newest windows that had one. */
    lastPingAt: integer("last_ping_at"),
    previousPingAt: integer("previous_ping_at"),
    registeredAt: integer("registered_at").notNull(),
    /** When the tick last learned of a contact from the host's object, with a run to judge. */
    contactAt: integer("contact_at"),
    retiredAt: integer("retired_at"),
    creationKey: text("creation_key").notNull().unique(),
  },
  (host) => [index("hosts_by_presence").on(host.presence, host.lastPingAt)],
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
  (row) => [primaryKey({ columns: [row.hostId, row.at] })],
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
    deletedAt: integer("deleted_at"),
    creationKey: text("creation_key").notNull().unique(),
  },
  (agent) => [
    uniqueIndex("agents_by_host").on(agent.hostId, agent.clientNumber, agent.projectId),
    index("agents_by_project").on(agent.projectId),
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
    /** The request that made the row and its place in that request, so that a repeat finds what it made. */
    creationKey: text("creation_key").notNull(),
    place: integer("place").notNull(),
  },
  (run) => [
    primaryKey({ columns: [run.projectId, run.id] }),
    index("test_runs_by_case").on(run.projectId, run.testCaseId),
    index("test_runs_by_version").on(run.projectId, run.testCaseVersionId),
    index("test_runs_by_creation").on(run.creationKey, run.place),
  ],
);

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
    name: text("schedule_name").notNull(),
    startAt: integer("start_at").notNull(),
    /** The test runs as they were when scheduled: a JSON array in the wire's own form. */
    materials: text("materials").notNull(),
    materialsBytes: integer("materials_bytes").notNull(),
    /** How long a run may take; null: RUN_LIMIT_MINUTES. */
    allocatedMinutes: integer("allocated_minutes"),
    onLost: text("on_lost", { enum: ON_LOST }).notNull().default("fail"),
    maxAttempts: integer("max_attempts").notNull().default(1),
    createdAt: integer("created_at").notNull(),
    creationKey: text("creation_key").notNull().unique(),
  },
  (schedule) => [index("schedules_by_agent").on(schedule.agentId)],
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
    scheduledAt: integer("scheduled_at").notNull(),
    /** Sets apart the jobs that one schedule has at one time. */
    runNumber: integer("run_number").notNull(),
    status: text("status", { enum: JOB_STATUSES }).notNull(),
    attempt: integer("attempt").notNull(),
    /** Who reported the present attempt RUNNING (jobs/holder.ts). */
    holder: text("holder"),
    statusChangedAt: integer("status_changed_at").notNull(),
    /** Why the last move was made, where it needs saying. */
    statusReason: text("status_reason"),
    /** Until when the present run may take; null where it has no limit. */
    runUntil: integer("run_until"),
    /** When someone asked the host to cancel the present run. */
    cancelRequestedAt: integer("cancel_requested_at"),
    /** The job that this one runs again. */
    repeatsJobId: integer("repeats_job_id"),
    /** The request that made a job outside its schedule's plan. */
    creationKey: text("creation_key"),
  },
  (job) => [
    uniqueIndex("jobs_by_schedule").on(job.scheduleId, job.scheduledAt, job.runNumber),
    index("jobs_open_by_agent")
      .on(job.agentId, job.scheduledAt, job.id)
      .where(sql`status IN ('PLANNED', 'NOT_RUN')`),
    index("jobs_planned").on(job.scheduledAt).where(sql`status = 'PLANNED'`),
    index("jobs_running").on(job.hostId).where(sql`status = 'RUNNING'`),
    index("jobs_cancel_requested")
      .on(job.hostId, job.cancelRequestedAt)
      .where(sql`status = 'RUNNING' AND cancel_requested_at IS NOT NULL`),
    uniqueIndex("jobs_by_creation").on(job.creationKey).where(sql`creation_key IS NOT NULL`),
    index("jobs_by_run_limit").on(job.runUntil).where(sql`status = 'RUNNING'`),
    index("jobs_by_project").on(job.projectId, job.id),
    index("jobs_by_host").on(job.hostId, job.projectId, job.id),
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
  },
  (row) => [index("job_history_by_job").on(row.jobId)],
);

export const tokens = sqliteTable("tokens", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  scope: text("scope", { enum: SCOPES }).notNull(),
  /** SHA-256 of the whole token, in hex. The token itself is kept nowhere. */
  digest: text("digest").notNull().unique(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at"),
  revokedAt: integer("revoked_at"),
  creationKey: text("creation_key").notNull().unique(),
});

export const replays = sqliteTable(
  "replays",
  {
    /** SHA-256 of token, method, path and the client's key. */
    scopeDigest: text("scope_digest").primaryKey(),
    bodyDigest: text("body_digest").notNull(),
    /** The creation key of the rows that the first request made. */
    madeBy: text("made_by").notNull(),
    at: integer("at").notNull(),
  },
  (replay) => [index("replays_by_age").on(replay.at)],
);
