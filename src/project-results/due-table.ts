/** When the evidence of a test is next too old to count, which no report tells: at that time it is judged again. */
const DUE_TABLE = `
  CREATE TABLE IF NOT EXISTS verdicts_due (test INTEGER PRIMARY KEY, at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS verdicts_by_age ON verdicts_due (at);
`;

/** SQL that has tests with evidence judged at the next look, unless it is known when they are due. */
export const PUT_DUE =
  "INSERT OR IGNORE INTO verdicts_due (test, at) SELECT id, 0 FROM tests WHERE evidence > 0";

/** Makes the table. Tests with evidence that were stored without it are judged at the next look. */
export const makeDueTable = (sql: SqlStorage): void => {
  const isThere = sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'verdicts_due'").toArray().length > 0;
  if (isThere) return;
  sql.exec(DUE_TABLE);
  sql.exec(PUT_DUE);
};

/** Which tests are to be judged again though nothing new came. */
export class DueTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Sets when a test is judged again, epoch milliseconds; null: not before its next result. */
  put(test: number, at: number | null): void {
    if (at === null) this.#sql.exec("DELETE FROM verdicts_due WHERE test = ?", test);
    else
      this.#sql.exec(
        "INSERT INTO verdicts_due (test, at) VALUES (?1, ?2) ON CONFLICT (test) DO UPDATE SET at = ?2 WHERE at <> ?2",
        test,
        at,
      );
  }

  /** All tests with failures or evidence are to be judged, because the rules changed. */
  putAll(): void {
    this.#sql.exec(
      `INSERT INTO verdicts_due (test, at)
       SELECT id, 0 FROM (SELECT id FROM tests WHERE evidence > 0 UNION SELECT id FROM tests WHERE failures > 0) WHERE true
       ON CONFLICT (test) DO UPDATE SET at = 0`,
    );
  }

  /** The tests that are due at `now`, those that were first; up to `limit`. */
  due(now: number, limit: number): number[] {
    return this.#sql
      .exec<{ test: number }>("SELECT test FROM verdicts_due WHERE at <= ? ORDER BY at LIMIT ?", now, limit)
      .toArray()
      .map(({ test }) => test);
  }
}
