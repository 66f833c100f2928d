import { fillPlaceholders, type Placeholder, type SQL, sql } from "drizzle-orm";
import { type Ready, readyOf, readyStatement, type Statement } from "./statement.ts";

/** A value of a statement, or its place in one that is built once. */
export type Bound<Value> = Value | Placeholder;

/** The same for a column that is set. */
export const settable = <Value extends string | number>(bound: Bound<Value>): Value | SQL<Value> =>
  typeof bound === "object" ? sql<Value>`${bound}` : bound;

/** What is bound to the places of statements, by name. */
export type Values = Record<string, string | number | null>;
export type Placeholders<Named extends Values> = Record<keyof Named, Placeholder>;

/** By its form: there are as many as the product has forms of its frequent statements. */
const known = new Map<string, readonly Ready[]>();

const buildOnce = <Named extends Values>(
  form: string,
  values: Named,
  build: (places: Placeholders<Named>) => readonly Statement[],
): readonly Ready[] => {
  const found = known.get(form);
  if (found) return found;
  const places = Object.fromEntries(Object.keys(values).map((name) => [name, sql.placeholder(name)]));
  const built = build(places as Placeholders<Named>).map(readyOf);
  known.set(form, built);
  return built;
};

/**
 * Statements of one form for a batch, with `values` in their places. Their text is made with the first of their form;
 * `form` must tell apart whatever else than the values `build` depends on. A statement that reads is best given as
 * `reading`.
 */
export const preparedStatements = <Named extends Values, Statements extends readonly Statement[]>(
  form: string,
  values: Named,
  build: (places: Placeholders<Named>) => Statements,
): Statements =>
  ofTheForm(
    buildOnce(form, values, build).map(({ query, read }) =>
      readyStatement({ query: { sql: query.sql, params: fillPlaceholders(query.params, values) }, read }),
    ),
  );

/** The statements of a form answer what those that it was built of would. */
const ofTheForm = <Statements extends readonly Statement[]>(statements: readonly Statement[]) =>
  statements as unknown as Statements;
