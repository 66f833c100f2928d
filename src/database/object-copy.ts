import { fromBase64, toBase64 } from "./base64.ts";
import {
  type CopiedTable,
  insertRow,
  insertRows,
  isUnfit,
  type KeyValue,
  knownOf,
  type OnConflict,
  quoted,
  raiseSequences,
  SEQUENCES,
  selectRows,
  textsOf,
} from "./copy-sql.ts";

/** A table of an object, whose columns the object itself knows. */
export interface ObjectTable extends Omit<CopiedTable, "columns"> {
  onConflict?: OnConflict;
  /** The column that holds bytes: in base64 in an export. */
  bytes?: string;
  /** The maximum of rows in a page. */
  most?: number;
  /** Called with the keys of the rows that were not there before, as a JSON array. */
  added?: (sql: SqlStorage, keys: string) => void;
}

/** Where the next page of an object's rows begins: in which table, and behind which key of it. */
export interface CopyPlace {
  table: number;
  key: KeyValue[] | null;
}

/** Rows of one table, each a JSON array whose places have these columns. */
export interface CopiedRows {
  table: string;
  columns: string[];
  rows: string[];
}

/** `next` is null after the last page. */
export interface CopyPage {
  sections: CopiedRows[];
  next: CopyPlace | null;
}

/** The calls of an object whose rows are exported and restored. Each may be made twice. */
export interface CopiedObject {
  /** Rows of about `budget` bytes from a place on; null: from the first. */
  exportRows(place: CopyPlace | null, budget: number): CopyPage;
  /**
   * Stores rows of the export that `mark` identifies, at `now` (epoch milliseconds).
   */
  restoreRows(mark: string, sections: CopiedRows[], now: number): RestoreReply;
}

/**
 * `held`: the object has rows that this export did not bring; they stay as they are. `unfit`: its tables refuse a row, for
 * this reason, and nothing was stored.
 */
export type RestoreReply = { outcome: "taken" | "held" } | { outcome: "unfit"; why: string };

type Row = Record<string, SqlStorageValue>;

const keyIn = (row: Row, places: number): KeyValue[] =>
  Array.from({ length: places }, (_, place) => {
    const value = row[`k${place}`];
    return typeof value === "number" ? value : String(value);
  });

const plainLine = (row: Row, columns: readonly string[]): string =>
  JSON.stringify(
    columns.map((name) => {
      const value = row[name];
      return value instanceof ArrayBuffer ? toBase64(new Uint8Array(value)) : value;
    }),
  );

/** Throws as SQLite does for a value that does not fit. */
const bytesIn = (text: string): ArrayBuffer => {
  try {
    return fromBase64(text).slice().buffer;
  } catch {
    throw new Error("datatype mismatch: bytes that are not base64");
  }
};

const MARK =
  "CREATE TABLE IF NOT EXISTS restored (one INTEGER PRIMARY KEY CHECK (one = 1), mark TEXT NOT NULL)";

/** Reads and writes the tables of one object for exports. A table that was never made is as one without rows. */
export class ObjectCopy {
  readonly #sql: SqlStorage;
  readonly #tables: readonly ObjectTable[];

  constructor(sql: SqlStorage, tables: readonly ObjectTable[]) {
    this.#sql = sql;
    this.#tables = tables;
  }

  read(place: CopyPlace | null, budget: number): CopyPage {
    const sections: CopiedRows[] = [];
    let left = budget;
    for (const [at, table] of this.#tables.entries()) {
      if (at < (place?.table ?? 0) || !this.#isThere(table.name)) continue;
      const key = at === place?.table && place.key?.length === table.key.length ? place.key : null;
      const section: CopiedRows = { table: table.name, columns: this.#columns(table), rows: [] };
      for (const row of this.#rows(table, section.columns, key)) {
        if (section.rows.length === 0) sections.push(section);
        const line = table.bytes === undefined ? String(row.line) : plainLine(row, section.columns);
        section.rows.push(line);
        left -= line.length;
        if (left <= 0 || section.rows.length === table.most)
          return { sections, next: { table: at, key: keyIn(row, table.key.length) } };
      }
    }
    return { sections, next: null };
  }

  /** Stores rows. The tables must have been made; others are left out. Throws what SQLite says of rows that do not fit. */
  write(sections: readonly CopiedRows[]): void {
    for (const { table: name, columns, rows } of sections) {
      const table = this.#tables.find((each) => each.name === name);
      if (!table) continue;
      const { texts, long } = table.bytes === undefined ? textsOf(rows) : { texts: [], long: rows };
      for (const text of texts) this.#insert(table, columns, text);
      for (const row of long) this.#insertPlain(table, columns, row);
    }
  }

  /** Runs `restore` in one transaction. */
  transact(storage: DurableObjectStorage, restore: () => RestoreReply): RestoreReply {
    try {
      return storage.transactionSync(restore);
    } catch (error) {
      const why = error instanceof Error && isUnfit(error.message) ? error.message : undefined;
      if (why === undefined) throw error;
      return { outcome: "unfit", why };
    }
  }

  /** The export whose rows the object has; null for none. */
  mark(): string | null {
    if (!this.#isThere("restored")) return null;
    return this.#sql.exec<{ mark: string }>("SELECT mark FROM restored").toArray()[0]?.mark ?? null;
  }

  setMark(mark: string): void {
    this.#sql.exec(MARK);
    this.#sql.exec("INSERT OR REPLACE INTO restored (one, mark) VALUES (1, ?)", mark);
  }

  #rows(table: ObjectTable, columns: string[], key: KeyValue[] | null): Iterable<Row> {
    const reading = { fromStart: key === null, isPlain: table.bytes !== undefined };
    return this.#sql.exec<Row>(selectRows({ ...table, columns }, reading), ...(key ?? []));
  }

  #insert(table: ObjectTable, sent: readonly string[], text: string): void {
    if (table.name === SEQUENCES.name) {
      const [update, insert] = raiseSequences();
      this.#sql.exec(update, text, text);
      this.#sql.exec(insert, text);
      return;
    }
    const { added, onConflict = "keep" } = table;
    const insert = insertRows({ ...table, columns: this.#columns(table) }, sent, { onConflict });
    if (!added) {
      this.#sql.exec(insert, text);
      return;
    }
    const rows = this.#sql
      .exec<Row>(`${insert} RETURNING ${quoted(table.key[0] ?? "")} AS key`, text)
      .toArray();
    added(this.#sql, JSON.stringify(rows.map(({ key }) => key)));
  }

  /** One row with bytes, which SQLite's JSON can't hold. */
  #insertPlain(table: ObjectTable, sent: readonly string[], row: string): void {
    const values: SqlStorageValue[] = JSON.parse(row);
    const copied = { ...table, columns: this.#columns(table) };
    const bound = knownOf(copied, sent).map((name) => {
      const value = values[sent.indexOf(name)] ?? null;
      return name === table.bytes && typeof value === "string" ? bytesIn(value) : value;
    });
    this.#sql.exec(insertRow(copied, sent), ...bound);
  }

  /** A full-text table is known by its row ids, which are none of its columns. */
  #columns({ name, key }: Pick<ObjectTable, "name" | "key">): string[] {
    const { columnNames } = this.#sql.exec(`SELECT * FROM ${quoted(name)} LIMIT 0`);
    return [...key.filter((each) => !columnNames.includes(each)), ...columnNames];
  }

  #isThere(name: string): boolean {
    return this.#sql.exec("SELECT 1 FROM sqlite_schema WHERE name = ?", name).toArray().length > 0;
  }
}
