import { DAY_MS } from "../wire/durations.ts";
import { LazyTables } from "./lazy-tables.ts";
import { type HeadRow, headIn, type LogHead, type LogPlace } from "./log-head.ts";

const TABLES = `
  CREATE TABLE IF NOT EXISTS logs (
    job INTEGER NOT NULL, attempt INTEGER NOT NULL, project INTEGER NOT NULL, stored INTEGER NOT NULL,
    sealed INTEGER NOT NULL, length INTEGER NOT NULL, ended INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (job, attempt)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_parts (
    job INTEGER NOT NULL, attempt INTEGER NOT NULL, place INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (job, attempt, place)
  ) WITHOUT ROWID;
`;

/** The size at which a segment is written to R2. */
const SEGMENT_BYTES = 1024 * 1024;
/** The maximum of a segment: more may wait if R2 was unavailable, and it would not fit into memory. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** A log without new chunks for this long is written to R2 at any size. */
const IDLE_MS = 10 * 60_000;
/** How long the end of a completely stored log is kept. */
const KEPT_MS = DAY_MS;

/** Whether what waits makes a segment, or is the end of a log. */
const isWorthStoring = ({ stored, end, ended }: Pick<LogHead, "stored" | "end" | "ended">): boolean =>
  end - stored >= SEGMENT_BYTES || (ended && end > stored);

const joined = (parts: readonly ArrayBuffer[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole;
};

/** A chunk of a log: where it starts, and whether it is the last. */
export interface LogChunk extends LogPlace {
  offset: number;
  bytes: Uint8Array;
  final: boolean;
  /** How much of the log is in R2, if the caller looked. */
  known?: number;
}

/**
 * `taken`: everything up to `end` is stored; `isWorthStoring` asks the caller to write it to R2. `gap`: bytes
 * before the chunk are missing. `ended`: the log is complete, and the chunk lies behind its end. `unknown`:
 * the chunk does not start the log, and the object has none of it; the caller must look how much is in R2.
 */
export interface LogReply {
  outcome: "taken" | "gap" | "ended" | "unknown";
  end: number;
  isWorthStoring: boolean;
}

/** A segment to write to R2. It is the same on each call until it is confirmed as stored. */
export interface LogSegment extends LogPlace {
  from: number;
  to: number;
  bytes: Uint8Array;
}

/** Where to read a log from, and at most how many bytes. */
export interface LogPart {
  from: number;
  most: number;
}

/** The part of a log that is not in R2. It starts at `start`; `bytes` start at `from`. */
export interface LogTail {
  start: number;
  end: number;
  ended: boolean;
  from: number;
  bytes: Uint8Array;
}

/** The logs of a host's runs until they are written to R2. Stores nothing before the first log. */
export class LogTable {
  readonly #tables: LazyTables;

  constructor(sql: SqlStorage) {
    this.#tables = new LazyTables(sql, {
      create: TABLES,
      find: "SELECT 1 FROM sqlite_schema WHERE name = 'logs'",
    });
  }

  get #sql(): SqlStorage {
    return this.#tables.sql;
  }

  create(): void {
    this.#tables.create();
  }

  /** Appends a chunk. Of a chunk that was sent before, only the new bytes are stored. */
  append({ project, job, attempt, offset, bytes, final, known }: LogChunk, now: number): LogReply {
    const head = this.#head(job, attempt);
    if (!head && known === undefined && offset > 0)
      return { outcome: "unknown", end: 0, isWorthStoring: false };
    const end = head?.end ?? known ?? 0;
    const stored = head?.stored ?? end;
    if (offset > end) return { outcome: "gap", end, isWorthStoring: false };
    const fresh = bytes.subarray(Math.min(end - offset, bytes.byteLength));
    if (head?.ended && fresh.byteLength > 0) return { outcome: "ended", end, isWorthStoring: false };
    const reached = end + fresh.byteLength;
    const ended = final || (head?.ended ?? false);
    if (!head) this.#sql.exec("DELETE FROM logs WHERE ended AND stored = length AND at < ?", now - KEPT_MS);
    if (!head || fresh.byteLength > 0 || ended !== head.ended)
      this.#sql.exec(
        `INSERT INTO logs (job, attempt, project, stored, sealed, length, ended, at) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)
         ON CONFLICT (job, attempt) DO UPDATE SET length = ?5, ended = ?6, at = ?7`,
        ...[job, attempt, project, stored, reached, Number(ended), now],
      );
    if (fresh.byteLength > 0)
      this.#sql.exec(
        "INSERT INTO log_parts (job, attempt, place, bytes) VALUES (?, ?, ?, ?)",
        ...[job, attempt, end, fresh.slice().buffer],
      );
    return {
      outcome: "taken",
      end: reached,
      isWorthStoring: isWorthStoring({ stored, end: reached, ended }),
    };
  }

  /** The next segment to write to R2; null if there is none. */
  seal(job: number, attempt: number): LogSegment | null {
    const head = this.#head(job, attempt);
    if (!head || head.end === head.stored) return null;
    const { project, stored: from } = head;
    const to = head.sealed > from ? head.sealed : this.#segmentEnd(head);
    this.#sql.exec("UPDATE logs SET sealed = ? WHERE job = ? AND attempt = ?", to, job, attempt);
    return { project, job, attempt, from, to, bytes: joined(this.#parts({ job, attempt, from, to })) };
  }

  isWorthStoring(job: number, attempt: number): boolean {
    const head = this.#head(job, attempt);
    return head !== undefined && isWorthStoring(head);
  }

  /** R2 has everything up to `to`. */
  storedTo(job: number, attempt: number, to: number): void {
    if (this.#tables.areMissing) return;
    this.#sql.exec("DELETE FROM log_parts WHERE job = ? AND attempt = ? AND place < ?", job, attempt, to);
    this.#sql.exec(
      "UPDATE logs SET stored = ?3, sealed = MAX(sealed, ?3) WHERE job = ?1 AND attempt = ?2 AND stored < ?3",
      job,
      attempt,
      to,
    );
  }

  /** The bytes that are not in R2: from `from` on, at most `most`. Null if there is no such log. */
  tail({ job, attempt }: Pick<LogPlace, "job" | "attempt">, { from, most }: LogPart): LogTail | null {
    const head = this.#head(job, attempt);
    if (!head) return null;
    const { stored: start, end, ended } = head;
    const begin = Math.max(from, start);
    const whole = joined(this.#parts({ job, attempt, from: begin, to: Math.min(end, begin + most) }));
    const first = this.#placeOf(job, attempt, begin);
    return { start, end, ended, from: begin, bytes: whole.slice(begin - first, begin - first + most) };
  }

  /** Logs without new chunks for IDLE_MS that are not completely in R2. */
  idle(now: number): Pick<LogHead, "job" | "attempt">[] {
    if (this.#tables.areMissing) return [];
    return this.#sql
      .exec<{ job: number; attempt: number }>(
        "SELECT job, attempt FROM logs WHERE length > stored AND at <= ?",
        now - IDLE_MS,
      )
      .toArray();
  }

  /** When the first log becomes idle; null: never. */
  nextIdle(): number | null {
    if (this.#tables.areMissing) return null;
    const { at } = this.#sql
      .exec<{ at: number | null }>("SELECT MIN(at) AS at FROM logs WHERE length > stored")
      .one();
    return at === null ? null : at + IDLE_MS;
  }

  #head(job: number, attempt: number): LogHead | undefined {
    if (this.#tables.areMissing) return undefined;
    const [row] = this.#sql
      .exec<HeadRow>("SELECT * FROM logs WHERE job = ? AND attempt = ?", job, attempt)
      .toArray();
    return row && headIn(row);
  }

  /** The end of the next segment: as many whole chunks as fit into one. */
  #segmentEnd({ job, attempt, stored, end }: LogHead): number {
    if (end - stored <= MAX_SEGMENT_BYTES) return end;
    const { last } = this.#sql
      .exec<{ last: number | null }>(
        "SELECT MAX(place) AS last FROM log_parts WHERE job = ? AND attempt = ? AND place > ? AND place <= ?",
        ...[job, attempt, stored, stored + MAX_SEGMENT_BYTES],
      )
      .one();
    return last ?? end;
  }

  /** Where the part that contains `place` begins. */
  #placeOf(job: number, attempt: number, place: number): number {
    const { first } = this.#sql
      .exec<{ first: number | null }>(
        "SELECT MAX(place) AS first FROM log_parts WHERE job = ? AND attempt = ? AND place <= ?",
        job,
        attempt,
        place,
      )
      .one();
    return first ?? place;
  }

  #parts({ job, attempt, from, to }: Pick<LogSegment, "job" | "attempt" | "from" | "to">): ArrayBuffer[] {
    return this.#sql
      .exec<{ bytes: ArrayBuffer }>(
        "SELECT bytes FROM log_parts WHERE job = ? AND attempt = ? AND place >= ? AND place < ? ORDER BY place",
        ...[job, attempt, this.#placeOf(job, attempt, from), to],
      )
      .toArray()
      .map(({ bytes }) => bytes);
  }
}
