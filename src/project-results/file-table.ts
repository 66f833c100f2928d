/** A file in R2 and its run. */
export interface FilePlace {
  kind: "report" | "log" | "artifact";
  job: number;
  attempt: number;
  name: string;
}

export interface FileFacts {
  /** Its key in R2. */
  key: string;
  bytes: number;
  contentType: string;
  /** Epoch milliseconds. */
  at: number;
}

export type StoredFile = FilePlace & FileFacts;

type FileRow = {
  key: string;
  kind: FilePlace["kind"];
  job: number;
  attempt: number;
  name: string;
  bytes: number;
  content_type: string;
  at: number;
};

export const FILE_TABLES = `
  CREATE TABLE IF NOT EXISTS files (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, job INTEGER NOT NULL, attempt INTEGER NOT NULL, name TEXT NOT NULL,
    bytes INTEGER NOT NULL, content_type TEXT NOT NULL, at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS files_by_age ON files (kind, at);
  CREATE INDEX IF NOT EXISTS files_by_run ON files (job, attempt, kind, name);
`;

const fileIn = ({ content_type, ...row }: FileRow): StoredFile => ({ ...row, contentType: content_type });

/**
 * A project's files in R2. A row is written before its file, so that R2 holds nothing unknown; removing a missing key
 * is harmless.
 */
export class FileTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put({ kind, job, attempt, name }: FilePlace, { key, bytes, contentType, at }: FileFacts): void {
    this.#sql.exec(
      `INSERT INTO files (key, kind, job, attempt, name, bytes, content_type, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, content_type = excluded.content_type, at = excluded.at`,
      ...[key, kind, job, attempt, name, bytes, contentType, at],
    );
  }

  of(job: number, attempt: number, kind: FilePlace["kind"]): StoredFile[] {
    return this.#sql
      .exec<FileRow>(
        "SELECT * FROM files WHERE job = ? AND attempt = ? AND kind = ? ORDER BY name",
        job,
        attempt,
        kind,
      )
      .toArray()
      .map(fileIn);
  }

  /** The number of other files of this kind in the attempt. */
  countOthers({ kind, job, attempt }: FilePlace, key: string): number {
    return this.#sql
      .exec<{ files: number }>(
        "SELECT COUNT(*) AS files FROM files WHERE job = ? AND attempt = ? AND kind = ? AND key <> ?",
        ...[job, attempt, kind, key],
      )
      .one().files;
  }

  /** Up to `limit` files of a kind older than `before`, oldest first. */
  old(kind: FilePlace["kind"], before: number, limit: number): string[] {
    return this.#sql
      .exec<{ key: string }>(
        "SELECT key FROM files WHERE kind = ? AND at < ? ORDER BY at LIMIT ?",
        kind,
        before,
        limit,
      )
      .toArray()
      .map(({ key }) => key);
  }

  /** When the oldest file of a kind came; null without one. */
  oldest(kind: FilePlace["kind"]): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT MIN(at) AS at FROM files WHERE kind = ?", kind).one()
      .at;
  }

  forget(keys: readonly string[]): void {
    this.#sql.exec("DELETE FROM files WHERE key IN (SELECT value FROM json_each(?))", JSON.stringify(keys));
  }
}
