import { LazyTables } from "./lazy-tables.ts";
import { LEASE_COLUMNS, type LeaseValues, leaseIn, valuesOf } from "./lease-row.ts";
import { deadlineOf, EXPIRED, type Hiding, type Lease } from "./lease-rules.ts";

/** The object's copy of its host; times in epoch milliseconds. */
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
    kind TEXT NOT NULL,
    caller TEXT,
    lease_id TEXT,
    expires_at INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    ending INTEGER NOT NULL,
    cancel_at INTEGER,
    cancel_asker TEXT,
    heard_at INTEGER NOT NULL,
    alarm_at INTEGER
  );
  CREATE UNIQUE INDEX IF NOT EXISTS leases_by_id ON leases (lease_id) WHERE lease_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS leases_by_alarm ON leases (alarm_at) WHERE alarm_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS knowledge (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    known_from INTEGER,
    known_until INTEGER,
    learned_at INTEGER,
    open TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY,
    token TEXT NOT NULL
  );
`;

const ONE_OF = "job IN (SELECT value FROM json_each(?))";

type HidingValues = [
  job: number,
  attempt: number,
  kind: Lease["kind"],
  caller: string | null,
  expiresAt: number,
  accepted: number,
];

/** Replaces the job's lease, unless that is of a newer attempt, or is an accepted run of the same attempt. */
const REPLACE_OLDER = `ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, kind = excluded.kind,
  caller = excluded.caller, lease_id = excluded.lease_id, expires_at = excluded.expires_at,
  lease_ms = excluded.lease_ms, accepted = excluded.accepted, ending = excluded.ending,
  cancel_at = excluded.cancel_at, cancel_asker = excluded.cancel_asker, heard_at = excluded.heard_at,
  alarm_at = excluded.alarm_at
  WHERE excluded.attempt > attempt
    OR (excluded.attempt = attempt AND (NOT accepted OR excluded.lease_id = lease_id))`;

const PUT_LEASE = `INSERT INTO leases (${LEASE_COLUMNS}, alarm_at)
  VALUES (${[...LEASE_COLUMNS, "alarm_at"].map(() => "?")}) ${REPLACE_OLDER}`;

/**
 * The object's own SQLite: its host and its leases. Synchronous. An object that was only read, for a host
 * that may not exist, stores nothing, not even empty tables. What every ping reads is cached while the object
 * is awake: nothing else writes here, and a failed write ends the object.
 */
export class LeaseTable {
  readonly #tables: LazyTables;
  #host: KnownHost | undefined;
  #cancelRequests: number[] | undefined;

  constructor(sql: SqlStorage) {
    this.#tables = new LazyTables(sql, { create: TABLES, find: "SELECT 1 FROM sqlite_schema LIMIT 1" });
  }

  get #sql(): SqlStorage {
    return this.#tables.sql;
  }

  /** Makes the tables, and forgets what was read of them. */
  reload(): void {
    this.#tables.create();
    this.#host = undefined;
    this.#cancelRequests = undefined;
  }

  host(): KnownHost | undefined {
    this.#host ??= this.#readHost();
    return this.#host;
  }

  #readHost(): KnownHost | undefined {
    if (this.#tables.areMissing) return undefined;
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
    this.#host = undefined;
  }

  storeContact(at: number): void {
    this.#sql.exec("UPDATE host SET contact_at = ?", at);
    this.#host = undefined;
  }

  storeRecorded(window: number): void {
    this.#sql.exec("UPDATE host SET recorded_window = ?1 WHERE recorded_window < ?1", window);
    this.#host = undefined;
  }

  forgetRecorded(): void {
    this.#sql.exec("UPDATE host SET recorded_window = 0");
    this.#host = undefined;
  }

  forgetHost(): void {
    this.#sql.exec("DELETE FROM host");
    this.#host = undefined;
    this.#changeLeases("DELETE FROM leases WHERE alarm_at IS NULL");
  }

  leasesOf(jobs: readonly number[]): Lease[] {
    return this.#leases(ONE_OF, JSON.stringify(jobs));
  }

  /** The same, with only the fields that decide what is hidden. */
  hidingOf(jobs: readonly number[]): Hiding[] {
    const rows = this.#sql.exec(
      `SELECT job, attempt, kind, caller, expires_at, accepted FROM leases WHERE ${ONE_OF}`,
      JSON.stringify(jobs),
    );
    return [...rows.raw<HidingValues>()].map(([job, attempt, kind, caller, expiresAt, accepted]) => ({
      job,
      attempt,
      kind,
      caller,
      expiresAt,
      accepted: accepted === 1,
    }));
  }

  leaseOf(job: number): Lease | undefined {
    return this.#leases("job = ?", job)[0];
  }

  leaseWithId(leaseId: string): Lease | undefined {
    if (this.#tables.areMissing) return undefined;
    return this.#leases("lease_id = ?", leaseId)[0];
  }

  /** The leases that expire by themselves: all but accepted runs. */
  unaccepted(): Lease[] {
    return this.#leases("NOT accepted AND expires_at > ?", EXPIRED);
  }

  leasesDue(now: number): Lease[] {
    return this.#leases("alarm_at <= ?", now);
  }

  /** The jobs whose runs have a cancel request. */
  cancelRequests(): number[] {
    this.#cancelRequests ??= this.#leases("alarm_at IS NOT NULL AND cancel_at IS NOT NULL ORDER BY job").map(
      ({ job }) => job,
    );
    return this.#cancelRequests;
  }

  /** Stores a lease, unless the job has one of a newer attempt, or an accepted run of the same attempt under another id. */
  putLease(lease: Lease): void {
    this.#changeLeases(PUT_LEASE, ...valuesOf(lease), deadlineOf(lease));
  }

  /** Stores all leases of a poll in one statement. */
  putPolled(jobs: readonly Pick<Lease, "job" | "attempt">[], caller: string, expiresAt: number): void {
    this.#changeLeases(
      `INSERT INTO leases (job, attempt, kind, caller, expires_at, lease_ms, accepted, ending, heard_at)
       SELECT key, value, 'poll', ?2, ?3, 0, 0, 0, 0 FROM json_each(?1) WHERE true ${REPLACE_OLDER}`,
      JSON.stringify(Object.fromEntries(jobs.map(({ job, attempt }) => [job, attempt]))),
      caller,
      expiresAt,
    );
  }

  /** Marks a run as ending. The alarm tries again at `retryAt` if it fails now. */
  markEnding(job: number, attempt: number, retryAt: number): void {
    this.#changeLeases(
      "UPDATE leases SET ending = 1, alarm_at = ? WHERE job = ? AND attempt = ?",
      retryAt,
      job,
      attempt,
    );
  }

  dropLease(job: number, attempt: number): void {
    this.#changeLeases("DELETE FROM leases WHERE job = ? AND attempt = ?", job, attempt);
  }

  /** Deletes expired leases, but not accepted runs: the alarm ends those. */
  dropLeasesUntil(now: number): void {
    this.#changeLeases("DELETE FROM leases WHERE expires_at <= ? AND alarm_at IS NULL", now);
  }

  /** When the alarm is needed next; null: never. */
  nextAlarm(): number | null {
    const { at } = this.#sql
      .exec<{ at: number | null }>("SELECT MIN(alarm_at) AS at FROM leases WHERE alarm_at IS NOT NULL")
      .one();
    return at;
  }

  #changeLeases(statement: string, ...values: (string | number | null)[]): void {
    this.#sql.exec(statement, ...values);
    this.#cancelRequests = undefined;
  }

  #leases(where: string, ...values: (string | number)[]): Lease[] {
    const rows = this.#sql.exec(`SELECT ${LEASE_COLUMNS} FROM leases WHERE ${where}`, ...values);
    return [...rows.raw<LeaseValues>()].map(leaseIn);
  }
}
