import { type SQL, sql } from "drizzle-orm";

const LAST_CHARACTER = "\u{10ffff}";
const MAX_BEGINNING = 100;

/** The indexes that have names in the order of the alphabet, and the columns of those names. */
const BY_NAME = {
  hosts: { index: "hosts_by_name", column: "name" },
  agents: { index: "agents_by_name", column: "name" },
  schedules: { index: "schedules_by_name", column: "schedule_name" },
} as const;
export type NamedTable = keyof typeof BY_NAME;

/**
 * The rows of a table whose name begins with a text, whatever its case and wherever they stand in the alphabet: the
 * first of them, those called exactly so before the others.
 */
export const beginningWith = (table: NamedTable, text: string): SQL => {
  const { index, column } = BY_NAME[table];
  const name = sql.raw(`${column} COLLATE NOCASE`);
  return sql`SELECT * FROM ${sql.raw(table)} INDEXED BY ${sql.raw(index)} WHERE ${name} >= ${text}
    AND ${name} < ${text + LAST_CHARACTER} ORDER BY ${name}, id LIMIT ${MAX_BEGINNING}`;
};
