import { copiedTables, type DatabaseTable } from "../database/copied-tables.ts";
import {
  insertRow,
  insertRows,
  knownOf,
  quoted,
  raiseSequences,
  SEQUENCES,
  textsOf,
} from "../database/copy-sql.ts";
import type { Database } from "../database/database.ts";
import { readyStatement, type Statement } from "../database/statement.ts";

/** The restore of an export into this installation, which `digest` identifies. */
export interface RestoreRow {
  digest: string;
  /** So many lines, from the first, are surely stored. */
  linesDone: number;
  /** Epoch milliseconds; null while it is under way. */
  finishedAt: number | null;
}

const written = (text: string, params: readonly unknown[]): Statement<unknown> =>
  readyStatement({ query: { sql: text, params: [...params] }, read: () => undefined });

const readRestores = (): Statement<RestoreRow[]> =>
  readyStatement({
    query: {
      sql: "SELECT digest, lines_done AS linesDone, finished_at AS finishedAt FROM restores WHERE id = 1",
      params: [],
    },
    read: ({ results }) => results,
  });

/** Begins a restore if no table has rows. Returns the one that is there then; undefined without one. */
export const startRestore = async (
  db: Database,
  { digest, now }: { digest: string; now: number },
): Promise<RestoreRow | undefined> => {
  const empty = copiedTables().numbered.map(
    (name) => `NOT EXISTS (SELECT 1 FROM ${quoted(name)} WHERE id > 0)`,
  );
  const [, [row]] = await db.batch([
    written(
      `INSERT INTO restores (id, digest, began_at) SELECT 1, ?, ? WHERE ${empty.join(" AND ")} ON CONFLICT (id) DO NOTHING`,
      [digest, now],
    ),
    readRestores(),
  ]);
  return row;
};

export const readRestore = async (db: Database): Promise<RestoreRow | undefined> => {
  const [[row]] = await db.batch([readRestores()]);
  return row;
};

/** Rows of one table, each a JSON array whose places have these columns. */
export interface SentRows {
  table: DatabaseTable;
  columns: readonly string[];
  rows: readonly string[];
}

/** Whether the restore of this digest is under way. */
const UNDER_WAY = "EXISTS (SELECT 1 FROM restores WHERE id = 1 AND digest = ? AND finished_at IS NULL)";

const insertOf = ({ table, columns, rows }: SentRows, digest: string): Statement<unknown>[] => {
  const { texts, long } = textsOf(rows);
  if (table.name === SEQUENCES.name) {
    const [update, insert] = raiseSequences(UNDER_WAY);
    return texts.flatMap((text) => [written(update, [text, text, digest]), written(insert, [text, digest])]);
  }
  const how = { onConflict: table.moves ? "update" : "keep", guard: UNDER_WAY } as const;
  const places = knownOf(table, columns).map((name) => columns.indexOf(name));
  return [
    ...texts.map((text) => written(insertRows(table, columns, how), [text, digest])),
    ...long.map((row) => {
      const values: unknown[] = JSON.parse(row);
      return written(insertRow(table, columns, how), [...places.map((place) => values[place]), digest]);
    }),
  ];
};

const noteDone = (digest: string, linesDone: number): Statement<unknown> =>
  written(
    "UPDATE restores SET lines_done = MAX(lines_done, ?) WHERE id = 1 AND digest = ? AND finished_at IS NULL",
    [linesDone, digest],
  );

/** Stores rows if the restore is under way, and that `linesDone` lines are. Returns the restore as it is. */
export const putRows = async (
  db: Database,
  sections: readonly SentRows[],
  { digest, linesDone }: { digest: string; linesDone: number },
): Promise<RestoreRow | undefined> => {
  const inserts = sections.flatMap((section) => insertOf(section, digest));
  const [[row]] = await db.batch([readRestores(), ...inserts, noteDone(digest, linesDone)]);
  return row;
};

/** Ends a restore that is under way. Returns it as it is then. */
export const endRestore = async (
  db: Database,
  { digest, now }: { digest: string; now: number },
): Promise<RestoreRow | undefined> => {
  const [, [row]] = await db.batch([
    written("UPDATE restores SET finished_at = ? WHERE id = 1 AND digest = ? AND finished_at IS NULL", [
      now,
      digest,
    ]),
    readRestores(),
  ]);
  return row;
};
