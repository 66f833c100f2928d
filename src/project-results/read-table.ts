import { AsOfTable } from "./as-of-table.ts";
import { failedWith, failureMatch, phrase } from "./failure-words.ts";
import type { JobResultsQuery, ResultRow, RunPlace, TestRow } from "./protocol.ts";
import { nameIn, outcomeNumber, outcomeOf } from "./result-tables.ts";
import { firstIdOf, type KnownAttempt, PLACES, RUN_OF_ID } from "./run-ids.ts";
import { FIRST, SORTS, type TestsQuery } from "./test-lists.ts";

type TestFields = {
  id: number;
  name: string;
  strip: string;
  failures: number;
  evidence: number;
  is_flaky: number;
  mean_ms: number | null;
  failing_since_job: number | null;
  quarantined_until: number | null;
  last_job: number | null;
  last_at: number | null;
};

const TEST = `(SELECT until FROM quarantines WHERE test = t.id) AS quarantined_until, t.id, t.name, t.strip, t.failures, t.evidence, t.is_flaky, t.mean_ms,
  (SELECT job FROM runs WHERE id = ${RUN_OF_ID("t.failing_since")}) AS failing_since_job,
  (SELECT job FROM runs WHERE id = ${RUN_OF_ID("t.last_result")}) AS last_job,
  (SELECT at FROM runs WHERE id = ${RUN_OF_ID("t.last_result")}) AS last_at`;

const testIn = (row: TestFields): TestRow => ({
  id: row.id,
  name: nameIn(row.name),
  strip: row.strip,
  failures: row.failures,
  evidence: row.evidence,
  isFlaky: row.is_flaky === 1,
  meanMs: row.mean_ms,
  failingSince: row.failing_since_job,
  quarantinedUntil: row.quarantined_until,
  lastJob: row.last_job,
  lastAt: row.last_at,
});

const RESULTS = `SELECT r.id AS result, r.outcome, r.flaky, r.quarantined, r.duration_ms, r.attempts, r.test_run_id,
    p.name AS report, f.message, f.detail, ${TEST}
  FROM results r CROSS JOIN tests t ON t.id = r.test CROSS JOIN reports p ON p.id = r.report
    LEFT JOIN failures f ON f.rowid = r.id`;

type ResultFields = {
  result: number;
  outcome: number;
  flaky: number;
  quarantined: number;
  duration_ms: number | null;
  attempts: number;
  test_run_id: number | null;
  report: string;
  message: string | null;
  detail: string | null;
};

const resultIn = (row: ResultFields & TestFields): ResultRow => ({
  id: row.result,
  test: testIn(row),
  report: row.report,
  outcome: outcomeOf(row.outcome),
  flaky: row.flaky === 1,
  quarantined: row.quarantined === 1,
  durationMs: row.duration_ms,
  attempts: row.attempts,
  testRunId: row.test_run_id,
  message: row.message || null,
  detail: row.detail || null,
});

/** The condition for a kind of results; "red" is written as in its index. */
const picking = (outcome: JobResultsQuery["outcome"]): string => {
  if (outcome === null) return "true";
  if (outcome === "flaky") return "r.flaky = 1";
  if (outcome === "red") return "r.outcome > 1";
  if (outcome === "not red") return "r.outcome <= 1";
  return outcome === "failed" || outcome === "error"
    ? `r.outcome > 1 AND r.outcome = ${outcomeNumber(outcome)}`
    : `r.outcome = ${outcomeNumber(outcome)}`;
};

/** The SQL that reads results. */
export class ReadTable {
  readonly #sql: SqlStorage;

  readonly #asOf: AsOfTable;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#asOf = new AsOfTable(sql);
  }

  /** A page of one run's results by id. */
  ofRun({ job, attempt, outcome, after, limit, judgedAt }: JobResultsQuery): ResultRow[] {
    const run = this.runOf({ job, attempt });
    if (run === undefined) return [];
    const rows = this.#sql
      .exec<ResultFields & TestFields>(
        `${RESULTS} WHERE r.id > ? AND r.id < ? AND ${picking(outcome)} ORDER BY r.id LIMIT ?`,
        Math.max(after, firstIdOf(run) - 1),
        firstIdOf(run) + PLACES,
        limit,
      )
      .toArray()
      .map((row) => resultIn(row));
    return judgedAt === null ? rows : this.#asOf.asOf(run, rows);
  }

  /** These results of a run by id, each with its test as it stood then. */
  results(run: number, ids: readonly number[]): ResultRow[] {
    const rows = this.#sql
      .exec<ResultFields & TestFields>(
        `${RESULTS} WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY r.id`,
        JSON.stringify(ids),
      )
      .toArray()
      .map((row) => resultIn(row));
    return this.#asOf.asOf(run, rows);
  }

  /** null for a run without a report. */
  matchedTestRuns(place: RunPlace): number[] | null {
    return this.#testRuns(place, "true");
  }

  /** The test runs of a run with red results that are not quarantined. */
  redTestRuns(place: RunPlace): number[] {
    return this.#testRuns(place, "outcome > 1 AND quarantined = 0") ?? [];
  }

  #testRuns(place: RunPlace, where: string): number[] | null {
    const run = this.runOf(place);
    if (run === undefined) return null;
    return this.#sql
      .exec<{ id: number }>(
        `SELECT DISTINCT test_run_id AS id FROM results
         WHERE id >= ? AND id < ? AND ${where} AND test_run_id IS NOT NULL`,
        firstIdOf(run),
        firstIdOf(run) + PLACES,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** A page of tests. It is cut before the runs of its tests are looked up, because two orders have no index. */
  tests({ search, failure, sort, after, limit }: TestsQuery): TestRow[] {
    const { among, order } = SORTS[sort];
    const conditions = [
      among,
      ...(search === null ? [] : ["t.id IN (SELECT rowid FROM test_words WHERE test_words MATCH ?2)"]),
      ...(failure === null ? [] : [`t.id IN (${failedWith("?1")})`]),
    ];
    return this.#sql
      .exec<TestFields>(
        `SELECT ${TEST}
         FROM (SELECT t.id FROM tests t WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ?3 OFFSET ?4) page
           CROSS JOIN tests t ON t.id = page.id ORDER BY ${order}`,
        failure === null ? null : failureMatch(failure),
        search === null ? null : phrase(search),
        limit,
        after,
      )
      .toArray()
      .map((row) => testIn(row));
  }

  /** The flakiest tests, the slowest, or those that began last to fail in runs after `since`, epoch milliseconds. */
  firstTests(kind: keyof typeof FIRST, limit: number, since: number): TestRow[] {
    const bound = kind === "failing" ? [firstIdOf(this.#firstRunAfter(since))] : [];
    return this.#sql
      .exec<TestFields>(`SELECT ${TEST} FROM tests t WHERE ${FIRST[kind]} LIMIT ?`, ...bound, limit)
      .toArray()
      .map((row) => testIn(row));
  }

  oneTest(id: number): TestRow | null {
    const [row] = this.#sql.exec<TestFields>(`SELECT ${TEST} FROM tests t WHERE t.id = ?`, id).toArray();
    return row ? testIn(row) : null;
  }

  #firstRunAfter(time: number): number {
    const [run] = this.#sql
      .exec<{ id: number }>("SELECT id FROM runs WHERE at > ? ORDER BY at LIMIT 1", time)
      .toArray();
    return run?.id ?? Number.MAX_SAFE_INTEGER / PLACES;
  }

  attempts(job: number): KnownAttempt[] {
    return this.#sql
      .exec<{ attempt: number; hostId: number; at: number }>(
        "SELECT attempt, host AS hostId, at FROM runs WHERE job = ? ORDER BY attempt",
        job,
      )
      .toArray();
  }

  runOf({ job, attempt }: RunPlace): number | undefined {
    const [run] = this.#sql
      .exec<{ id: number }>("SELECT id FROM runs WHERE job = ? AND attempt = ?", job, attempt)
      .toArray();
    return run?.id;
  }
}
