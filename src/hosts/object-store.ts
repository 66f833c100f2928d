import type { Lease } from "./leases.ts";

/** What an object knows of its host; times in epoch milliseconds. */
export interface KnownHost {
  guid: string;
  contactAt: number;
  /** The start of the newest window whose first ping is in D1. */
  recordedWindow: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS host (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    guid TEXT NOT NULL,
    contact_at INTEGER NOT NULL,
    recorded_window INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS leases (
    job INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL,
    caller TEXT,
    expires_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS leases_by_end ON leases (expires_at);
`;

/** All the SQL of a host's object, over its own SQLite. Synchronous: nothing here waits. */
export class ObjectStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLES);
  }

  host(): KnownHost | undefined {
    const [row] = this.#sql
      .exec<{ guid: string; contactAt: number; recordedWindow: number }>(
        "SELECT guid, contact_at AS contactAt, recorded_window AS recordedWindow FROM host",
      )
      .toArray();
    return row;
  }

  knowHost(guid: string, contactAt: number): void {
    this.#sql.exec(
      `INSERT INTO host (one, guid, contact_at, recorded_window) VALUES (1, ?1, ?2, 0)
       ON CONFLICT (one) DO UPDATE SET guid = ?1, contact_at = MAX(contact_at, ?2)`,
      guid,
      contactAt,
    );
  }

  storeContact(at: number): void {
    this.#sql.exec("UPDATE host SET contact_at = ?", at);
  }

  storeRecorded(window: number): void {
    this.#sql.exec("UPDATE host SET recorded_window = ?1 WHERE recorded_window < ?1", window);
  }

  forgetHost(): void {
    this.#sql.exec("DELETE FROM host");
    this.#sql.exec("DELETE FROM leases");
  }

  leasesOf(jobs: readonly number[]): Lease[] {
    return this.#sql
      .exec<{ job: number; attempt: number; caller: string | null; expiresAt: number }>(
        `SELECT job, attempt, caller, expires_at AS expiresAt
         FROM leases WHERE job IN (SELECT value FROM json_each(?))`,
        JSON.stringify(jobs),
      )
      .toArray();
  }

  /** Stores leases over those of the same jobs, unless one there is of a newer attempt. */
  putLeases(leases: readonly Lease[]): void {
    this.#sql.exec(
      `INSERT INTO leases (job, attempt, caller, expires_at)
       SELECT value ->> 'job', value ->> 'attempt', value ->> 'caller', value ->> 'expiresAt'
       FROM json_each(?) WHERE true
       ON CONFLICT (job) DO UPDATE
         SET attempt = excluded.attempt, caller = excluded.caller, expires_at = excluded.expires_at
         WHERE excluded.attempt >= attempt`,
      JSON.stringify(leases),
    );
  }

  dropLeasesUntil(now: number): void {
    this.#sql.exec("DELETE FROM leases WHERE expires_at <= ?", now);
  }
}
