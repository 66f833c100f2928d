import { fillPlaceholders, type Placeholder, type Query, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";

/** A value of a statement, or its place in one that is built once. */
export type Bound<Value> = Value | Placeholder;

/** The same for a column that is set. */
export const settable = <Value extends string | number>(bound: Bound<Value>): Value | SQL<Value> =>
  typeof bound === "object" ? sql<Value>`${bound}` : bound;

/** What is bound to the places of statements, by name. */
export type Values = Record<string, string | number | null>;
export type Places<Named extends Values> = Record<keyof Named, Placeholder>;

/** A statement of Drizzle's, ready to be sent: its text, its places, and how its answer is read. */
interface Ready {
  stmt: D1PreparedStatement;
  getQuery: () => Pick<Query, "sql" | "params">;
}

interface Built {
  ready: Ready;
  query: Pick<Query, "sql" | "params">;
}

/** By its form: there are as many as the product has forms of its frequent statements. */
const known = new Map<string, readonly Built[]>();

const readyOf = (statement: BatchItem<"sqlite">): Ready => Reflect.get(statement, "_prepare").call(statement);

const buildOnce = <Named extends Values>(
  form: string,
  values: Named,
  build: (places: Places<Named>) => readonly BatchItem<"sqlite">[],
): readonly Built[] => {
  const found = known.get(form);
  if (found) return found;
  const places = Object.fromEntries(Object.keys(values).map((name) => [name, sql.placeholder(name)]));
  const built = build(places as Places<Named>).map((statement) => {
    const ready = readyOf(statement);
    const { sql: text, params } = ready.getQuery();
    return { ready, query: { sql: text, params } };
  });
  known.set(form, built);
  return built;
};

/**
 * Statements of one form, as Drizzle's batch takes them, with `values` in their places. Their text is made with the first
 * of their form; `form` must tell apart whatever else than the values `build` depends on.
 */
export const builtStatements = <Named extends Values, Statements extends readonly BatchItem<"sqlite">[]>(
  d1: D1Database,
  form: string,
  values: Named,
  build: (places: Places<Named>) => Statements,
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
