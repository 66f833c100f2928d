import { copiedTables, type DatabaseTable } from "../database/copied-tables.ts";
import { type KeyValue, quoted, SEQUENCES, selectRows, selectSizes } from "../database/copy-sql.ts";
import type { Database } from "../database/database.ts";
import type { CopiedRows } from "../database/object-copy.ts";
import { readyStatement, type Statement } from "../database/statement.ts";

type Values = readonly KeyValue[];

const rowsOf = <Row>(text: string, params: Values): Statement<Row[]> =>
  readyStatement({ query: { sql: text, params: [...params] }, read: ({ results }) => results });

/** What an export is of: the rows up to these ids, by table, and up to a time (epoch milliseconds). */
export interface Extent {
  at: number;
  top: Readonly<Record<string, number>>;
}

const MOST_ROWS = 2500;

/** The highest id of each table at one moment. A row up to one names no row beyond another. */
export const readTop = async (db: Database): Promise<Record<string, number>> => {
  const { numbered } = copiedTables();
  const highest = numbered.map(
    (name) => `COALESCE((SELECT MAX(id) FROM ${quoted(name)}), 0) AS ${quoted(name)}`,
  );
  const [[top]] = await db.batch([rowsOf<Record<string, number>>(`SELECT ${highest.join(", ")}`, [])]);
  return top ?? {};
};

/** The conditions that keep a table's rows within an export, with their values. */
const boundsOf = (
  { name, key, hasOwnIds, parents, cameAt }: DatabaseTable,
  { at, top }: Extent,
): { bounds: string[]; values: number[] } => {
  const upTo = hasOwnIds ? key.map((column) => ({ column, table: name })) : parents;
  const conditions = upTo.map(({ column, table }) => ({ column, value: top[table] ?? 0 }));
  if (cameAt !== undefined) conditions.push({ column: cameAt, value: at });
  return {
    bounds: conditions.map(({ column }) => `${quoted(column)} <= ?`),
    values: conditions.map(({ value }) => value),
  };
};

/** The names of sequences have no index: there is one for each table. */
const ofSequences = ({ name }: DatabaseTable): string[] =>
  name === SEQUENCES.name
    ? [
        `name IN (${copiedTables()
          .numbered.map((each) => `'${each}'`)
          .join(", ")})`,
      ]
    : [];

interface Line {
  line: string;
  [key: `k${number}`]: KeyValue;
}

/** A page of a table's rows; `next` is null after the last. */
interface TablePage {
  sections: CopiedRows[];
  next: KeyValue[] | null;
}

interface Size {
  bytes: number;
}

const LARGE_BYTES = 512 * 1024;
const isLarge = (size: Size | undefined): boolean => size !== undefined && size.bytes >= LARGE_BYTES;

/** How many rows a page has: about `budget` bytes, and a large one alone. */
const rowsWithin = (sizes: readonly Size[], budget: number): number => {
  if (isLarge(sizes[0])) return 1;
  let bytes = 0;
  const end = sizes.findIndex((size) => {
    bytes += size.bytes;
    return isLarge(size) || bytes - size.bytes >= budget;
  });
  return end === -1 ? sizes.length : end;
};

const plainLine = ({ columns }: DatabaseTable, row: Line): Line => ({
  ...row,
  line: JSON.stringify(columns.map((name) => Reflect.get(row, name))),
});

/** The rows behind a key, of about `budget` bytes but one at least. */
export const readTablePage = async (
  db: Database,
  table: DatabaseTable,
  { after, extent, budget }: { after: Values | null; extent: Extent; budget: number },
): Promise<TablePage> => {
  const within = boundsOf(table, extent);
  const bounds = [...within.bounds, ...ofSequences(table)];
  const values = [...(after ?? table.start), ...within.values];
  const [sizes] = await db.batch([
    rowsOf<Size>(`${selectSizes(table, { bounds })} LIMIT ?`, [...values, MOST_ROWS]),
  ]);
  if (sizes.length === 0) return { sections: [], next: null };
  const limit = rowsWithin(sizes, budget);
  // As a JSON array, such a row could be longer than SQLite's longest text.
  const isPlain = isLarge(sizes[0]);
  const [rows, ...later] = await db.batch([
    rowsOf<Line>(`${selectRows(table, { bounds, isPlain })} LIMIT ?`, [...values, limit]),
    ...laterRows(table, { bounds, values: [...values, limit] }, extent),
  ]);
  const last = rows.at(-1);
  const isLast = last === undefined || (limit === sizes.length && sizes.length < MOST_ROWS);
  return {
    sections: [
      ...later.flatMap((found) => sectionsOf(table.later?.table, found)),
      ...sectionsOf(table.name, isPlain ? rows.map((row) => plainLine(table, row)) : rows),
    ],
    next: isLast ? null : table.key.map((_, place) => last[`k${place}`] ?? ""),
  };
};

/** The rows that came after the export began and that these rows name. */
const laterRows = (
  { name, key, later }: DatabaseTable,
  { bounds, values }: { bounds: readonly string[]; values: Values },
  { top }: Extent,
): Statement<Line[]>[] => {
  const parent = copiedTables().all.find((table) => table.name === later?.table);
  if (!later || !parent) return [];
  const [id = ""] = key.map(quoted);
  const named = `"id" IN (SELECT ${quoted(later.column)} FROM ${quoted(name)}
    WHERE ${[`${id} > ?`, ...bounds].join(" AND ")} ORDER BY ${id} LIMIT ?)`;
  return [rowsOf<Line>(selectRows(parent, { bounds: [named] }), [top[parent.name] ?? 0, ...values])];
};

const sectionsOf = (name: string | undefined, rows: readonly Line[]): CopiedRows[] => {
  const table = copiedTables().all.find((each) => each.name === name);
  if (!table || rows.length === 0) return [];
  return [{ table: table.name, columns: [...table.columns], rows: rows.map(({ line }) => line) }];
};

/** Up to `limit` ids behind `after` of what has an object of its own: projects that are not removed, or hosts. */
export const readObjectIds = async (
  db: Database,
  kind: "project" | "host",
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<number[]> => {
  const from = kind === "project" ? "projects WHERE removed_at IS NULL AND" : "hosts WHERE";
  const [rows] = await db.batch([
    rowsOf<{ id: number }>(`SELECT id FROM ${from} id > ? AND id <= ? ORDER BY id LIMIT ?`, [
      after,
      upTo,
      limit,
    ]),
  ]);
  return rows.map(({ id }) => id);
};
