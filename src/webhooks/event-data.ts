import type { DeliveryType, JobStatus } from "../database/enums.ts";
import type { ResultCounts } from "../jobs/result-counts.ts";

/** Something by its id and name. The name is null where it is gone. */
export interface Named {
  id: number;
  name: string | null;
}

/** A job as events have it. Times are UTC texts. */
export interface JobData {
  id: number;
  attempt: number;
  status: JobStatus;
  /** Why it has that status, if that needs a reason: a word of the API. */
  reason: string | null;
  /** Who moved it. */
  by: string;
  scheduled_at: string;
  started_at: string | null;
  exit_code: number | null;
  /** The id of the commit that it tests. */
  commit: string | null;
  url: string | null;
  /** The trace that it belongs to, by W3C Trace Context; absent for none. */
  traceparent?: string;
  tracestate?: string;
}

/** What failed in a run and not in the one before it. */
export interface NewlyFailed {
  /** How many tests; 1,000 means that many or more. */
  count: number;
  /** The names of the first of them. */
  tests: string[];
}

/** What an event tells, by its type: the `data` of the standard form. */
interface DataByType {
  "job.started": { project: Named; job: JobData; schedule: Named; host: Named; agent: Named };
  /** `counts` is null without a report of tests, `newly_failed` where nothing failed or there is no run to compare with. */
  "job.ended": DataByType["job.started"] & { counts: ResultCounts | null; newly_failed: NewlyFailed | null };
  "host.offline": { project: Named; host: Named };
  "host.online": { project: Named; host: Named };
  "schedule.missed": { project: Named; schedule: Named; job_id: number; scheduled_at: string };
  "schedule.paused": { project: Named; schedule: Named; by: string; note: string | null };
  /** The alarm is what `facts` of the delivery says. */
  "alarm.raised": { project: Named; alarm: Record<string, unknown> };
  "alarm.cleared": { project: Named; alarm: Record<string, unknown> };
  "webhook.test": { project: Named; webhook: Named; by: string };
}

/** An event as it is told; `timestamp` is the UTC time when it happened. */
export type EventData = {
  [Type in DeliveryType]: { type: Type; timestamp: string; data: DataByType[Type] };
}[DeliveryType];
