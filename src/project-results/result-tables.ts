import { FAILURE_WORDS } from "./failure-words.ts";
import type { TestName } from "./outcomes.ts";
import { RESULT_OUTCOMES, type ResultOutcome } from "./outcomes.ts";

/**
 * A project's results. `results` needs no index by run, because a run's rows have adjacent ids; its index by test is in
 * the order of runs, and has all that a test's state is computed from: its rows are far apart. `run_totals` is for charts. Outcomes are numbers: 0 passed, 1 skipped, 2 failed, 3 error; above 1 is red.
 */
export const RESULT_TABLES = `
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, job INTEGER NOT NULL, attempt INTEGER NOT NULL, host INTEGER NOT NULL,
    content TEXT NOT NULL, has_build INTEGER NOT NULL, due INTEGER NOT NULL, at INTEGER NOT NULL,
    next_place INTEGER NOT NULL DEFAULT 0, is_outage INTEGER NOT NULL DEFAULT 0, is_lost INTEGER NOT NULL DEFAULT 0,
    UNIQUE (job, attempt)
  );
  CREATE INDEX IF NOT EXISTS runs_by_age ON runs (at);
  CREATE INDEX IF NOT EXISTS runs_discounted ON runs (id) WHERE is_outage + is_lost > 0;
  CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (run, name)
  );
  CREATE TABLE IF NOT EXISTS tests (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, strip TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0, evidence INTEGER NOT NULL DEFAULT 0, is_flaky INTEGER NOT NULL DEFAULT 0,
    mean_ms REAL, failing_since INTEGER, last_result INTEGER
  );
  CREATE INDEX IF NOT EXISTS tests_failing ON tests (failures DESC, id) WHERE failures > 0;
  CREATE INDEX IF NOT EXISTS tests_flaky ON tests (evidence DESC, id) WHERE is_flaky = 1;
  CREATE INDEX IF NOT EXISTS tests_slow ON tests (mean_ms DESC, id) WHERE mean_ms >= 1000;
  CREATE INDEX IF NOT EXISTS tests_newly_failing ON tests (failing_since DESC, id) WHERE failing_since IS NOT NULL;
  CREATE INDEX IF NOT EXISTS tests_in_doubt ON tests (evidence DESC, id) WHERE evidence > 0;
  CREATE TABLE IF NOT EXISTS results (
    id INTEGER PRIMARY KEY, test INTEGER NOT NULL, report INTEGER NOT NULL, outcome INTEGER NOT NULL,
    flaky INTEGER NOT NULL, quarantined INTEGER NOT NULL, duration_ms REAL, attempts INTEGER NOT NULL,
    test_run_id INTEGER
  );
  CREATE INDEX IF NOT EXISTS results_by_test ON results (test, id, outcome, flaky, duration_ms);
  CREATE INDEX IF NOT EXISTS results_red ON results (id) WHERE outcome > 1;
  CREATE TABLE IF NOT EXISTS run_totals (
    run INTEGER PRIMARY KEY, passed INTEGER NOT NULL, flaky INTEGER NOT NULL, skipped INTEGER NOT NULL,
    failed INTEGER NOT NULL, duration_ms REAL NOT NULL
  );
  CREATE VIRTUAL TABLE IF NOT EXISTS failures USING fts5 (message, detail UNINDEXED);
  ${FAILURE_WORDS}
  CREATE VIRTUAL TABLE IF NOT EXISTS test_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram');
`;

/** SQL that puts the searchable words of the tests that `WHERE` finds. */
export const PUT_WORDS = `INSERT INTO test_words (rowid, words) SELECT id, concat_ws(' ', name ->> 0,
     (SELECT group_concat(value, ' ') FROM json_each(name, '$[1]')), name ->> 2, name ->> 3)
   FROM tests WHERE`;

/** The stored length of each part of a name; a longer part is cut and ends with a digest. */
const PART_CHARACTERS = 2000;

/** A short digest that distinguishes long names: FNV-1a, twice. */
const digestOf = (text: string): string => {
  let [one, other] = [0x811c9dc5, 0x1b873593];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return [one, other].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
};

const shortened = (text: string): string =>
  text.length > PART_CHARACTERS
    ? `${text.slice(0, PART_CHARACTERS).toWellFormed()}…${digestOf(text)}`
    : text.toWellFormed();

/** The stored name, which is equal for all results of one test. */
export const storedName = ({ file, suites, title, parameters }: TestName): string =>
  JSON.stringify([
    file === null ? null : shortened(file),
    suites.length > 20
      ? [...suites.slice(0, 19), suites.slice(19).join(" > ")].map(shortened)
      : suites.map(shortened),
    shortened(title),
    parameters === null ? null : shortened(parameters),
  ]);

type NameParts = [file: string | null, suites: string[], title: string, parameters: string | null];

export const nameIn = (stored: string): TestName => {
  const [file, suites, title, parameters]: NameParts = JSON.parse(stored);
  return { file, suites, title, parameters };
};

export const outcomeNumber = (outcome: ResultOutcome): number => RESULT_OUTCOMES.indexOf(outcome);
export const outcomeOf = (number: number): ResultOutcome => RESULT_OUTCOMES[number] ?? "error";
