import { PUT_FAILURE_WORDS, removeFailures } from "./failure-words.ts";
import { isOutage } from "./flaky-rules.ts";
import { chunksOf } from "./json-chunks.ts";
import type { Intake, IntakeReply, LostRun, NewResult, ResultCounts, RunFacts } from "./protocol.ts";
import type { QuarantineTable } from "./quarantine-table.ts";
import { outcomeNumber, PUT_WORDS, storedName } from "./result-tables.ts";
import { firstIdOf, PLACES } from "./run-ids.ts";
import type { VerdictTable } from "./verdict-table.ts";

const DETAIL_CHARACTERS = 16_000;

interface Placed {
  id: number;
  name: string;
  result: NewResult;
}

/** The SQL that stores reports. Synchronous. */
export class IntakeTable {
  readonly #sql: SqlStorage;
  readonly #verdicts: VerdictTable;
  readonly #quarantines: QuarantineTable;

  constructor(sql: SqlStorage, verdicts: VerdictTable, quarantines: QuarantineTable) {
    this.#sql = sql;
    this.#verdicts = verdicts;
    this.#quarantines = quarantines;
  }

  /** Replaces a report's results and counts its run. */
  take({ run: facts, report, results, now }: Intake): IntakeReply {
    const run = this.#run(facts, now);
    const { id: reportId, isNew } = this.#report(run.id, report);
    const touched = isNew ? new Set<number>() : this.#remove(run.id, reportId);
    const first = firstIdOf(run.id) + run.nextPlace;
    const placed = results.map((result, place) => ({
      id: first + place,
      name: storedName(result.name),
      result,
    }));
    this.#knowTests(placed);
    this.#insert(placed, reportId, now);
    this.#sql.exec("UPDATE runs SET next_place = next_place + ? WHERE id = ?", results.length, run.id);
    for (const { test } of this.#sql.exec<{ test: number }>(
      "SELECT test FROM results WHERE id >= ? AND id < ?",
      first,
      first + results.length,
    ))
      touched.add(test);
    const counts = this.#count(run.id, facts.due);
    this.#judgeOutage(run.id, counts, touched);
    this.#verdicts.refresh([...touched], now);
    for (const chunk of chunksOf([...touched])) this.#quarantines.settle(chunk, now);
    return { counts, revision: this.#nextRevision(), lastId: placed.at(-1)?.id ?? 0 };
  }

  /** Discounts runs that failed because of their host, or counts them again, and judges their tests anew. */
  discount(runs: readonly LostRun[], now: number): void {
    for (const { job, attempt, isLost } of runs) {
      const [run] = this.#sql
        .exec<{ id: number }>(
          "UPDATE runs SET is_lost = ?3 WHERE job = ?1 AND attempt = ?2 AND is_lost <> ?3 RETURNING id",
          ...[job, attempt, Number(isLost)],
        )
        .toArray();
      if (run) this.#verdicts.refresh(this.#testsOf(run.id), now);
    }
  }

  #testsOf(run: number): number[] {
    return this.#sql
      .exec<{ test: number }>(
        "SELECT test FROM results WHERE id >= ? AND id < ?",
        firstIdOf(run),
        firstIdOf(run) + PLACES,
      )
      .toArray()
      .map(({ test }) => test);
  }

  #run(facts: RunFacts, now: number) {
    const { job, attempt, hostId, content, hasBuild, isReported, repeats, due, isLost } = facts;
    const { id, next_place: nextPlace } = this.#sql
      .exec<{ id: number; next_place: number }>(
        `INSERT INTO runs (job, attempt, host, content, has_build, due, at, is_lost)
         VALUES (?1, ?2, ?3, COALESCE(
           (SELECT content FROM runs WHERE job = ?9 AND ?5 = 0 AND has_build = 0 ORDER BY attempt DESC LIMIT 1), ?4),
           ?5, ?6, ?7, ?8)
         ON CONFLICT (job, attempt) DO UPDATE SET due = excluded.due, is_lost = MAX(is_lost, excluded.is_lost),
           content = iif(excluded.has_build > has_build OR (excluded.has_build = has_build AND ?10), ?4, content),
           has_build = MAX(has_build, excluded.has_build)
         RETURNING id, next_place`,
        ...[job, attempt, hostId, content, Number(hasBuild), due, now, Number(isLost), repeats],
        Number(isReported),
      )
      .one();
    return { id, nextPlace };
  }

  #report(run: number, name: string): { id: number; isNew: boolean } {
    const [known] = this.#sql
      .exec<{ id: number }>("SELECT id FROM reports WHERE run = ? AND name = ?", run, name)
      .toArray();
    if (known) return { id: known.id, isNew: false };
    const { id } = this.#sql
      .exec<{ id: number }>("INSERT INTO reports (run, name) VALUES (?, ?) RETURNING id", run, name)
      .one();
    return { id, isNew: true };
  }

  /** Removes the report's earlier results. Returns their tests. */
  #remove(run: number, report: number): Set<number> {
    const removed = this.#sql
      .exec<{ id: number; test: number }>(
        "DELETE FROM results WHERE id >= ? AND id < ? AND report = ? RETURNING id, test",
        firstIdOf(run),
        firstIdOf(run) + PLACES,
        report,
      )
      .toArray();
    for (const chunk of chunksOf(removed.map(({ id }) => id))) removeFailures(this.#sql, chunk);
    return new Set(removed.map(({ test }) => test));
  }

  /** Inserts new tests and their searchable words. */
  #knowTests(placed: readonly Placed[]): void {
    const { last } = this.#sql.exec<{ last: number }>("SELECT COALESCE(MAX(id), 0) AS last FROM tests").one();
    for (const chunk of chunksOf([...new Set(placed.map(({ name }) => name))]))
      this.#sql.exec(
        "INSERT INTO tests (name) SELECT value FROM json_each(?) WHERE true ON CONFLICT (name) DO NOTHING",
        chunk,
      );
    this.#sql.exec(`${PUT_WORDS} id > ?`, last);
  }

  #insert(placed: readonly Placed[], report: number, now: number): void {
    const rows = placed.map(({ id, name, result }) => [
      ...[id, name, outcomeNumber(result.outcome), Number(result.flaky), result.durationMs],
      ...[result.attempts, result.testRunId],
    ]);
    for (const chunk of chunksOf(rows))
      this.#sql.exec(
        `INSERT INTO results (id, test, report, outcome, flaky, quarantined, duration_ms, attempts, test_run_id)
         SELECT r.value ->> 0, t.id, ?2, r.value ->> 2, r.value ->> 3,
           (r.value ->> 2) > 1 AND EXISTS (SELECT 1 FROM quarantines q WHERE q.test = t.id AND q.until > ?3),
           r.value ->> 4, r.value ->> 5, r.value ->> 6
         FROM json_each(?1) r CROSS JOIN tests t ON t.name = r.value ->> 1`,
        chunk,
        report,
        now,
      );
    const failures = placed.flatMap(({ id, result: { message, detail } }) =>
      message === null && detail === null
        ? []
        : [[id, message?.toWellFormed() ?? "", detail?.slice(0, DETAIL_CHARACTERS).toWellFormed() ?? ""]],
    );
    for (const chunk of chunksOf(failures))
      this.#sql.exec(
        `INSERT INTO failures (rowid, message, detail)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`,
        chunk,
      );
    for (const chunk of chunksOf(failures.map(([id]) => id))) this.#sql.exec(PUT_FAILURE_WORDS, chunk);
  }

  /** Counts a run's results and stores their totals. */
  #count(run: number, due: number): ResultCounts {
    const rows = this.#sql
      .exec<{ outcome: number; quarantined: number; flaky: number; results: number; ms: number }>(
        `SELECT outcome, quarantined, SUM(flaky) AS flaky, COUNT(*) AS results, TOTAL(duration_ms) AS ms FROM results
         WHERE id >= ? AND id < ? GROUP BY outcome, quarantined`,
        firstIdOf(run),
        firstIdOf(run) + PLACES,
      )
      .toArray();
    const { matched } = this.#sql
      .exec<{ matched: number }>(
        "SELECT COUNT(DISTINCT test_run_id) AS matched FROM results WHERE id >= ? AND id < ?",
        firstIdOf(run),
        firstIdOf(run) + PLACES,
      )
      .one();
    const sum = (pick: (row: (typeof rows)[number]) => boolean, of: "results" | "flaky" | "ms" = "results") =>
      rows.filter(pick).reduce((total, row) => total + row[of], 0);
    const plain = (outcome: number) => sum((row) => row.outcome === outcome && row.quarantined === 0);
    const flaky = sum(() => true, "flaky");
    this.#sql.exec(
      "INSERT OR REPLACE INTO run_totals (run, passed, flaky, skipped, failed, duration_ms) VALUES (?, ?, ?, ?, ?, ?)",
      ...[run, plain(0) - flaky, flaky, plain(1), sum((row) => row.outcome > 1), sum(() => true, "ms")],
    );
    return {
      passed: plain(0),
      skipped: plain(1),
      failed: plain(2),
      errors: plain(3),
      flaky,
      missing: Math.max(0, due - matched),
      quarantined: sum((row) => row.quarantined === 1),
    };
  }

  /** If the run becomes an outage, or is no longer one, its other tests are judged again too. */
  #judgeOutage(
    run: number,
    { passed, failed, errors, quarantined }: ResultCounts,
    touched: Set<number>,
  ): void {
    const red = failed + errors + quarantined;
    const changed = this.#sql.exec(
      "UPDATE runs SET is_outage = ?1 WHERE id = ?2 AND is_outage <> ?1",
      Number(isOutage({ ran: passed + red, red })),
      run,
    );
    if (changed.rowsWritten === 0) return;
    for (const test of this.#testsOf(run)) touched.add(test);
  }

  #nextRevision(): number {
    return this.#sql
      .exec<{ revision: number }>(
        `INSERT INTO facts (name, value) VALUES ('revision', '1')
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING CAST(value AS INTEGER) AS revision`,
      )
      .one().revision;
  }
}
