import { DomainError, type FieldError, invalid } from "../http/errors.ts";
import { fieldErrors } from "../http/validate.ts";
import { decodeBytes } from "../reports/text.ts";
import { readCsv } from "./csv.ts";
import type { Incoming, NewTestRun } from "./store.ts";
import { MOST_AT_ONCE, testRunInput } from "./test-runs.ts";

/** The most that the test runs of one file may take as JSON, in bytes: what a JSON body could bring, too. */
const RUNS_BYTES = 1024 * 1024;
const MOST_WRONG = 100;

const tooMany = (): DomainError =>
  invalid([{ field: "body", message: `has more than ${MOST_AT_ONCE} test runs: send it in parts` }]);

/** A run of a file, with what its fields are called in a refusal. */
interface Found<Source> {
  source: Source;
  place: string;
  run: unknown;
}

/** Test runs of a file, each with all that it was made from: one said twice without an id counts once. */
export type Judged<Source> = { run: NewTestRun; sources: Source[] }[];

/** Judges the runs of a file as they come. Throws `invalid`, naming each wrong one up to a hundred. */
export const judge = <Source>(found: Iterable<Found<Source>>): Judged<Source> => {
  const runs = new Map<string, { run: NewTestRun; sources: Source[] }>();
  const wrong: FieldError[] = [];
  for (const { source, place, run } of found) {
    const result = testRunInput.safeParse(run);
    if (!result.success) {
      for (const { field, message } of fieldErrors(result.error, run))
        wrong.push({ field: `${place} ${field}`, message });
      if (wrong.length >= MOST_WRONG) break;
      continue;
    }
    const { test_run_id, test_case_name, automation_content } = result.data;
    const key = test_run_id === undefined ? JSON.stringify([test_case_name, automation_content]) : place;
    const known = runs.get(key);
    if (known) known.sources.push(source);
    else runs.set(key, { run: result.data, sources: [source] });
    if (runs.size > MOST_AT_ONCE) throw tooMany();
  }
  if (wrong.length > 0) throw invalid(wrong);
  const judged = [...runs.values()];
  const bytes = new TextEncoder().encode(JSON.stringify(judged.map(({ run }) => run))).byteLength;
  if (bytes > RUNS_BYTES) {
    throw new DomainError(
      "invalid",
      `the file's ${runs.size} test runs take ${bytes} bytes; at most ${RUNS_BYTES} at once: send it in parts`,
    );
  }
  return judged;
};

const NEEDED = ["test_case_name", "automation_content"];
/** Spreadsheets and pandas write whole numbers with a decimal zero; three zeros could be a group of digits. */
const WHOLE_NUMBER = /^(\d{1,15})(?:[.,]0{0,2})?$/;

/** A cell that holds an id: empty is none; what is no number stays text, for the schema to refuse. */
const idCell = (cell = ""): number | string | undefined => {
  const id = cell.trim();
  if (id === "") return undefined;
  const digits = WHOLE_NUMBER.exec(id)?.[1];
  return digits === undefined ? id : Number(digits);
};

function* runsOfTable(csv: string) {
  let rows = 0;
  for (const { line, cells } of readCsv(csv, NEEDED)) {
    if (++rows > MOST_AT_ONCE) throw tooMany();
    yield {
      source: line,
      place: `line ${line}, column`,
      run: {
        test_run_id: idCell(cells.get("test_run_id")),
        test_case_id: idCell(cells.get("test_case_id")),
        test_case_name: cells.get("test_case_name"),
        test_case_version_id: idCell(cells.get("test_case_version_id")),
        automation_content: cells.get("automation_content"),
      },
    };
  }
  if (rows === 0) throw invalid([{ field: "body", message: "has no line under the one of the columns" }]);
}

/** The test runs of a CSV table whose columns are called as the fields of `testRunsInput`. Throws `invalid`. */
export const testRunsOfTable = (bytes: Uint8Array): Incoming => {
  const { text } = decodeBytes(bytes, "windows-1252");
  return { runs: judge(runsOfTable(text)).map(({ run }) => run), knownBy: "content" };
};
