import type { Compared, Comparison } from "./comparison.ts";
import type { RunPlace } from "./protocol.ts";
import type { ReadTable } from "./read-table.ts";
import { nameIn, outcomeOf } from "./result-tables.ts";
import { firstIdOf, PLACES } from "./run-ids.ts";

/** A test is slower if it takes half as long again and at least this much longer. */
const SLOWER_MS = 100;

/** The SQL of the comparison of two runs. */
export class CompareTable {
  readonly #sql: SqlStorage;
  readonly #read: ReadTable;

  constructor(sql: SqlStorage, read: ReadTable) {
    this.#sql = sql;
    this.#read = read;
  }

  compare(earlier: RunPlace, later: RunPlace, limit: number): Comparison {
    const [one, other] = [this.#read.runOf(earlier), this.#read.runOf(later)];
    if (one === undefined || other === undefined) return { newlyFailing: [], fixed: [], slower: [] };
    const differing = (where: string, order = "b.id"): Compared[] =>
      this.#sql
        .exec<{
          id: number;
          name: string;
          was: number;
          was_ms: number | null;
          is: number;
          is_ms: number | null;
        }>(
          `SELECT t.id, t.name, a.outcome AS was, a.duration_ms AS was_ms, b.outcome AS "is", b.duration_ms AS is_ms
           FROM results b CROSS JOIN results a ON a.test = b.test AND a.id >= ?1 AND a.id < ?2
             CROSS JOIN tests t ON t.id = b.test
           WHERE b.id >= ?3 AND b.id < ?4 AND ${where} ORDER BY ${order} LIMIT ?5`,
          ...[firstIdOf(one), firstIdOf(one) + PLACES, firstIdOf(other), firstIdOf(other) + PLACES, limit],
        )
        .toArray()
        .map(({ id, name, was, was_ms, is, is_ms }) => ({
          id,
          name: nameIn(name),
          earlier: { outcome: outcomeOf(was), durationMs: was_ms },
          later: { outcome: outcomeOf(is), durationMs: is_ms },
        }));
    return {
      newlyFailing: differing("b.outcome > 1 AND a.outcome = 0"),
      fixed: differing("b.outcome = 0 AND a.outcome > 1"),
      slower: differing(
        `b.outcome = 0 AND a.outcome = 0 AND b.duration_ms >= 1.5 * a.duration_ms
          AND b.duration_ms - a.duration_ms >= ${SLOWER_MS}`,
        "b.duration_ms - a.duration_ms DESC, b.id",
      ),
    };
  }
}
