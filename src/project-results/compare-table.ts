import { COMPARED_LISTS, type Compared, type Comparison, SLOWER_MS } from "./comparison.ts";
import type { RunPlace } from "./protocol.ts";
import type { ReadTable } from "./read-table.ts";
import { nameIn, outcomeOf } from "./result-tables.ts";
import { firstIdOf, PLACES } from "./run-ids.ts";

type ComparedRow = {
  id: number;
  name: string;
  was: number | null;
  was_ms: number | null;
  is: number;
  is_ms: number | null;
};

const comparedIn = ({ id, name, was, was_ms, is, is_ms }: ComparedRow): Compared => ({
  id,
  name: nameIn(name),
  earlier: was === null ? null : { outcome: outcomeOf(was), durationMs: was_ms },
  later: { outcome: outcomeOf(is), durationMs: is_ms },
});

/** The earlier run's results are those from ?1 up to ?2, the later run's those from ?3 up to ?4. */
const EARLIER = "id >= ?1 AND id < ?2";
const LATER = "id >= ?3 AND id < ?4";
const COLUMNS = `t.id, t.name, a.outcome AS was, a.duration_ms AS was_ms, b.outcome AS "is", b.duration_ms AS is_ms`;

/** The id of the worst result of a test in a run: several reports of a run may have the test. */
const worst = (test: string, run: string): string =>
  `(SELECT id FROM results WHERE test = ${test} AND ${run} ORDER BY outcome DESC, id LIMIT 1)`;

/** Each starts with the fewer results, the red ones of one run, which have an index. */
const NEWLY_FAILING = `SELECT ${COLUMNS}
  FROM (SELECT DISTINCT test FROM results WHERE ${LATER} AND outcome > 1) red
    CROSS JOIN results b ON b.id = ${worst("red.test", LATER)}
    LEFT JOIN results a ON a.id = ${worst("red.test", EARLIER)}
    CROSS JOIN tests t ON t.id = red.test
  WHERE a.id IS NULL OR a.outcome <= 1 ORDER BY b.id LIMIT ?5`;
const FIXED = `SELECT ${COLUMNS}
  FROM (SELECT DISTINCT test FROM results WHERE ${EARLIER} AND outcome > 1) red
    CROSS JOIN results a ON a.id = ${worst("red.test", EARLIER)}
    CROSS JOIN results b ON b.id = ${worst("red.test", LATER)}
    CROSS JOIN tests t ON t.id = red.test
  WHERE b.outcome = 0 ORDER BY b.id LIMIT ?5`;
const SLOWER = `SELECT ${COLUMNS}, MAX(b.duration_ms - a.duration_ms) AS longer
  FROM results b CROSS JOIN results a ON a.test = b.test AND a.id >= ?1 AND a.id < ?2
    CROSS JOIN tests t ON t.id = b.test
  WHERE b.id >= ?3 AND b.id < ?4 AND b.outcome = 0 AND a.outcome = 0
    AND b.duration_ms >= 1.5 * a.duration_ms AND b.duration_ms - a.duration_ms >= ${SLOWER_MS}
  GROUP BY b.test ORDER BY longer DESC, b.test LIMIT ?5`;

/** The SQL of the comparison of two runs. */
export class CompareTable {
  readonly #sql: SqlStorage;
  readonly #read: ReadTable;

  constructor(sql: SqlStorage, read: ReadTable) {
    this.#sql = sql;
    this.#read = read;
  }

  /** Each list has at most `limit` tests. All are empty if a run has no report: then nothing is known of its tests. */
  compare(earlier: RunPlace, later: RunPlace, limit: number): Comparison {
    const [one, other] = [this.#read.runOf(earlier), this.#read.runOf(later)];
    if (one === undefined || other === undefined) return { newlyFailing: [], fixed: [], slower: [], cut: [] };
    const lists = [NEWLY_FAILING, FIXED, SLOWER].map((query) =>
      this.#sql
        .exec<ComparedRow>(
          query,
          ...[firstIdOf(one), firstIdOf(one) + PLACES, firstIdOf(other), firstIdOf(other) + PLACES],
          limit + 1,
        )
        .toArray()
        .map(comparedIn),
    );
    const [newlyFailing = [], fixed = [], slower = []] = lists.map((list) => list.slice(0, limit));
    return {
      newlyFailing,
      fixed,
      slower,
      cut: COMPARED_LISTS.filter((_, at) => (lists[at]?.length ?? 0) > limit),
    };
  }
}
