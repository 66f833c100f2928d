import { type SQL, sql } from "drizzle-orm";
import { testRuns } from "../database/schema.ts";
import type { TestPattern } from "./test-filter.ts";

/** What ends a tag, besides a space. */
const SEPARATORS = ["\n", "\t", ",", ";", ".", ":", "/", "|", ">", '"', "'", "(", ")", "[", "]", "{", "}"];

/** The words of a text, each between spaces. */
const wordsOf = (text: SQL): SQL =>
  SEPARATORS.reduce(
    (words, separator) => sql`replace(${words}, ${sql.raw(`'${separator.replaceAll("'", "''")}'`)}, ' ')`,
    sql`(' ' || ${text} || ' ')`,
  );

/** Whether `text` is found by the pattern `wanted.value`. `instr`, because D1 bounds the patterns of LIKE to 50 bytes. */
const finds = (text: SQL): SQL => {
  const [from, to, part] = ["from", "to", "text"].map((name) => sql.raw(`(wanted.value ->> '${name}')`));
  return sql`CASE wanted.value ->> 'form'
    WHEN 'part' THEN instr(${text}, ${part}) > 0
    WHEN 'tag' THEN instr(${wordsOf(text)}, ' ' || ${part} || ' ') > 0
    ELSE length(${text}) >= length(${from}) + length(${to}) AND substr(${text}, 1, length(${from})) = ${from}
      AND substr(${text}, length(${text}) - length(${to}) + 1) = ${to} END`;
};

/** Condition: a test run is found by one of the patterns, by its name or its content. */
export const foundBy = (patterns: readonly TestPattern[]): SQL => sql`EXISTS (
  SELECT 1 FROM json_each(${JSON.stringify(patterns)}) wanted
  WHERE ${finds(sql`lower(${testRuns.testCaseName})`)} OR ${finds(sql`lower(${testRuns.automationContent})`)})`;
