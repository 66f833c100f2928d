/** The tests under quarantine. Their failures are shown, and fail no job. */
export const QUARANTINE_TABLES = `
  CREATE TABLE IF NOT EXISTS quarantines (
    test INTEGER PRIMARY KEY, reason TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
    passes INTEGER NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL
  );
`;

/** A test's quarantine; times in epoch milliseconds. */
export interface Quarantine {
  test: number;
  reason: string;
  /** Who is responsible for the test. */
  owner: string;
  since: number;
  until: number;
  /** The number of passes in a row that end it early. */
  passes: number;
  /** Who created it. */
  by: string;
}

type QuarantineRow = { [Name in keyof Quarantine]: Quarantine[Name] };

/** The quarantines of a project's tests. Each ends at its time, or when its test has passed often enough. */
export class QuarantineTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Puts a test under quarantine, or replaces its quarantine. False if the test does not exist. */
  put({ test, reason, owner, since, until, passes, by }: Quarantine): boolean {
    const put = this.#sql.exec(
      `INSERT INTO quarantines (test, reason, owner, until, passes, since, by)
       SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM tests WHERE id = ?1
       ON CONFLICT (test) DO UPDATE SET reason = ?2, owner = ?3, until = ?4, passes = ?5, since = ?6, by = ?7`,
      ...[test, reason, owner, until, passes, since, by],
    );
    return put.rowsWritten > 0;
  }

  end(test: number): void {
    this.#sql.exec("DELETE FROM quarantines WHERE test = ?", test);
  }

  of(test: number, now: number): Quarantine | null {
    const [row] = this.#sql
      .exec<QuarantineRow>("SELECT * FROM quarantines WHERE test = ? AND until > ?", test, now)
      .toArray();
    return row ?? null;
  }

  /** The quarantines in force, ordered by end time; all of them, or the first `limit`. */
  list(now: number, limit = -1): Quarantine[] {
    return this.#sql
      .exec<QuarantineRow>(
        "SELECT * FROM quarantines WHERE until > ? ORDER BY until, test LIMIT ?",
        now,
        limit,
      )
      .toArray();
  }

  /**
   * Ends those of these tests' quarantines that have expired or whose tests have passed often enough since they began.
   */
  settle(tests: string, now: number): void {
    const over = this.#sql
      .exec<{ test: number; passes: number; since: number; until: number }>(
        "SELECT test, passes, since, until FROM quarantines WHERE test IN (SELECT value FROM json_each(?))",
        tests,
      )
      .toArray()
      .filter(
        ({ test, passes, since, until }) => until <= now || this.#passesOf(test, since, passes) >= passes,
      );
    for (const { test } of over) this.end(test);
  }

  /** The number of a test's last runs since `since` that passed in a row, up to `limit`. */
  #passesOf(test: number, since: number, limit: number): number {
    const last = this.#sql
      .exec<{ good: number }>(
        `SELECT r.outcome = 0 AND NOT r.flaky AS good FROM results r CROSS JOIN runs n ON n.id = (r.id >> 24)
         WHERE r.test = ? AND n.at >= ? AND r.outcome <> 1 ORDER BY r.id DESC LIMIT ?`,
        test,
        since,
        limit,
      )
      .toArray();
    const broken = last.findIndex(({ good }) => good === 0);
    return broken === -1 ? last.length : broken;
  }
}
