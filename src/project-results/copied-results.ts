import { SEQUENCES } from "../database/copy-sql.ts";
import type { ObjectTable } from "../database/object-copy.ts";
import { PUT_DUE } from "./due-table.ts";
import { PUT_FAILURE_WORDS } from "./failure-words.ts";
import { PUT_WORDS } from "./result-tables.ts";

/**
 * The tables of a project's object that are exported. The words of tests and of failures are made anew, and those with evidence are judged anew. Uploads that are
 * under way stay behind: R2 has their parts where they were begun. Their ids are not given again.
 */
export const COPIED_RESULTS: readonly ObjectTable[] = [
  { name: "facts", key: ["name"] },
  { name: "runs", key: ["id"] },
  { name: "reports", key: ["id"] },
  {
    name: "tests",
    key: ["id"],
    added: (sql, keys) => sql.exec(`${PUT_WORDS} id IN (SELECT value FROM json_each(?))`, keys),
  },
  { name: "results", key: ["id"] },
  // They come after all results, by which tests are judged.
  { name: "run_totals", key: ["run"], added: (sql) => sql.exec(PUT_DUE) },
  {
    name: "failures",
    key: ["rowid"],
    onConflict: "replace",
    added: (sql, keys) => sql.exec(PUT_FAILURE_WORDS, keys),
  },
  { name: "quarantines", key: ["test"] },
  { name: SEQUENCES.name, key: SEQUENCES.key, where: "name = 'uploads'" },
  // Small files come along with their rows.
  { name: "files", key: ["key"], where: "kind <> 'arriving'", most: 24 },
];

/** The tables that an export leaves out. */
export const RESULTS_NOT_COPIED: readonly string[] = [
  "test_words",
  "failure_words",
  "verdicts_due",
  "uploads",
  "upload_parts",
];
