/** What happens to a run under a lease whose host is lost: it fails, or is planned again. */
export const ON_LOST = ["fail", "requeue"] as const;
export type OnLost = (typeof ON_LOST)[number];

/** What happens to a job that is due while another of its schedule runs: it is skipped, runs beside it, or replaces it. */
export const OVERLAPS = ["skip", "allow", "cancel_running"] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What happens to runs that could not be planned or handed out: the latest is made up for, or none. */
export const MISSED = ["run_once", "skip"] as const;
export type Missed = (typeof MISSED)[number];

/** Whether a schedule's runs are left out in its project's blackouts. */
export const BLACKOUT_RULES = ["heed", "ignore"] as const;

/** A job's statuses. jobs/status.ts has the moves between them. */
export const JOB_STATUSES = ["PLANNED", "NOT_RUN", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** Why a job has its status, or a move was recorded. console/parts/job.tsx has the words for each. */
export type StatusReason =
  | (
      | "host_lost"
      | "run_limit"
      | "disk_full"
      | "late"
      | "not_begun"
      | "cancel_unanswered"
      | "cancel_requested"
    )
  | ("overlap" | "missed" | "expired" | "overdue" | "tests_failed" | "tests_missing" | "reported")
  | ("agent_deleted" | "host_retired" | "schedule_deleted" | "schedule_cancelled" | "blackout");

/** The seed's two words for a host's status ("Ping from an Automation Host"). */
export const PRESENCES = ["Online", "Offline"] as const;

export type Presence = (typeof PRESENCES)[number];

/** The scopes of tokens. access/permissions.ts says what each may do. */
export const SCOPES = ["admin", "operator", "host", "metrics"] as const;

export type Scope = (typeof SCOPES)[number];

/** The kinds of objects in the audit. */
export const OBJECT_KINDS = [
  "project",
  "host",
  "agent",
  "test_run",
  "schedule",
  "job",
  "token",
  "blackout",
  "webhook",
] as const;

export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** What webhooks tell of. docs/pages/webhooks.md says when; webhooks/event-data.ts what goes with each. */
export const EVENT_TYPES = [
  "job.started",
  "job.ended",
  "host.offline",
  "host.online",
  "schedule.missed",
  "schedule.paused",
  "alarm.raised",
  "alarm.cleared",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What a delivery may be besides an event: the test of a webhook, which somebody asked for. */
const TEST_EVENT = "webhook.test";
export type DeliveryType = EventType | typeof TEST_EVENT;
export const DELIVERY_TYPES = [...EVENT_TYPES, TEST_EVENT] as const satisfies readonly DeliveryType[];

/** The forms in which events are sent; webhooks/forms.ts has the code of each. */
export const WEBHOOK_FORMS = ["standard", "slack", "teams", "email", "github", "gitlab"] as const;

export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

/** Whether an event is still to be delivered to a webhook; "dead": given up, unless somebody sends it again. */
export const DELIVERY_STATUSES = ["waiting", "delivered", "dead"] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What a host may say of itself that needs a person: too little free disk, a clock that is off, reports that are not taken. */
export const SIGN_KINDS = ["disk_low", "clock_off", "reports_waiting"] as const;

export type SignKind = (typeof SIGN_KINDS)[number];

/** What needs a person. alarms/alarms.ts says when each is raised. */
export const ALARM_KINDS = ["job_waiting", "host_silent", "schedule_never_ran", ...SIGN_KINDS] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];
