export const ENDS = ["COMPLETED", "FAILED", "CANCELLED"] as const;
export type End = (typeof ENDS)[number];

/** One attempt of a job, said to whom. */
interface ObjectReply {
  job: number;
  attempt: number;
  /** Who was answered 200: a process, a lease, or one request of a process that names itself by nothing. */
  caller: string;
}

/** What the service has acknowledged to its clients, which a crash must never undo, and how much was asked of it. */
export class Ledger {
  requests = 0;
  /** Requests that the service answered as asked. */
  answers = 0;
  /** Requests that got no answer of the service (no connection, no time, 503) and were sent again. */
  unanswered = 0;
  refusals: Record<string, number> = {};
  readonly jobs: number[] = [];
  readonly started: ObjectReply[] = [];
  readonly ended: (ObjectReply & { status: End })[] = [];
  /** Runs whose hosts were asked to cancel them. */
  readonly asked: number[] = [];
  /** Runs that are never reported on, as when a process dies. */
  abandoned = 0;
  readonly counts = { schedules: 0, reruns: 0, renewals: 0, leases: 0, pings: 0, polls: 0, given_back: 0 };
  /** The violations seen while it ran. */
  readonly violations: string[] = [];

  refused(code: string): void {
    this.refusals[code] = (this.refusals[code] ?? 0) + 1;
  }
}
