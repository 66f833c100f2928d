import { type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Bound, type Placeholders, preparedStatements, type Values } from "./prepared.ts";
import { retrying, unavailable } from "./retry.ts";
import { type Answers, type Statement, sendBatch } from "./statement.ts";

/**
 * D1 as the stores use it. `build` makes statements; `batch` runs them in one round trip and one transaction.
 * Every batch may run twice (it is guarded, or keyed by the request that creates its rows), so the retry
 * policy is only here.
 */
export interface Database {
  build: DrizzleD1Database;
  batch: <const Statements extends readonly Statement[]>(
    statements: Statements,
  ) => Promise<Answers<Statements>>;
  /** Statements for a batch whose SQL is built once per `form`; for the most frequent ones. */
  prepared: <Named extends Values, Statements extends readonly Statement[]>(
    form: string,
    values: Named,
    build: (places: Placeholders<Named>) => Statements,
  ) => Statements;
  /** A statement in raw SQL that writes. */
  write: (query: SQL) => ReturnType<DrizzleD1Database["run"]>;
  /** A statement in raw SQL that reads rows of `Row`. */
  read: <Row>(query: SQL) => ReturnType<typeof rowsOf<Row>>;
  /**
   * The same database, but each try of a batch runs only if `mayTry` allows it; else it throws `unavailable`.
   */
  within: (mayTry: () => boolean) => Database;
}

const rowsOf = <Row>(build: DrizzleD1Database, query: SQL) => build.all<Row>(query);

export const openDatabase = (d1: D1Database): Database => {
  const build = drizzle(d1);
  const database = (mayTry: () => boolean): Database => ({
    build,
    batch: (statements) =>
      retrying(() => {
        if (!mayTry()) throw unavailable(TOO_LATE);
        return sendBatch(d1, statements);
      }),
    prepared: preparedStatements,
    write: (query) => build.run(query),
    read: <Row>(query: SQL) => rowsOf<Row>(build, query),
    within: database,
  });
  return database(() => true);
};

const TOO_LATE = new Error("too late to try");

/** The condition that a column has one of these ids. They are bound as one JSON list, so there may be any number. */
export const isOneOf = (column: SQLiteColumn, ids: readonly number[] | Bound<string>): SQL =>
  sql`${column} IN (SELECT value FROM json_each(${Array.isArray(ids) ? JSON.stringify(ids) : ids}))`;

/** Throws `unavailable` if D1 does not answer. */
export const checkDatabase = async ({ build, batch }: Database): Promise<void> => {
  await batch([build.run(sql`SELECT 1`)]);
};
