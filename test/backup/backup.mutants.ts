import type { Mutant } from "../mutants/mutant.ts";

const REFUSALS = "test/backup/restore-refusals.test.ts";
const RESTORE = "test/backup/restore.test.ts";
const LIVE = "test/backup/live-export.test.ts";
const ROUND_TRIP = "test/backup/round-trip.test.ts";
const FILE = "test/cli/export-file.test.ts";

/** The guards of exports and restores. */
export const mutants: Mutant[] = [
  {
    guard: "an installation that is not empty is not restored into",
    code: 'SELECT 1, ?, ? WHERE ${empty.join(" AND ")}',
    instead: "SELECT 1, ?, ? WHERE true",
    tests: [REFUSALS],
    named: "into an installation that has",
  },
  {
    guard: "one export at a time is restored",
    code: "if (row.digest === sent) return row;",
    instead: "return row;",
    tests: [REFUSALS],
    named: "while another export",
  },
  {
    guard: "a newer export is refused",
    code: "format > EXPORT_FORMAT || schema > SCHEMA_VERSION",
    instead: "false",
    tests: [REFUSALS],
    named: "of a newer version",
  },
  {
    guard: "rows are stored only while their restore is under way",
    code: 'const UNDER_WAY = "EXISTS (SELECT 1 FROM restores WHERE id = 1 AND digest = ? AND finished_at IS NULL)";',
    instead: 'const UNDER_WAY = "? IS NOT NULL";',
    tests: [REFUSALS],
    named: "nothing is written",
  },
  {
    guard: "files are stored only while their restore is under way",
    code: "await refuseUnlessRestoring(call, restore); const bytes = lengthOf(sent); if (sent.body === null || bytes === 0) await call.files.put",
    instead: "const bytes = lengthOf(sent); if (sent.body === null || bytes === 0) await call.files.put",
    tests: [REFUSALS],
    named: "nothing is written",
  },
  {
    guard: "an object with rows of its own is left alone",
    code: "if (this.#holdsSomething()) return { taken: false };",
    instead: "",
    tests: [REFUSALS],
    named: "did not bring",
  },
  {
    guard: "a row has a value for each column, and no more",
    code: "row.length !== columns.length ||",
    instead: "",
    tests: [REFUSALS],
    named: "by its line",
  },
  {
    guard: "rows that do not fit are the sender's fault",
    code: "if (error instanceof DomainError || refused === undefined) throw error;",
    instead: "throw error;",
    tests: [REFUSALS],
    named: "by its line",
  },
  {
    guard: "next ids are of tables that have them",
    code: "if (!isKnown || !Number.isSafeInteger(row[1]))",
    instead: "if (false)",
    tests: [REFUSALS],
    named: "by its line",
  },
  {
    guard: "a file goes under the key of a run",
    code: "KEY.test(key) &&",
    instead: "",
    tests: [REFUSALS],
    named: "no run's file",
  },
  {
    guard: "lines that are done stay done",
    code: "lines_done = MAX(lines_done, ?)",
    instead: "lines_done = ?",
    tests: [RESTORE],
    named: "goes on where it broke off",
  },
  {
    guard: "the tick waits for a restore",
    code: "if (await isRestoring(db))",
    instead: "if (false)",
    tests: [RESTORE],
    named: "lets the tick wait",
  },
  {
    guard: "rows that come again stay as they are",
    code: 'if (onConflict === "keep" || others.length === 0)',
    instead: "if (false)",
    tests: [ROUND_TRIP],
  },
  {
    guard: "next ids are restored",
    code: "if (table.name === SEQUENCES.name) {",
    file: "src/backup/restore-store.ts",
    instead: "if (table.name === SEQUENCES.name) return []; if (false) {",
    tests: [ROUND_TRIP],
  },
  {
    guard: "an export ends at the ids of its beginning",
    code: "const upTo = hasOwnIds ? key.map((column) => ({ column, table: name })) : parents;",
    instead: "const upTo: { column: string; table: string }[] = [];",
    tests: [LIVE],
    named: "is left out",
  },
  {
    guard: "what a schedule got meanwhile comes before it",
    code: "if (!later || !parent) return [];",
    instead: "if (true) return [];",
    tests: [LIVE],
    named: "is left out",
  },
  {
    guard: "counts are those of one moment",
    code: "if (isMoved && at.counted < MAX_COUNTED)",
    instead: "if (false)",
    tests: [LIVE],
    named: "counts are read again",
  },
  {
    guard: "a page has so many bytes",
    code: "return isLarge(size) || bytes - size.bytes >= budget;",
    instead: "return false;",
    tests: [LIVE],
    named: "about a megabyte",
  },
  {
    guard: "a place to go on is of its table",
    code: "if (at.key && at.key.length !== table.key.length) throw notACursor();",
    instead: "",
    tests: [LIVE],
    named: "of another table",
  },
  {
    guard: "a lease lasts as long anew from a restore on",
    code: "Math.max(lease.expiresAt, now + lease.leaseMs)",
    instead: "lease.expiresAt",
    file: "src/host-object/copy-object.ts",
    tests: ["test/backup/objects.test.ts"],
  },
  {
    guard: "a damaged export is refused",
    code: "if (end.sha256 !== stated.sha256)",
    instead: "if (false)",
    tests: [FILE],
    named: "refused",
  },
  {
    guard: "an export that is cut short is refused",
    code: 'if (stated === undefined) throw damaged("its end is missing");',
    instead: "",
    tests: [FILE],
    named: "refused",
  },
  {
    guard: "the file of an export is its user's own",
    code: "mode: 0o600, flush: true });",
    instead: "flush: true });",
    file: "src/cli/export-file.ts",
    tests: [FILE],
    named: "its user's own",
  },
  {
    guard: "so many requests are sent at once",
    code: "while (this.#under.size >= this.#most)",
    instead: "while (false)",
    tests: [FILE],
    named: "so much at once",
  },
];
