import { fillPlaceholders, type Placeholder, type SQL, sql } from "drizzle-orm";
import { type Ready, readyOf, readyStatement, type Statement } from "./statement.ts";

/** A bound value, or a placeholder in a statement that is built once. */
export type Bound<Value> = Value | Placeholder;

/** The same for a column in SET. */
export const settable = <Value extends string | number>(bound: Bound<Value>): Value | SQL<Value> =>
  typeof bound === "object" ? sql<Value>`${bound}` : bound;

/** Placeholders' values, by name. */
export type Values = Record<string, string | number | null>;
export type Placeholders<Named extends Values> = Record<keyof Named, Placeholder>;

/** By form. The product has a fixed number of forms. */
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
 * Statements of one form for a batch, with `values` in their placeholders. Their SQL is built with the first
 * of the form, so `form` must distinguish everything that `build` depends on besides the values. Wrap a
 * statement that reads in `reading`.
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

/** Statements of a form return the same types as those that it was built from. */
const ofTheForm = <Statements extends readonly Statement[]>(statements: readonly Statement[]) =>
  statements as unknown as Statements;
