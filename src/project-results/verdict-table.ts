import { DEFAULT_RULES, type FlakyRules, judgeFlaky, type Seen } from "./flaky-rules.ts";
import { chunksOf } from "./json-chunks.ts";
import { outcomeOf } from "./result-tables.ts";
import { RUN_OF_ID } from "./run-ids.ts";

/** The number of runs in a test's strip, and the number searched for evidence. */
export const STRIP_RUNS = 20;
const MAX_JUDGED_RUNS = 200;

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

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  rules(): FlakyRules {
    const [row] = this.#sql
      .exec<{ value: string }>("SELECT value FROM facts WHERE name = 'flaky_rules'")
      .toArray();
    const kept: Partial<FlakyRules> = row ? JSON.parse(row.value) : {};
    return { ...DEFAULT_RULES, ...kept };
  }

  storeRules(rules: FlakyRules): void {
    this.#sql.exec(
      "INSERT INTO facts (name, value) VALUES ('flaky_rules', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
      JSON.stringify(rules),
    );
  }

  /** The verdicts of other rules on up to `limit` tests with failures or evidence. Changes nothing. */
  judge(rules: FlakyRules, limit: number, now: number): { test: number; was: boolean; is: boolean }[] {
    return this.#sql
      .exec<{ id: number; is_flaky: number }>(
        `SELECT id, is_flaky FROM tests WHERE evidence > 0
         UNION SELECT id, is_flaky FROM tests WHERE failures > 0 ORDER BY 1 DESC LIMIT ?`,
        limit,
      )
      .toArray()
      .map(({ id, is_flaky }) => ({
        test: id,
        was: is_flaky === 1,
        is: judgeFlaky(this.runsOf(id), rules, now).isFlaky,
      }));
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
      const rules = this.rules();
      for (const { id } of doubtful) {
        const { isFlaky, evidence } = judgeFlaky(this.runsOf(id), rules, now);
        this.#sql.exec(
          "UPDATE tests SET evidence = ?2, is_flaky = ?3 WHERE id = ?1 AND (evidence <> ?2 OR is_flaky <> ?3)",
          id,
          evidence.length,
          Number(isFlaky),
        );
      }
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
