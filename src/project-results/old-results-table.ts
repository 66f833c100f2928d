import { removeFailures } from "./failure-words.ts";
import { chunksOf } from "./json-chunks.ts";
import { firstIdOf, PLACES } from "./run-ids.ts";
import type { VerdictTable } from "./verdict-table.ts";

/** The SQL that removes old results, run by run. */
export class PruneTable {
  readonly #sql: SqlStorage;
  readonly #verdicts: VerdictTable;

  constructor(sql: SqlStorage, verdicts: VerdictTable) {
    this.#sql = sql;
    this.#verdicts = verdicts;
  }

  /**
   * Removes the results of runs older than `before`, oldest first, about `limit` at once, and the tests that have none
   * left.
   */
  remove(before: number, limit: number, now: number): { results: number; tests: number } {
    const touched = new Set<number>();
    let results = 0;
    while (results < limit) {
      const [run] = this.#sql
        .exec<{ id: number }>("SELECT id FROM runs WHERE at < ? ORDER BY at LIMIT 1", before)
        .toArray();
      if (!run) break;
      const left = limit - results;
      const removed = this.#removeOf(run.id, left);
      for (const { test } of removed) touched.add(test);
      results += removed.length;
      if (removed.length === left) break;
      this.#sql.exec("DELETE FROM reports WHERE run = ?", run.id);
      this.#sql.exec("DELETE FROM run_totals WHERE run = ?", run.id);
      this.#sql.exec("DELETE FROM runs WHERE id = ?", run.id);
    }
    this.#verdicts.refresh([...touched], now);
    return { results, tests: this.#removeTests([...touched]) };
  }

  #removeOf(run: number, limit: number): { id: number; test: number }[] {
    const removed = this.#sql
      .exec<{ id: number; test: number }>(
        `DELETE FROM results WHERE id IN (SELECT id FROM results WHERE id >= ? AND id < ? ORDER BY id LIMIT ?)
         RETURNING id, test`,
        firstIdOf(run),
        firstIdOf(run) + PLACES,
        limit,
      )
      .toArray();
    for (const chunk of chunksOf(removed.map(({ id }) => id))) removeFailures(this.#sql, chunk);
    return removed;
  }

  #removeTests(tests: readonly number[]): number {
    let gone = 0;
    for (const chunk of chunksOf(tests)) {
      const ids = this.#sql
        .exec<{ id: number }>(
          "DELETE FROM tests WHERE id IN (SELECT value FROM json_each(?)) AND strip = '' RETURNING id",
          chunk,
        )
        .toArray()
        .map(({ id }) => id);
      const list = JSON.stringify(ids);
      this.#sql.exec("DELETE FROM test_words WHERE rowid IN (SELECT value FROM json_each(?))", list);
      this.#sql.exec("DELETE FROM quarantines WHERE test IN (SELECT value FROM json_each(?))", list);
      gone += ids.length;
    }
    return gone;
  }
}
