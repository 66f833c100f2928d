import { DueTable } from "./due-table.ts";
import { DEFAULT_RULES, type FlakyRules, judgeFlaky, type Seen, staleAt } from "./flaky-rules.ts";
import { chunksOf } from "./json-chunks.ts";
import { outcomeOf } from "./result-tables.ts";
import { RUN_OF_ID } from "./run-ids.ts";

/** The number of runs in a test's strip, and the number searched for evidence. */
export const STRIP_RUNS = 20;
const MAX_JUDGED_RUNS = 200;
/** The maximum of tests judged for a change of the rules: those with failures or evidence, newest first. */
const MAX_JUDGED = 2000;
/** The maximum of tests that a call judges because their evidence has become old. */
const MAX_SETTLED = 200;

type SeenRow = {
  job: number;
  attempt: number;
  content: string;
  has_build: number;
  at: number;
  outcome: number;
  flaky: number;
  discounted: number;
};

const seenIn = ({ has_build, outcome, flaky, discounted, ...row }: SeenRow): Seen => ({
  ...row,
  hasBuild: has_build === 1,
  outcome: outcomeOf(outcome),
  flaky: flaky === 1,
  discounted: discounted === 1,
});

/** SQL for the last results of a test in a row of `tests`, newest first. `counts` is false in a run that counts against no test. */
const LAST_RESULTS = `SELECT id, outcome, duration_ms,
  CASE WHEN flaky THEN 'y' ELSE substr('psfe', outcome + 1, 1) END AS mark,
  ${RUN_OF_ID("id")} NOT IN (SELECT id FROM runs WHERE is_outage + is_lost > 0) AS counts
  FROM results WHERE test = tests.id ORDER BY id DESC LIMIT ${STRIP_RUNS}`;

/**
 * The state of each test, from its last runs. It is always recomputed from the results, so that nothing counts twice.
 */
export class VerdictTable {
  readonly #sql: SqlStorage;
  readonly #due: DueTable;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#due = new DueTable(sql);
  }

  rules(): FlakyRules {
    const [row] = this.#sql
      .exec<{ value: string }>("SELECT value FROM facts WHERE name = 'flaky_rules'")
      .toArray();
    const kept: Partial<FlakyRules> = row ? JSON.parse(row.value) : {};
    return { ...DEFAULT_RULES, ...kept };
  }

  /** Stores the rules and judges the tests with failures or evidence anew; of very many, the rest in later calls. */
  storeRules(rules: FlakyRules, now: number): void {
    this.#sql.exec(
      "INSERT INTO facts (name, value) VALUES ('flaky_rules', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
      JSON.stringify(rules),
    );
    this.#due.putAll();
    this.settle(now, MAX_JUDGED);
  }

  /** Judges the tests whose evidence has become old, up to a number of them, so that days count at each look. */
  settle(now: number, limit = MAX_SETTLED): void {
    this.#judgeAnew(this.#due.due(now, limit), now);
  }

  /** The verdicts of other rules on the tests with failures or evidence. Of very many, `left` are not judged. Changes nothing. */
  judge(
    rules: FlakyRules,
    now: number,
  ): { judged: { test: number; was: boolean; is: boolean }[]; left: number } {
    const { tests } = this.#sql
      .exec<{ tests: number }>(
        `SELECT COUNT(*) AS tests FROM (SELECT id FROM tests WHERE evidence > 0 UNION SELECT id FROM tests WHERE failures > 0)`,
      )
      .one();
    const judged = this.#sql
      .exec<{ id: number; is_flaky: number }>(
        `SELECT id, is_flaky FROM tests WHERE evidence > 0
         UNION SELECT id, is_flaky FROM tests WHERE failures > 0 ORDER BY 1 DESC LIMIT ${MAX_JUDGED}`,
      )
      .toArray()
      .map(({ id, is_flaky }) => ({
        test: id,
        was: is_flaky === 1,
        is: judgeFlaky(this.runsOf(id), rules, now).isFlaky,
      }));
    return { judged, left: tests - judged.length };
  }

  /** Recomputes the state of these tests. Runs that count against no test are in the strip alone. */
  refresh(tests: readonly number[], now: number): void {
    for (const chunk of chunksOf(tests)) {
      this.#sql.exec(
        `UPDATE tests SET (strip, failures, mean_ms, last_result) = (
           SELECT COALESCE(group_concat(mark, ''), ''), COALESCE(SUM(outcome > 1 AND counts), 0), AVG(duration_ms), MAX(id)
           FROM (${LAST_RESULTS}))
         WHERE id IN (SELECT value FROM json_each(?))`,
        chunk,
      );
      this.#sql.exec(
        `UPDATE tests SET failing_since = (
           SELECT CASE WHEN group_concat(iif(counts, mark, NULL), '') GLOB '[fe]*' THEN
             CASE WHEN last_pass IS NOT NULL OR tests.failing_since IS NULL
               THEN MIN(CASE WHEN outcome > 1 AND counts AND id > COALESCE(last_pass, 0) THEN id END)
               ELSE tests.failing_since END END
           FROM (SELECT id, outcome, counts, mark, MAX(CASE WHEN outcome = 0 AND counts THEN id END) OVER () AS last_pass
             FROM (${LAST_RESULTS}) ORDER BY id DESC))
         WHERE id IN (SELECT value FROM json_each(?)) AND (failures > 0 OR failing_since IS NOT NULL)`,
        chunk,
      );
      const doubtful = this.#sql
        .exec<{ id: number }>(
          `SELECT id FROM tests WHERE id IN (SELECT value FROM json_each(?))
             AND (evidence > 0 OR strip GLOB '*y*' OR (strip GLOB '*[fe]*' AND strip GLOB '*p*'))`,
          chunk,
        )
        .toArray();
      this.#judgeAnew(
        doubtful.map(({ id }) => id),
        now,
      );
    }
  }

  #judgeAnew(tests: readonly number[], now: number): void {
    if (tests.length === 0) return;
    const rules = this.rules();
    for (const id of tests) {
      const { isFlaky, evidence } = judgeFlaky(this.runsOf(id), rules, now);
      this.#sql.exec(
        "UPDATE tests SET evidence = ?2, is_flaky = ?3 WHERE id = ?1 AND (evidence <> ?2 OR is_flaky <> ?3)",
        id,
        evidence.length,
        Number(isFlaky),
      );
      this.#due.put(id, staleAt(evidence, rules));
    }
  }

  /** A test's last runs in order, for the rules of flakiness. */
  runsOf(test: number): Seen[] {
    return this.#sql
      .exec<SeenRow>(
        `SELECT n.job, n.attempt, n.content, n.has_build, n.at, r.outcome, r.flaky, n.is_outage OR n.is_lost AS discounted
         FROM (SELECT id, outcome, flaky FROM results WHERE test = ? ORDER BY id DESC LIMIT ${MAX_JUDGED_RUNS}) r
         CROSS JOIN runs n ON n.id = ${RUN_OF_ID("r.id")} ORDER BY r.id`,
        test,
      )
      .toArray()
      .map(seenIn);
  }
}
