import { type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Bound, type Placeholders, preparedStatements, type Values } from "./prepared.ts";
import { retrying, unavailable } from "./retry.ts";
import { type Answers, type Statement, sendBatch } from "./statement.ts";

/**
 * D1 as the stores see it: `build` makes statements, `batch` runs them in one round trip and one transaction.
 * Every batch of the product can run twice (it is guarded, or keyed by the request that makes its rows), so the
 * retry policy stands here, once.
 */
export interface Database {
  build: DrizzleD1Database;
  batch: <const Statements extends readonly Statement[]>(
    statements: Statements,
  ) => Promise<Answers<Statements>>;
  /** Statements for a batch whose text is built once for each `form`, for what is asked most. */
  prepared: <Named extends Values, Statements extends readonly Statement[]>(
    form: string,
    values: Named,
    build: (places: Placeholders<Named>) => Statements,
  ) => Statements;
  /** A statement in SQL of its own, for a batch: one that writes. */
  write: (query: SQL) => ReturnType<DrizzleD1Database["run"]>;
  /** The same for one that reads; `Row` is what its columns are. */
  read: <Row>(query: SQL) => ReturnType<typeof rowsOf<Row>>;
  /** The same database, each try of whose batches is made only where `mayTry` says so; else throws `unavailable`. */
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

/** The condition that a column holds one of these ids, however many: they go as one bound value, a list in JSON. */
export const isOneOf = (column: SQLiteColumn, ids: readonly number[] | Bound<string>): SQL =>
  sql`${column} IN (SELECT value FROM json_each(${Array.isArray(ids) ? JSON.stringify(ids) : ids}))`;

/** Whether D1 answers; throws `unavailable` where it does not. */
export const askDatabase = async ({ build, batch }: Database): Promise<void> => {
  await batch([build.run(sql`SELECT 1`)]);
};
