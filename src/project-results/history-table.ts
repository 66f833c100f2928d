import type { HistoryRow } from "./protocol.ts";
import { outcomeOf } from "./result-tables.ts";
import { RUN_OF_ID } from "./run-ids.ts";

type HistoryFields = {
  id: number;
  job: number;
  attempt: number;
  host: number;
  content: string;
  has_build: number;
  at: number;
  outcome: number;
  flaky: number;
  quarantined: number;
  discounted: number;
  duration_ms: number | null;
  attempts: number;
  message: string | null;
};

/** The SQL that reads a test's history. */
export class HistoryTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** A page of a test's results, newest first, before the result `before`. */
  read(test: number, before: number, limit: number): HistoryRow[] {
    return this.#sql
      .exec<HistoryFields>(
        `SELECT r.id, n.job, n.attempt, n.host, n.content, n.has_build, n.at, r.outcome, r.flaky, r.quarantined,
           n.is_outage OR n.is_lost AS discounted, r.duration_ms, r.attempts, f.message
         FROM results r CROSS JOIN runs n ON n.id = ${RUN_OF_ID("r.id")} LEFT JOIN failures f ON f.rowid = r.id
         WHERE r.test = ? AND r.id < ? ORDER BY r.id DESC LIMIT ?`,
        test,
        before,
        limit,
      )
      .toArray()
      .map(({ host, has_build, outcome, flaky, quarantined, discounted, duration_ms, message, ...row }) => ({
        ...row,
        hostId: host,
        hasBuild: has_build === 1,
        outcome: outcomeOf(outcome),
        flaky: flaky === 1,
        quarantined: quarantined === 1,
        discounted: discounted === 1,
        durationMs: duration_ms,
        message: message || null,
      }));
  }
}
