/** The words of failures' details are searched; those of messages are in the table of failures itself. */
export const FAILURE_WORDS =
  "CREATE VIRTUAL TABLE IF NOT EXISTS failure_words USING fts5 (detail, content = '', contentless_delete = 1);";

/** The characters of a detail whose words are searched. */
const SEARCHED_CHARACTERS = 4000;
/** The newest failures with the words that a search looks at, of messages and of details each. */
const SEARCHED_FAILURES = 5000;

/** SQL that puts the words of the failures whose ids are in the JSON array `?`. */
export const PUT_FAILURE_WORDS = `INSERT OR REPLACE INTO failure_words (rowid, detail)
  SELECT rowid, substr(detail, 1, ${SEARCHED_CHARACTERS}) FROM failures
  WHERE rowid IN (SELECT value FROM json_each(?)) AND detail <> ''`;

/** Removes the failures of results that are gone; `ids` is a JSON array. */
export const removeFailures = (sql: SqlStorage, ids: string): void => {
  for (const table of ["failures", "failure_words"])
    sql.exec(`DELETE FROM ${table} WHERE rowid IN (SELECT value FROM json_each(?))`, ids);
};

/** A text as one full-text search phrase. */
export const phrase = (text: string): string => `"${text.replaceAll('"', '""').replaceAll("\0", " ")}"`;

/** A full-text search for all words of a text, wherever they stand. */
export const failureMatch = (text: string): string => {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.length === 0 ? phrase(text) : words.map(phrase).join(" AND ");
};

const NEWEST = (table: string, match: string) =>
  `SELECT rowid FROM (SELECT rowid FROM ${table} WHERE ${table} MATCH ${match} ORDER BY rowid DESC LIMIT ${SEARCHED_FAILURES})`;

/** SQL for the tests one of whose latest failures has all words of a text in its message, or all in its detail; `place` is the bound {@link failureMatch}. */
export const failedWith = (place: string): string =>
  `SELECT test FROM results WHERE id IN (${NEWEST("failures", `'message : (' || ${place} || ')'`)}
     UNION ALL ${NEWEST("failure_words", place)})`;
