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

/** When the oldest of what an object has came, by kind; epoch milliseconds, null for none. */
export type Oldest = Record<FilePlace["kind"] | "upload" | "result", number | null> & {
  /** An upload was dropped, and is to be removed at any age. */
  isDropped: boolean;
};

/** Which files of a run a page of them has: those after a name, in the order of names. */
export interface FilePage {
  job: number;
  attempt: number;
  after: string;
  limit: number;
}

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

/** Artifacts on their way are as old as artifacts may be. */
const storedKinds = (kind: FilePlace["kind"]): string[] => (kind === "artifact" ? [kind, ARRIVING] : [kind]);

const fileIn = ({ content_type, ...row }: FileRow): StoredFile => ({ ...row, contentType: content_type });

/** The kind of the row of an artifact that R2 may not have: it is an artifact once all of it is stored. */
const ARRIVING = "arriving";

/**
 * A project's files in R2. A row is written before its file, so that R2 holds nothing unknown; removing a missing key
 * is harmless. The row of an artifact, which may break off, is of the kind `arriving` until R2 has the file.
 */
export class FileTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put({ kind, job, attempt, name }: FilePlace, { key, bytes, contentType, at }: FileFacts): void {
    this.#sql.exec(
      `INSERT INTO files (key, kind, job, attempt, name, bytes, content_type, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, bytes = excluded.bytes,
         content_type = excluded.content_type, at = excluded.at`,
      ...[key, kind, job, attempt, name, bytes, contentType, at],
    );
  }

  /** Records an artifact before R2 has it. One of the same key stays as it is until then. */
  expect({ job, attempt, name }: FilePlace, { key, bytes, contentType, at }: FileFacts): void {
    this.#sql.exec(
      `INSERT INTO files (key, kind, job, attempt, name, bytes, content_type, at)
       VALUES (?1, '${ARRIVING}', ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (key) DO UPDATE SET at = excluded.at WHERE kind = '${ARRIVING}'`,
      ...[key, job, attempt, name, bytes, contentType, at],
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

  /** The file of this place; null without one. */
  one({ kind, job, attempt, name }: FilePlace): StoredFile | null {
    const [row] = this.#sql
      .exec<FileRow>(
        "SELECT * FROM files WHERE job = ? AND attempt = ? AND kind = ? AND name = ?",
        ...[job, attempt, kind, name],
      )
      .toArray();
    return row ? fileIn(row) : null;
  }

  /** A page of an attempt's artifacts by name, and how many there are in all. */
  artifactPage({ job, attempt, after, limit }: FilePage): { files: StoredFile[]; total: number } {
    const OF_RUN = "job = ?1 AND attempt = ?2 AND kind = 'artifact'";
    const files = this.#sql
      .exec<FileRow>(
        `SELECT * FROM files WHERE ${OF_RUN} AND name > ?3 ORDER BY name LIMIT ?4`,
        ...[job, attempt, after, limit],
      )
      .toArray()
      .map(fileIn);
    const { total } = this.#sql
      .exec<{ total: number }>(`SELECT COUNT(*) AS total FROM files WHERE ${OF_RUN}`, job, attempt)
      .one();
    return { files, total };
  }

  /** The number of other artifacts of the attempt, those on their way included. */
  countOthers({ job, attempt }: Pick<FilePlace, "job" | "attempt">, key: string): number {
    return this.#sql
      .exec<{ files: number }>(
        `SELECT COUNT(*) AS files FROM files
         WHERE job = ? AND attempt = ? AND kind IN ('artifact', '${ARRIVING}') AND key <> ?`,
        ...[job, attempt, key],
      )
      .one().files;
  }

  /** Up to `limit` files of a kind older than `before`, the oldest of each stored kind first. */
  old(kind: FilePlace["kind"], before: number, limit: number): string[] {
    return storedKinds(kind).flatMap((stored) =>
      this.#sql
        .exec<{ key: string }>(
          "SELECT key FROM files WHERE kind = ? AND at < ? ORDER BY at LIMIT ?",
          ...[stored, before, limit],
        )
        .toArray()
        .map(({ key }) => key),
    );
  }

  /** When the oldest file of a kind came; null without one. */
  oldest(kind: FilePlace["kind"]): number | null {
    const found = storedKinds(kind).flatMap(
      (stored) =>
        this.#sql.exec<{ at: number | null }>("SELECT MIN(at) AS at FROM files WHERE kind = ?", stored).one()
          .at ?? [],
    );
    return found.length === 0 ? null : Math.min(...found);
  }

  forget(keys: readonly string[]): void {
    this.#sql.exec("DELETE FROM files WHERE key IN (SELECT value FROM json_each(?))", JSON.stringify(keys));
  }
}
