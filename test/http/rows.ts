import { env } from "cloudflare:workers";
import { z } from "zod";

const named = z.array(z.object({ name: z.string() }));

const tableNames = async (): Promise<string[]> => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations'",
  ).all();
  return named.parse(results).map(({ name }) => name);
};

/** The number of rows of each table. It is the same before and after a refusal that stored nothing. */
export const rowCounts = async (): Promise<Record<string, number>> => {
  const names = await tableNames();
  const counted = await env.DB.batch(
    names.map((name) => env.DB.prepare(`SELECT COUNT(*) AS rows FROM ${name}`)),
  );
  const rows = z.tuple([z.object({ rows: z.int() })]);
  return Object.fromEntries(names.map((name, at) => [name, rows.parse(counted[at]?.results)[0].rows]));
};

/** Every value of every row, as one text to search. */
export const everythingStored = async (): Promise<string> => {
  const names = await tableNames();
  const read = await env.DB.batch(names.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)));
  return JSON.stringify(read.map(({ results }) => results));
};
