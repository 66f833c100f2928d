/** Which tests are under quarantine: until when, and why. Their failures are shown, and fail no job. */
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
  /** Who looks after it. */
  owner: string;
  since: number;
  until: number;
  /** It ends by itself after so many passes in a row. */
  passes: number;
  /** Who put it there. */
  by: string;
}

type QuarantineRow = { [Name in keyof Quarantine]: Quarantine[Name] };

/** The quarantines of a project's tests. One is in force until its time, or until its test has passed often enough. */
export class QuarantineTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Puts a test under quarantine, anew where it is under one. False where there is no such test. */
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

  /** Those in force, the first to end first. */
  list(now: number): Quarantine[] {
    return this.#sql
      .exec<QuarantineRow>("SELECT * FROM quarantines WHERE until > ? ORDER BY until, test", now)
      .toArray();
  }

  /** Ends those of these tests that have passed often enough in a row since they began, and those whose time is over. */
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

  /** How often in a row a test has passed in its last runs since `since`; at most `most` are looked at. */
  #passesOf(test: number, since: number, most: number): number {
    const last = this.#sql
      .exec<{ good: number }>(
        `SELECT r.outcome = 0 AND NOT r.flaky AS good FROM results r CROSS JOIN runs n ON n.id = (r.id >> 24)
         WHERE r.test = ? AND n.at >= ? AND r.outcome <> 1 ORDER BY r.id DESC LIMIT ?`,
        test,
        since,
        most,
      )
      .toArray();
    const broken = last.findIndex(({ good }) => good === 0);
    return broken === -1 ? last.length : broken;
  }
}
