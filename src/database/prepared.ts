import { Column, fillPlaceholders, is, type Placeholder, type Query, SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/** A value of a statement, or its place in one that is built once. */
export type Bound<Value> = Value | Placeholder;

/** The same for a column that is set. */
export const settable = <Value extends string | number>(bound: Bound<Value>): Value | SQL<Value> =>
  typeof bound === "object" ? sql<Value>`${bound}` : bound;

/** What is bound to the places of statements, by name. */
export type Values = Record<string, string | number | null>;
export type Placeholders<Named extends Values> = Record<keyof Named, Placeholder>;

/** A column of an answer: the name that it was asked by, and what it was asked as. */
interface Field {
  path: string[];
  field: SQLiteColumn | SQL | SQL.Aliased;
}

/** A statement of Drizzle's, ready to be sent: its text, its places, and how its answer is read. */
interface Ready {
  stmt: D1PreparedStatement;
  fields?: Field[];
  getQuery: () => Pick<Query, "sql" | "params">;
  mapResult: (answer: D1Result<Row>, isFromBatch: true) => unknown;
}

type Row = Record<string, unknown>;
type Decode = (value: unknown) => unknown;

interface Built {
  ready: Ready;
  query: Pick<Query, "sql" | "params">;
}

/** How Drizzle reads a column; undefined where it takes its values as they come. */
const decodeOf = (field: Field["field"]): Decode | undefined => {
  const decoder = is(field, Column) ? field : Reflect.get(is(field, SQL) ? field : field.sql, "decoder");
  // A subquery's column is a proxy, in which to find this for each value takes longer than all else.
  const { mapFromDriverValue } = decoder;
  if (mapFromDriverValue === Column.prototype.mapFromDriverValue) return undefined;
  return (value) => (value === null ? null : mapFromDriverValue.call(decoder, value));
};

/** How the rows of a statement are read: as Drizzle does, without finding out anew for each value what it is. */
const readerOf = (fields: readonly Field[]): Ready["mapResult"] => {
  const columns = fields.map(({ path, field }) => ({ name: path.join(), decode: decodeOf(field) }));
  return ({ results }) =>
    results.map((row) => {
      const values = Object.values(row);
      const read: Row = {};
      columns.forEach(({ name, decode }, place) => {
        read[name] = decode ? decode(values[place]) : values[place];
      });
      return read;
    });
};

/** By its form: there are as many as the product has forms of its frequent statements. */
const known = new Map<string, readonly Built[]>();

const readyOf = (statement: BatchItem<"sqlite">): Ready => Reflect.get(statement, "_prepare").call(statement);

const buildOnce = <Named extends Values>(
  form: string,
  values: Named,
  build: (places: Placeholders<Named>) => readonly BatchItem<"sqlite">[],
): readonly Built[] => {
  const found = known.get(form);
  if (found) return found;
  const places = Object.fromEntries(Object.keys(values).map((name) => [name, sql.placeholder(name)]));
  const built = build(places as Placeholders<Named>).map((statement) => {
    const ready = readyOf(statement);
    const { sql: text, params } = ready.getQuery();
    const isFlat = ready.fields?.every(({ path }) => path.length === 1);
    const mapResult = ready.fields && isFlat ? readerOf(ready.fields) : ready.mapResult;
    return { ready: Object.assign(Object.create(ready), { mapResult }), query: { sql: text, params } };
  });
  known.set(form, built);
  return built;
};

/**
 * Statements of one form, as Drizzle's batch takes them, with `values` in their places. Their text is made with the first
 * of their form; `form` must tell apart whatever else than the values `build` depends on.
 */
export const preparedStatements = <Named extends Values, Statements extends readonly BatchItem<"sqlite">[]>(
  d1: D1Database,
  form: string,
  values: Named,
  build: (places: Placeholders<Named>) => Statements,
): Statements => {
  const statements = buildOnce(form, values, build).map(({ ready, query }) => {
    const params = fillPlaceholders(query.params, values);
    const filled: Ready = Object.assign(Object.create(ready), {
      stmt: d1.prepare(query.sql),
      getQuery: () => ({ sql: query.sql, params }),
      _prepare: () => filled,
    });
    return filled;
  });
  return statements as unknown as Statements;
};
