/** A table of D1 or of an object, as it is exported and restored. */
export interface CopiedTable {
  name: string;
  columns: readonly string[];
  /** Its primary key, in whose order it is read. */
  key: readonly string[];
  /** Which rows are exported; SQL without values. */
  where?: string;
}

/** A value of a key. */
export type KeyValue = string | number;

/** D1 takes no more arguments of a function. */
const MAX_ARGUMENTS = 30;

export const quoted = (name: string): string => `"${name}"`;

const list = (names: readonly string[]): string => names.map(quoted).join(", ");

const arrayOf = (values: readonly string[]): string => `json_array(${values.join(", ")})`;

/**
 * SQL for a row as a JSON array of its columns. SQLite writes it, so that integers above 2^53 stay exact. A wide row is
 * several arrays that are put together: their outermost brackets are cut off.
 */
const rowText = (columns: readonly string[]): string => {
  const values = columns.map(quoted);
  if (values.length <= MAX_ARGUMENTS) return arrayOf(values);
  const parts: string[] = [];
  for (let at = 0; at < values.length; at += MAX_ARGUMENTS) {
    const text = arrayOf(values.slice(at, at + MAX_ARGUMENTS));
    parts.push(`substr(${text}, 2, length(${text}) - 2)`);
  }
  return `'[' || ${parts.join(" || ',' || ")} || ']'`;
};

const beyond = (key: readonly string[]): string =>
  key.length === 1 ? `${list(key)} > ?` : `(${list(key)}) > (${key.map(() => "?").join(", ")})`;

const conditions = ({ key, where }: CopiedTable, fromStart: boolean, bounds: readonly string[]): string => {
  const all = [...(fromStart ? [] : [beyond(key)]), ...(where === undefined ? [] : [where]), ...bounds];
  return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
};

/** What a read of rows begins behind and is limited by; `bounds` are conditions of their own. */
interface Reading {
  /** Without it the rows behind a key are read, whose values come first. */
  fromStart?: boolean;
  /** The columns themselves are read, not `line`. */
  isPlain?: boolean;
  bounds?: readonly string[];
}

/** SELECT of rows in the order of their key: `line`, then each part of the key under its place. */
export const selectRows = (
  table: CopiedTable,
  { fromStart = false, isPlain = false, bounds = [] }: Reading = {},
): string =>
  `SELECT ${isPlain ? "*" : `${rowText(table.columns)} AS line`}, ${table.key.map((name, place) => `${quoted(name)} AS k${place}`).join(", ")}
   FROM ${quoted(table.name)}${conditions(table, fromStart, bounds)} ORDER BY ${list(table.key)}`;

/** SELECT of about how many bytes each row takes, in the same order. It reads no text. */
export const selectSizes = (table: CopiedTable, { fromStart = false, bounds = [] }: Reading = {}): string =>
  `SELECT ${table.columns.map((name) => `COALESCE(octet_length(${quoted(name)}), 4)`).join(" + ")} + ${3 * table.columns.length} AS bytes
   FROM ${quoted(table.name)}${conditions(table, fromStart, bounds)} ORDER BY ${list(table.key)}`;

/** What happens to a row that is there: it stays, takes the new values, or is replaced (which virtual tables need). */
export type OnConflict = "keep" | "update" | "replace";

const conflict = ({ key }: CopiedTable, known: readonly string[], onConflict: OnConflict): string => {
  if (onConflict === "replace") return "";
  const others = known.filter((name) => !key.includes(name));
  if (onConflict === "keep" || others.length === 0) return ` ON CONFLICT (${list(key)}) DO NOTHING`;
  const set = others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  return ` ON CONFLICT (${list(key)}) DO UPDATE SET ${set.join(", ")}`;
};

interface Inserting {
  onConflict?: OnConflict;
  /** A condition of its own; its values come last. */
  guard?: string;
}

/**
 * INSERT of rows that come as one JSON array of arrays, whose places have the columns `sent`. Columns that the table does
 * not have any more are left out; those that were not sent take their defaults. Sent again, it changes nothing.
 */
export const insertRows = (
  table: CopiedTable,
  sent: readonly string[],
  { onConflict = "keep", guard = "true" }: Inserting = {},
): string => {
  const known = knownOf(table, sent);
  const values = known.map((name) => `value ->> ${sent.indexOf(name)}`);
  return `INSERT ${onConflict === "replace" ? "OR REPLACE " : ""}INTO ${quoted(table.name)} (${list(known)})
   SELECT ${values.join(", ")} FROM json_each(?) WHERE ${guard}${conflict(table, known, onConflict)}`;
};

/** The same of one row, whose values are bound one by one in the order of `knownOf`. */
export const insertRow = (
  table: CopiedTable,
  sent: readonly string[],
  { onConflict = "keep", guard = "true" }: Inserting = {},
): string => {
  const known = knownOf(table, sent);
  return `INSERT INTO ${quoted(table.name)} (${list(known)})
   SELECT ${known.map(() => "?").join(", ")} WHERE ${guard}${conflict(table, known, onConflict)}`;
};

/** Of the columns that were sent, those that the table has. */
export const knownOf = ({ columns }: Pick<CopiedTable, "columns">, sent: readonly string[]): string[] =>
  sent.filter((name) => columns.includes(name));

/** The platform takes no much longer value. A longer row is bound value by value. */
const MAX_TEXT = 1_000_000;

/** Rows as JSON arrays of bounded length, and those that are too long for one. */
export const textsOf = (rows: readonly string[]): { texts: string[]; long: string[] } => {
  const texts: string[] = [];
  const long: string[] = [];
  let part: string[] = [];
  let length = 0;
  for (const row of rows) {
    if (row.length > MAX_TEXT) {
      long.push(row);
      continue;
    }
    if (length + row.length > MAX_TEXT) {
      texts.push(`[${part.join(",")}]`);
      [part, length] = [[], 0];
    }
    part.push(row);
    length += row.length + 1;
  }
  return { texts: part.length === 0 ? texts : [...texts, `[${part.join(",")}]`], long };
};

const UNFIT = /constraint failed|datatype mismatch/i;

/** Whether SQLite says so of a row that its table refuses. */
export const isUnfit = (message: string): boolean => UNFIT.test(message);

/** The next ids of tables whose ids are never given again. */
export const SEQUENCES = { name: "sqlite_sequence", columns: ["name", "seq"], key: ["name"] } as const;

/** Statements that raise these next ids; each takes the rows as one JSON array of [name, last id]. */
export const raiseSequences = (guard = "true"): [update: string, insert: string] => [
  `UPDATE sqlite_sequence SET seq = MAX(seq, (SELECT value ->> 1 FROM json_each(?) WHERE value ->> 0 = name))
   WHERE name IN (SELECT value ->> 0 FROM json_each(?)) AND ${guard}`,
  `INSERT INTO sqlite_sequence (name, seq) SELECT value ->> 0, value ->> 1 FROM json_each(?)
   WHERE value ->> 0 NOT IN (SELECT name FROM sqlite_sequence) AND ${guard}`,
];
