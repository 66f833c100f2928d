import type { ResultRow, TestRow } from "./protocol.ts";
import { firstIdOf, RUN_OF_ID } from "./run-ids.ts";
import { STRIP_RUNS } from "./verdict-table.ts";

/** The results of a test that are searched for the pass before its failure; those of its strip first. */
const LOOK_BACK = 500;

interface Past {
  id: number;
  job: number;
  outcome: number;
  mark: string;
  counts: number;
}

/** The SQL that tells how tests stood at an earlier run. */
export class AsOfTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** These rows of a run, with the last runs of each test and since when it failed as they were when that run was the last. */
  asOf(run: number, rows: readonly ResultRow[]): ResultRow[] {
    const end = firstIdOf(run + 1);
    const changed = new Map(
      this.#sql
        .exec<{ id: number; is_still: number | null }>(
          `SELECT id, failing_since < ?1 AS is_still FROM tests
           WHERE id IN (SELECT value FROM json_each(?2)) AND last_result >= ?1`,
          end,
          JSON.stringify(rows.map(({ test }) => test.id)),
        )
        .toArray()
        .map(({ id, is_still }) => [id, is_still === 1] as const),
    );
    return rows.map((row) => {
      const isStill = changed.get(row.test.id);
      return isStill === undefined
        ? row
        : { ...row, test: { ...row.test, ...this.#at(row.test, end, isStill) } };
    });
  }

  /** `isStill`: what fails today began before `end`. */
  #at(test: TestRow, end: number, isStill: boolean): Pick<TestRow, "strip" | "failingSince"> {
    const last = this.#before(test.id, end, STRIP_RUNS);
    const strip = last.map(({ mark }) => mark).join("");
    const newest = last.find(({ counts }) => counts === 1);
    if (newest === undefined || newest.outcome < 2) return { strip, failingSince: null };
    const since = failureIn(last);
    if (since.isWhole || last.length < STRIP_RUNS) return { strip, failingSince: since.job };
    if (isStill) return { strip, failingSince: test.failingSince };
    const older = this.#before(test.id, last.at(-1)?.id ?? end, LOOK_BACK - STRIP_RUNS);
    return { strip, failingSince: failureIn([...last, ...older]).job };
  }

  /** A test's results before the result `end`, the newest first. */
  #before(test: number, end: number, limit: number): Past[] {
    return this.#sql
      .exec<{ [Name in keyof Past]: Past[Name] }>(
        `SELECT r.id, n.job, r.outcome, CASE WHEN r.flaky THEN 'y' ELSE substr('psfe', r.outcome + 1, 1) END AS mark,
           n.is_outage + n.is_lost = 0 AS counts
         FROM results r CROSS JOIN runs n ON n.id = ${RUN_OF_ID("r.id")}
         WHERE r.test = ? AND r.id < ? ORDER BY r.id DESC LIMIT ?`,
        test,
        end,
        limit,
      )
      .toArray();
  }
}

/** The job in which a failure began that goes on to the newest of these results; `isWhole` if a pass stands before it. */
const failureIn = (past: readonly Past[]): { job: number | null; isWhole: boolean } => {
  const counted = past.filter(({ counts }) => counts === 1);
  const pass = counted.findIndex(({ outcome }) => outcome === 0);
  const failure = (pass === -1 ? counted : counted.slice(0, pass)).findLast(({ outcome }) => outcome > 1);
  return { job: failure?.job ?? null, isWhole: pass !== -1 };
};
