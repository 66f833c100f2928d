/** The run that left a file. */
interface UploadRun {
  job: number;
  attempt: number;
}

/** A file that is sent in parts, as its sender described it. */
export interface UploadFacts extends UploadRun {
  name: string;
  /** The file's key in R2. */
  key: string;
  bytes: number;
  /** The size of every part but the last. */
  partBytes: number;
  contentType: string;
  /** When it was begun; epoch milliseconds. */
  at: number;
}

/** An upload as R2 knows it. */
export interface R2Upload {
  key: string;
  r2Id: string;
  /** The finished file carries it, which tells that it came by this upload. */
  mark: string;
}

/** `dropped`: given up, or another one of the same path took its place. */
export type UploadState = "open" | "done" | "dropped";

export interface Upload extends UploadFacts, R2Upload {
  id: number;
  state: UploadState;
  /** The etags of its parts in order; null for a part that is missing. */
  etags: (string | null)[];
}

/** An upload that is to be removed. */
export interface OldUpload extends R2Upload {
  id: number;
  isDone: boolean;
  /** A file of its key is recorded, and is removed by its own age. */
  isListed: boolean;
}

type UploadRow = {
  id: number;
  job: number;
  attempt: number;
  name: string;
  key: string;
  r2_id: string;
  mark: string;
  bytes: number;
  part_bytes: number;
  content_type: string;
  at: number;
  state: UploadState;
};

/** A part has a turn for each time that it was begun, and an etag once it is stored. */
export const UPLOAD_TABLES = `
  CREATE TABLE IF NOT EXISTS uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, attempt INTEGER NOT NULL, name TEXT NOT NULL,
    key TEXT NOT NULL, r2_id TEXT NOT NULL, mark TEXT NOT NULL, bytes INTEGER NOT NULL, part_bytes INTEGER NOT NULL,
    content_type TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS uploads_by_run ON uploads (job, attempt, name);
  CREATE INDEX IF NOT EXISTS uploads_by_age ON uploads (state, at);
  CREATE TABLE IF NOT EXISTS upload_parts (
    upload INTEGER NOT NULL, part INTEGER NOT NULL, turn INTEGER NOT NULL, etag TEXT, PRIMARY KEY (upload, part)
  ) WITHOUT ROWID;
`;

type Sizes = Pick<UploadFacts, "bytes" | "partBytes">;

export const partsOf = ({ bytes, partBytes }: Sizes): number => Math.ceil(bytes / partBytes);

/** The size of a part, counted from 1; undefined if there is no such part. */
export const sizeOfPart = ({ bytes, partBytes }: Sizes, part: number): number | undefined =>
  part > partsOf({ bytes, partBytes }) ? undefined : Math.min(partBytes, bytes - (part - 1) * partBytes);

/** The numbers of the parts that are not stored. */
export const missingParts = ({ etags }: Pick<Upload, "etags">): number[] =>
  etags.flatMap((etag, place) => (etag === null ? [place + 1] : []));

/** The uploads of a project's files in parts. An upload is recorded before its first part. */
export class UploadTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The open upload of the same file, if it has the same sizes and type. */
  same({ job, attempt, name, bytes, partBytes, contentType }: UploadFacts): Upload | undefined {
    const [row] = this.#sql
      .exec<UploadRow>(
        `SELECT * FROM uploads WHERE job = ? AND attempt = ? AND name = ? AND state = 'open'
         AND bytes = ? AND part_bytes = ? AND content_type = ?`,
        ...[job, attempt, name, bytes, partBytes, contentType],
      )
      .toArray();
    return row && this.#uploadIn(row);
  }

  /** The number of open uploads of other files in the attempt. */
  countOthers({ job, attempt, name }: UploadFacts): number {
    return this.#sql
      .exec<{ uploads: number }>(
        "SELECT COUNT(*) AS uploads FROM uploads WHERE job = ? AND attempt = ? AND name <> ? AND state = 'open'",
        ...[job, attempt, name],
      )
      .one().uploads;
  }

  /** Records an upload in the place of an earlier one of the same file. */
  add(facts: UploadFacts, { r2Id, mark }: Omit<R2Upload, "key">): Upload {
    const { job, attempt, name, key, bytes, partBytes, contentType, at } = facts;
    this.#sql.exec(
      "UPDATE uploads SET state = 'dropped' WHERE job = ? AND attempt = ? AND name = ? AND state = 'open'",
      ...[job, attempt, name],
    );
    const row = this.#sql
      .exec<UploadRow>(
        `INSERT INTO uploads (job, attempt, name, key, r2_id, mark, bytes, part_bytes, content_type, at, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open') RETURNING *`,
        ...[job, attempt, name, key, r2Id, mark, bytes, partBytes, contentType, at],
      )
      .one();
    return this.#uploadIn(row);
  }

  /** An upload of an attempt, unless it was dropped. */
  of({ job, attempt }: UploadRun, id: number): Upload | undefined {
    const [row] = this.#sql
      .exec<UploadRow>(
        "SELECT * FROM uploads WHERE id = ? AND job = ? AND attempt = ? AND state <> 'dropped'",
        ...[id, job, attempt],
      )
      .toArray();
    return row && this.#uploadIn(row);
  }

  /** A part is about to be sent to R2, which makes an etag of it useless that is known. Returns its turn. */
  beginPart(id: number, part: number): number {
    return this.#sql
      .exec<{ turn: number }>(
        `INSERT INTO upload_parts (upload, part, turn) VALUES (?, ?, 1)
         ON CONFLICT (upload, part) DO UPDATE SET turn = turn + 1, etag = NULL RETURNING turn`,
        ...[id, part],
      )
      .one().turn;
  }

  /**
   * R2 has a part. If it was begun again meanwhile, nobody knows which of both R2 has: it stays missing, and the other
   * one loses its turn too.
   */
  endPart(id: number, part: number, { turn, etag }: { turn: number; etag: string }): void {
    this.#sql.exec(
      `UPDATE upload_parts SET etag = iif(turn = ?3, ?4, NULL), turn = iif(turn = ?3, turn, turn + 1)
       WHERE upload = ?1 AND part = ?2`,
      ...[id, part, turn, etag],
    );
  }

  /** All parts are missing again. */
  forgetParts(id: number): void {
    this.#sql.exec("UPDATE upload_parts SET etag = NULL, turn = turn + 1 WHERE upload = ?", id);
  }

  /** Moves an upload on, if it is open. Returns its state then; undefined if there is none. */
  end(id: number, state: Exclude<UploadState, "open">): UploadState | undefined {
    this.#sql.exec("UPDATE uploads SET state = ? WHERE id = ? AND state = 'open'", state, id);
    return this.#sql.exec<{ state: UploadState }>("SELECT state FROM uploads WHERE id = ?", id).toArray()[0]
      ?.state;
  }

  /** Up to `limit` uploads that were dropped, or were begun before `before`. */
  old(before: number, limit: number): OldUpload[] {
    return this.#sql
      .exec<{ id: number; key: string; r2_id: string; mark: string; state: UploadState; is_listed: number }>(
        `SELECT id, key, r2_id, mark, state, EXISTS (SELECT 1 FROM files WHERE files.key = uploads.key) AS is_listed
         FROM uploads WHERE state = 'dropped' OR (state IN ('open', 'done') AND at < ?) LIMIT ?`,
        before,
        limit,
      )
      .toArray()
      .map(({ id, key, r2_id: r2Id, mark, state, is_listed }) => ({
        ...{ id, key, r2Id, mark },
        isDone: state === "done",
        isListed: is_listed === 1,
      }));
  }

  /** When the oldest upload was begun; null without one. */
  oldest(): number | null {
    return this.#sql
      .exec<{ at: number | null }>("SELECT MIN(at) AS at FROM uploads WHERE state IN ('open', 'done')")
      .one().at;
  }

  hasDropped(): boolean {
    return this.#sql.exec("SELECT 1 FROM uploads WHERE state = 'dropped' LIMIT 1").toArray().length > 0;
  }

  forget(ids: readonly number[]): void {
    const list = JSON.stringify(ids);
    this.#sql.exec("DELETE FROM upload_parts WHERE upload IN (SELECT value FROM json_each(?))", list);
    this.#sql.exec("DELETE FROM uploads WHERE id IN (SELECT value FROM json_each(?))", list);
  }

  #uploadIn({ r2_id: r2Id, part_bytes: partBytes, content_type: contentType, ...row }: UploadRow): Upload {
    const stored = this.#sql
      .exec<{ part: number; etag: string }>(
        "SELECT part, etag FROM upload_parts WHERE upload = ? AND etag IS NOT NULL",
        row.id,
      )
      .toArray();
    const etags = new Map(stored.map(({ part, etag }) => [part, etag]));
    const parts = partsOf({ bytes: row.bytes, partBytes });
    return {
      ...{ ...row, r2Id, partBytes, contentType },
      etags: Array.from({ length: parts }, (_, place) => etags.get(place + 1) ?? null),
    };
  }
}
